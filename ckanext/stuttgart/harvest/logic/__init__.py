"""Actions and who may call them, where CKAN looks for them."""
