"""A German city's open data portal on CKAN: DCAT-AP.de 3.0 in and out."""
