"""The German search on CKAN: what it knows, the hooks of index and query, the log of what found nothing."""
