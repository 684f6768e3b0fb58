"""Links to the metadata of a dataset, and the id of the metadata they lead to."""

from __future__ import annotations

import re
from urllib.parse import unquote

LONGEST = 4000
UUID = r"[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}"
_ID = r"[\w.:{}@+-]{2,200}"
# How catalogues name one record in an address, the surest way first.
_FORMS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        # CSW GetRecordById; the portals of InGrid, GeoNetwork 2 and 3, con terra, disy.
        rf"[?&;](?:id|uuid|docuuid|fileid|fileidentifier|recordid|metadataid|metadatauuid|mduuid|identifier)=({_ID})(?:[&;#]|$)",
        # GeoNetwork 3 and 4: the page and the API.
        rf"/metadata/({_ID})(?:[/?#]|$)",
        rf"/records/({_ID}?)(?:\.xml)?(?:[/?#]|$)",
        # OGC API Records.
        rf"/items/({_ID})(?:[/?#]|$)",
    )
)
_ANY_UUID = re.compile(UUID)


def metadata_id(url: str) -> str:
    """The id of the metadata record that an address leads to, "" where it cannot be told."""
    text = unquote(url.strip()[:LONGEST])
    for form in _FORMS:
        found = form.search(text)
        if found and not found[1].startswith("{{"):
            return found[1].strip("{}")
    uuids = dict.fromkeys(_ANY_UUID.findall(text))
    return next(iter(uuids)) if len(uuids) == 1 else ""
