"""Datasets of other and older CKAN portals -> the fields of this schema."""
