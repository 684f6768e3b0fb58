"""The answers of the Explore API 2.1 and 2.0, of the search API 1.0 and of catalogue exports, brought into one shape.

A dataset is then `{"id", "metas": {template: {name: value}}, ...}` with the names of version 2.1.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from ckanext.stuttgart.harvest import loose

DEFAULT = "default"
# Templates that say something about the data; others count visits, look after maps, or are the portal's own.
TEMPLATES = (DEFAULT, "dcat", "dcat_ap", "dcat_ap_de", "dcat_ap_ch", "inspire", "semantic")
KEPT = ("has_records", "features", "attachments", "alternative_exports")
# Names that version 1 keeps in one list and that change with every look at the data.
VOLATILE = frozenset({"metadata_processed", "download_count", "popularity_score", "api_call_count", "reuse_count"})
PATH = re.compile(r"^(.*?)/api/(?:(explore/v2\.\d|v2)/|datasets/1\.0/)")


@dataclass(frozen=True)
class Api:
    """A version of the API by its parameters, and how far it lets one page.

    datasets, dataset  paths below the portal; `{root}` is the part that tells versions 2 apart
    """

    datasets: str
    start: str
    size: str
    filter: str
    furthest: int = 10_000
    step: int = 100


V2 = Api("/api/{root}/catalog/datasets", "offset", "limit", "where")
V1 = Api("/api/datasets/1.0/search/", "start", "rows", "q")


@dataclass(frozen=True)
class Portal:
    """Where an answer came from: `site` is scheme, host and path of the portal, `root` the version's part of paths."""

    site: str
    root: str = "explore/v2.1"
    api: Api = V2

    @classmethod
    def of(cls, url: str, value: Any) -> Portal:
        """From the address of an answer; one from elsewhere is told by its shape."""
        first_version = _is_first(value)
        try:
            parts = urlsplit(url)
        except ValueError:
            return cls("", api=V1 if first_version else V2)
        site = f"{parts.scheme}://{parts.netloc}" if parts.scheme in ("http", "https") else ""
        found = PATH.match(parts.path)
        if found and site:
            root = found[2] or ""
            return cls(site + found[1], root or "explore/v2.1", V2 if root else V1)
        return cls(site, api=V1 if first_version else V2)

    def page(self, url: str, start: int, condition: str) -> str:
        """The address of the datasets from `start` on, with what `url` asks for besides."""
        parts = urlsplit(url)
        own = (self.api.start, self.api.size)
        query = {name: value for name, value in parse_qsl(parts.query, keep_blank_values=True) if name not in own}
        if condition:
            query[self.api.filter] = condition
        size = min(self.api.step, self.api.furthest - start)
        query |= {self.api.size: str(size), self.api.start: str(start)}
        return f"{self.site}{self.api.datasets.format(root=self.root)}?{urlencode(query, quote_via=quote)}"


def datasets(value: Any) -> list[dict[str, Any]] | None:
    """The datasets of an answer in one shape, None where it is none of theirs."""
    if isinstance(value, list):
        found = [item for item in loose.mappings(value) if _id(item)]
        return [_dataset(item) for item in found] if found or not value else None
    if not isinstance(value, dict):
        return None
    if _id(value):
        return [_dataset(value)]
    if isinstance(value.get("dataset"), dict) and _id(value["dataset"]):
        return [_dataset(value["dataset"])]
    for name in ("results", "datasets"):
        if isinstance(value.get(name), list) and (total(value) is not None or any(map(_inside, value[name]))):
            return [_dataset(inner) for item in value[name] if (inner := _inside(item))]
    return None


def total(value: Any) -> int | None:
    """How many datasets there are by the portal's own account."""
    return loose.whole(loose.first(loose.get(value, "total_count"), loose.get(value, "nhits")))


def is_page(value: Any) -> bool:
    """True for one page of many, not for a single dataset or an export."""
    return isinstance(value, dict) and any(isinstance(value.get(name), list) for name in ("results", "datasets"))


def _inside(item: Any) -> dict[str, Any]:
    """A dataset out of its wrapping of version 2.0; nothing where there is none."""
    inner = loose.mapping(loose.get(item, "dataset")) or loose.mapping(item)
    return inner if _id(inner) else {}


def _id(item: dict[str, Any]) -> str:
    found = loose.text(loose.first(item.get("dataset_id"), item.get("datasetid")))
    return found if "metas" in item or "has_records" in item or "features" in item else ""


def _is_first(value: Any) -> bool:
    """True for the shapes of version 1: metadata without templates."""
    if isinstance(value, dict) and ("nhits" in value or "datasetid" in value):
        return True
    return any("datasetid" in item for item in loose.mappings(loose.get(value, "datasets")))


def _dataset(item: dict[str, Any]) -> dict[str, Any]:
    metas = loose.mapping(item.get("metas"))
    if not any(isinstance(metas.get(template), dict) for template in (DEFAULT, *TEMPLATES)):
        metas = {DEFAULT: metas}
    for name in ("interop_metas", "extra_metas"):
        metas = {**loose.mapping(item.get(name)), **metas}
    return loose.filled(
        {
            "id": _id(item),
            "metas": {name: made for name in TEMPLATES if (made := _template(metas.get(name)))},
            **{name: item.get(name) for name in KEPT if name != "has_records"},
            "has_records": item.get("has_records"),
        }
    )


def _template(values: Any) -> dict[str, Any]:
    """The values of a template; the management API wraps each in an object."""
    plain = {}
    for name, value in loose.mapping(values).items():
        if name not in VOLATILE:
            wrapped = isinstance(value, dict) and "value" in value
            plain[name] = value["value"] if wrapped else value
    return loose.filled(plain)
