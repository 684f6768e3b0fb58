"""OGC Web Feature Service 1.0.0, 1.1.0 and 2.0.x: each feature type a dataset, the service a data service."""

from __future__ import annotations

from ckanext.stuttgart.harvest.ogc import wfs
from ckanext.stuttgart.harvest.ogc.ows import Dialect, OwsReader

READER = OwsReader(
    "wfs",
    "Web Feature Service (WFS)",
    Dialect("WFS", wfs.ROOTS, wfs.VERSIONS, wfs.advertised, wfs.layers),
)
