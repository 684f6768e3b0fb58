"""The Content-Security-Policy of each kind of page. Pure.

Everything comes from the portal's own server; there is no inline script and no inline style. What a page needs beyond
that is one line of the tables below, with its reason.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping

SELF = "'self'"
NONE = "'none'"

PAGE: Mapping[str, tuple[str, ...]] = {
    "default-src": (NONE,),
    "script-src": (SELF,),
    "style-src": (SELF,),
    "img-src": (SELF, "data:"),  # Bootstrap draws the marks of its controls as data: images
    "font-src": (SELF,),
    "connect-src": (SELF,),
    "media-src": (SELF,),
    "manifest-src": (SELF,),
    "frame-src": (SELF,),
    "object-src": (NONE,),
    "base-uri": (NONE,),
    "form-action": (SELF,),
    "frame-ancestors": (NONE,),
}

#: Where a map may be: map hosts may be asked for images and data.
WITH_MAP = ("img-src", "connect-src")

#: Pages that stand in a frame of the portal itself, by the end of their endpoint.
FRAMED = ("_resource.view",)

#: Pages that other sites may frame, when the setting names them. An embed route adds the end of its endpoint here.
EMBEDDED = (".embed",)

#: Forms of CKAN and of scheming that still carry inline styles: an attribute `style` is let pass there, nothing else.
#: Own snippets take their place one by one, and each takes its line with it.
STYLED_FORMS = (".new", ".edit", "_resource.new", "_resource.edit", ".edit_view")

#: An uploaded file must not act as a page of the portal.
FOREIGN_DOCUMENT = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox"
ACTIVE_TYPES = frozenset(["text/html", "image/svg+xml", "application/xhtml+xml", "application/xml", "text/xml"])
DOWNLOADS = ("_resource.download",)
UPLOADS = "/uploads/"

UNUSED_FEATURES = (
    *("accelerometer", "camera", "display-capture", "geolocation", "gyroscope", "magnetometer", "microphone", "midi"),
    *("payment", "usb", "serial", "hid", "xr-spatial-tracking", "browsing-topics"),
)


@functools.lru_cache(maxsize=64)
def of_endpoint(endpoint: str, map_hosts: tuple[str, ...] = (), embedders: tuple[str, ...] = ()) -> str:
    """The policy for an endpoint like `dataset.read`."""
    rules = {key: list(values) for key, values in PAGE.items()}
    for key in WITH_MAP:
        rules[key] += map_hosts
    if endpoint.endswith((*FRAMED, *EMBEDDED)):
        rules["frame-ancestors"] = [SELF, *embedders]
    if endpoint.endswith(STYLED_FORMS):
        rules["style-src-attr"] = ["'unsafe-inline'"]
    return "; ".join(f"{key} {' '.join(values)}" for key, values in rules.items())


def is_foreign_document(endpoint: str, path: str, mimetype: str) -> bool:
    """Whether an answer is an uploaded file that a browser would show as a page."""
    uploaded = endpoint.endswith(DOWNLOADS) or path.startswith(UPLOADS)
    return uploaded and mimetype in ACTIVE_TYPES
