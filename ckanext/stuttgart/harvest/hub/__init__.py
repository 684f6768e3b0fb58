"""From the JSON of ArcGIS Hub, of Project Open Data and of DCAT written as JSON to packages. Pure."""
