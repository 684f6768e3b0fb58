"""What the OGC services have in common: capabilities of WFS and WMS, and OGC API Features and Records. Pure."""
