"""Validators and actions, where CKAN looks for them."""
