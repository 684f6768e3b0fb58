"""The domain: DCAT-AP.de 3.0 as data and the functions that work on it. Nothing here imports CKAN."""
