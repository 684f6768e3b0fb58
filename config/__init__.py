"""Everything an operator or another city edits; ships in the wheel as ``ckanext.stuttgart.config``."""
