"""Metadata in a table, one row a dataset or a file of it: headings, rows and cells to packages, and the template."""
