"""PostgreSQL, Redis, Solr and CKAN on one machine without a container or a package of the operating system.

``python -m devstack`` prepares a virtual environment from the lock files, starts the three services from the binaries
that ship inside Python wheels and Java archives, sets up the databases and serves the portal. Everything it writes
lies in one state folder. For the demo, development and tests; production uses CKAN's own services.
"""
