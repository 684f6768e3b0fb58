"""From the JSON of Opendatasoft (Huwise), of all versions of its API, to datasets. Pure."""
