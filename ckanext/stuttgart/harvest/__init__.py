"""Reading other catalogues: once by a command, again and again as a source."""
