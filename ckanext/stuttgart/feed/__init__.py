"""The catalogue as others read it: packages of the portal as DCAT-AP.de, page by page."""
