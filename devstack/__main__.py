"""The command line: ``python -m devstack COMMAND [--name NAME] [--ckan VERSION]``."""

import sys

if sys.version_info < (3, 10):  # said before any module is read that older versions cannot parse
    sys.exit("Python 3.10 or newer is needed: set PYTHON=/path/to/python3.10 or newer.")

from devstack.commands import main

if __name__ == "__main__":
    sys.exit(main())
