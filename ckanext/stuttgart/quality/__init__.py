"""How good the catalogue is. Pure."""
