"""Routes of previews: a piece of a page, and a page of its own to be embedded elsewhere."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import Response
from flask import Blueprint, make_response, send_file

from ckanext.stuttgart import remote
from ckanext.stuttgart.errors import SourceError
from ckanext.stuttgart.theme import leaflet, previews, security
from ckanext.stuttgart.theme.files import File, of_resource, service_request

stuttgart_preview = Blueprint("stuttgart_preview", __name__)
MOST_ROWS = 200
KINDS = {"WFS_SRVC": "application/json", "WMS_SRVC": "image/png"}


@stuttgart_preview.get("/vorschau/<id>/<resource_id>")
def piece(id: str, resource_id: str) -> str:  # noqa: A002 (CKAN's word in addresses)
    """A preview as a piece of HTML, which a script puts into the page."""
    return tk.render("stuttgart/preview/piece.html", _asked(id, resource_id))


@stuttgart_preview.get("/einbetten/<id>/<resource_id>")
def embed(id: str, resource_id: str) -> str:  # noqa: A002
    """A preview as a page that other sites may frame, as far as the setting allows."""
    return tk.render("stuttgart/preview/embed.html", _asked(id, resource_id))


@stuttgart_preview.get("/vorschau/<id>/<resource_id>/dienst")
def service(id: str, resource_id: str) -> Response:  # noqa: A002
    """What a service elsewhere answers: features as GeoJSON or a picture, from hosts that the setting names."""
    file: File = _asked(id, resource_id)["file"]
    url = service_request(file.address, file.format.code)
    kind = KINDS.get(file.format.code, "")
    if not url:
        tk.abort(404)
    try:
        answer = remote.read(url, kind)
    except SourceError as error:
        tk.abort(502, str(error))
    if answer.status != 200 or not answer.content_type.lower().startswith(kind.partition(";")[0]):
        tk.abort(502, tk._("The service did not send what was asked for."))
    response = make_response(answer.body)
    response.headers["Content-Type"] = kind
    response.headers["Cache-Control"] = "public, max-age=600"
    return response


@stuttgart_preview.get("/theme/leaflet/<release>/<path:name>")
def leaflet_file(release: str, name: str) -> Response:
    """A file of Leaflet."""
    path = leaflet.path(name)
    if path is None:
        tk.abort(404)
    response = send_file(path, mimetype=leaflet.TYPES[path.suffix[1:]], conditional=True)
    response.headers["Cache-Control"] = security.FOREVER
    return response


def _asked(id_: str, resource_id: str) -> dict[str, Any]:
    try:
        package = tk.get_action("package_show")({}, {"id": id_})
    except (tk.ObjectNotFound, tk.NotAuthorized):
        tk.abort(404)
    resource = next((found for found in package["resources"] if found["id"] == resource_id), None)
    if resource is None:
        tk.abort(404)
    return {"pkg": package, "file": of_resource(package, resource, tk.h.lang())}


def asked_for(file: File) -> dict[str, Any]:
    """What the address asks a preview to show."""
    arguments = tk.request.args
    rows = arguments.get("rows", "")
    number = min(max(int(rows), 1), MOST_ROWS) if rows.isascii() and rows.isdigit() and len(rows) < 6 else previews.ROWS
    return {
        "rows": number,
        "sort": arguments.get("sort", ""),
        "descending": arguments.get("order") == "desc",
        "measure": arguments.get("measure", ""),
        "group": arguments.get("group", ""),
    }
