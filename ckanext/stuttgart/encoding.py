"""Text in UTF-8, whatever it came in: for harvest and pages alike. Pure."""

from ckanext.stuttgart.harvest.sniff import as_utf8

__all__ = ["as_utf8"]
