"""How well and how fast the search finds, beside stock CKAN on the same data: `make bench-search`."""
