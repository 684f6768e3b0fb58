"""From the collections of a SpatioTemporal Asset Catalog to datasets. Pure."""
