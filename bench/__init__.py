"""What the portal costs, as ratios to stock CKAN and ckanext-dcat on the same data: `make bench`."""
