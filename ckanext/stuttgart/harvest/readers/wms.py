"""OGC Web Map Service 1.0.0 to 1.3.0: each layer with content a dataset, the service a data service."""

from __future__ import annotations

from ckanext.stuttgart.harvest.ogc import wms
from ckanext.stuttgart.harvest.ogc.ows import Dialect, OwsReader

READER = OwsReader(
    "wms",
    "Web Map Service (WMS)",
    Dialect("WMS", wms.ROOTS, wms.VERSIONS, wms.advertised, wms.layers),
)
