"""What the portal adds to CKAN's search."""
