"""The program of the parsing child; run by path, never imported (see `__main__.py`)."""
