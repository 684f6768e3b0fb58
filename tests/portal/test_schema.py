"""The forms and their validators on a real CKAN: everything the model knows can be stored, shown and edited."""

from __future__ import annotations

import io
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from bs4 import BeautifulSoup, Tag
from ckan.tests import factories, helpers
from werkzeug.datastructures import FileStorage

from ckanext.stuttgart.dcatde import vocabulary
from ckanext.stuttgart.dcatde.model import Class, Row, load, nested
from ckanext.stuttgart.dcatde.normalise import normalise
from ckanext.stuttgart.harvest import store
from ckanext.stuttgart.logic.validators import KEEP

pytestmark = pytest.mark.usefixtures("clean_portal")

SAMPLES = {
    "literal": ["ABC-1", "ABC-2"],
    "text": ["Ein Text", "Noch ein Text"],
    "date": ["2024-05-31", "2024"],
    "integer": [2048],
    "decimal": ["10.5"],
    "duration": ["P1D"],
    "hex": ["0aff"],
    "wkt": ["POINT(9.18 48.78)"],
    "iri": ["https://stadt.example/a", "https://stadt.example/b"],
    "ref": ["https://stadt.example/c", "https://stadt.example/d"],
    "media": ["text/csv"],
    "statement": ["https://stadt.example/gesetz", "Ein Gesetz"],
    "email": ["daten@stadt.example"],
    "tel": ["+49-30-23125000"],
}
CHANGING = ("metadata_modified", "metadata_created", "revision_id")


def values(row: Row) -> list[Any]:
    if row.kind != "concept":
        return SAMPLES[row.kind]
    terms = list(vocabulary.load(row.vocabulary))[:2]
    return [term.code if row.stored == "code" else term.uri for term in terms]


def filled(class_: Class) -> dict[str, Any]:
    """Every field of a class that the form has, filled."""
    package: dict[str, Any] = {}
    for row in class_.rows:
        if row.inline:
            package |= filled(nested(row))
        if not row.field or row.field in ("resources", "in_series", "access_service"):
            continue
        if row.kind == "node":
            package[row.field] = [filled(nested(row)) | {"uri": f"https://stadt.example/{row.field}"}]
        elif row.field == "tags":
            package["tags"] = [{"name": "baum"}, {"name": "rad"}]
        else:
            package[row.field] = values(row) if row.many else values(row)[0]
            if row.overflow:
                package[row.overflow] = values(row)[1:]
    return package


def whole(type_: str) -> dict[str, Any]:
    package = filled(load().packages[type_]) | {
        "type": type_,
        "translations": [{"field": "title", "language": "en", "text": "A text"}],
    }
    if type_ == "dataset":
        package["resources"] = [filled(load().classes["Distribution"])]
    return normalise(package).package


def sysadmin() -> dict[str, Any]:
    return {"user": factories.Sysadmin()["name"]}


def saved(package: dict[str, Any], **context: Any) -> dict[str, Any]:
    owner = factories.Organization()["id"]
    given = {"name": "probe", "owner_org": owner, **package}
    helpers.call_action("package_create", context={**sysadmin(), **context}, **given)
    return helpers.call_action("package_show", id="probe")


@pytest.mark.parametrize("type_", ["dataset", "dataset_series", "data_service"])
def test_every_field_of_the_model_is_stored_and_read_back_unchanged(type_: str) -> None:
    wanted = whole(type_)
    kept = saved({name: value for name, value in wanted.items() if name != "type"} | {"type": type_})
    again = normalise(kept).package
    names = {row.field for row in load().packages[type_].rows} | {"translations"}
    assert len(wanted) > 15
    for name in names & set(wanted) - {"resources", "tags"}:
        assert again[name] == wanted[name], name
    if type_ == "dataset":
        (resource,) = again["resources"]
        (expected,) = wanted["resources"]
        for name, value in expected.items():
            assert resource[name] == value, name


def controls(form: Tag) -> list[tuple[str, str]]:
    """What a browser would send of a form as it stands."""
    sent: list[tuple[str, str]] = []
    for control in form.find_all(["input", "select", "textarea"]):
        name, kind = control.get("name"), control.get("type", "")
        if (
            not name
            or (kind in ("checkbox", "radio") and not control.has_attr("checked"))
            or kind in ("submit", "file")
        ):
            continue
        if control.name == "select":
            options = control.find_all("option")
            chosen = [option for option in options if option.has_attr("selected")]
            if not chosen and not control.has_attr("multiple"):
                chosen = options[:1]
            sent += [(name, option.get("value", "")) for option in chosen]
        else:
            text = control.text.removeprefix("\n") if control.name == "textarea" else control.get("value", "")
            sent.append((name, text))
    return sent


def stable(value: Any) -> Any:
    if isinstance(value, dict):
        kept = {name: inner for name, inner in value.items() if name not in CHANGING and inner not in (None, "")}
        return {name: stable(inner) for name, inner in kept.items()}
    if isinstance(value, list):
        return sorted(value) if all(isinstance(inner, str) for inner in value) else [stable(inner) for inner in value]
    return value


@pytest.mark.parametrize("type_", ["dataset", "dataset_series", "data_service"])
def test_a_form_sent_back_as_it_was_shown_changes_nothing(app: Any, type_: str) -> None:
    before = saved(whole(type_))
    token = factories.UserWithToken(sysadmin=True)["token"]
    headers = {"Authorization": token}
    page = app.get(f"/{type_}/edit/probe", headers=headers)
    form = BeautifulSoup(page.body, "html.parser").find("form", id="dataset-edit")
    assert isinstance(form, Tag)
    data: dict[str, Any] = {}
    for name, text in controls(form):
        data.setdefault(name, []).append(text)
    app.post(f"/{type_}/edit/probe", headers=headers, data=data | {"save": "continue"})
    after = helpers.call_action("package_show", id="probe")
    assert stable(after) == stable(before)


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("path", ["/dataset/new", "/dataset_series/new", "/data_service/new", "/organization/new"])
def test_every_form_is_shown_in_german_and_english(app: Any, path: str, language: str) -> None:
    token = factories.UserWithToken(sysadmin=True)["token"]
    factories.Organization()
    page = app.get(f"/{language}{path}", headers={"Authorization": token})
    word = "Beschreibung" if language == "de" else "Description"
    assert word in page.body


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("issued", "gestern", "no unambiguous date"),
        ("frequency", "manchmal vielleicht", "not in the list"),
        ("theme", ["Quatsch"], "not in the list"),
        ("documentation", ["javascript:alert(1)"], "no usable web address"),
        ("temporal_resolution", "täglich", "no duration"),
        ("spatial_resolution_in_meters", "weit", "no number"),
        ("contact", [{"name": "Amt", "email": "kein at"}], "no e-mail address"),
        ("spatial_coverage", [{"bbox": "irgendwo"}], "no readable area"),
        ("in_series", ["gibt-es-nicht"], "no series"),
        ("title", {"de": ["x"]}, "Only text"),
    ],
)
def test_what_rdf_cannot_carry_is_refused_with_a_sentence(field: str, value: Any, said: str) -> None:
    with pytest.raises(tk.ValidationError) as caught:
        saved({"type": "dataset", "title": "Probe", field: value})
    assert said in str(caught.value.error_dict)


def test_values_are_mended_on_the_way() -> None:
    kept = saved(
        {
            "type": "dataset",
            "title": "Probe",
            "issued": "31.05.2024",
            "frequency": "täglich",
            "language": ["Deutsch", "Englisch"],
            "theme": "Verkehr",
            "license_id": "dl-by-de/2_0",
            "resources": [{"url": "https://a.example/x", "format": "text/csv", "size": "2048"}],
        }
    )
    authority = "http://publications.europa.eu/resource/authority/"
    assert kept["issued"] == "2024-05-31"
    assert kept["frequency"] == f"{authority}frequency/DAILY"
    assert kept["language"] == [f"{authority}language/DEU", f"{authority}language/ENG"]
    assert kept["theme"] == [f"{authority}data-theme/TRAN"]
    assert kept["license_id"] == "http://dcat-ap.de/def/licenses/dl-by-de/2.0"
    assert (kept["resources"][0]["format"], kept["resources"][0]["size"]) == ("CSV", 2048)


def test_what_a_harvester_keeps_is_not_refused_at_the_next_edit() -> None:
    saved({"type": "dataset", "title": "Probe", "issued": "gestern", "language": ["Elbisch"]}, **{KEEP: True})
    patched = {"id": "probe", "notes": "Neu"}
    kept = helpers.call_action("package_patch", context=sysadmin(), **patched)
    assert (kept["issued"], kept["language"], kept["notes"]) == ("gestern", ["Elbisch"], "Neu")
    with pytest.raises(tk.ValidationError):
        helpers.call_action("package_patch", context=sysadmin(), id="probe", issued="vorgestern")


@pytest.mark.parametrize("name", ["daten.7z", "daten.shp", "daten.tar", "daten.unbekannt"])
def test_a_file_of_an_unregistered_type_can_be_uploaded_by_api(name: str) -> None:
    saved({"type": "dataset", "title": "Probe"})
    file = FileStorage(io.BytesIO(b"7z\xbc\xaf\x27\x1c"), name)
    made = helpers.call_action(
        "resource_create", context=sysadmin(), package_id="probe", name="Daten", url=name, upload=file
    )
    assert made["url_type"] == "upload"


def test_a_dataset_joins_a_series_by_id_or_name_and_only_one_that_is_there() -> None:
    owner = factories.Organization()
    series = factories.Dataset(type="dataset_series", name="reihe", title="Reihe", owner_org=owner["id"])
    for given in ("reihe", series["id"], f'["{series["id"]}"]'):
        made = factories.Dataset(owner_org=owner["id"], in_series=given)
        assert made["in_series"] == [series["id"]]


def test_an_editor_joins_no_series_of_another_office() -> None:
    user = factories.User()
    own = factories.Organization(users=[{"name": user["name"], "capacity": "editor"}])
    factories.Dataset(type="dataset_series", name="reihe", title="Reihe", owner_org=factories.Organization()["id"])
    with pytest.raises(tk.ValidationError, match="Only those who may edit the series 'Reihe'"):
        helpers.call_action(
            "package_create",
            context={"user": user["name"], "ignore_auth": False},
            name="meins",
            title="Meins",
            owner_org=own["id"],
            in_series=["reihe"],
        )


def test_an_organization_keeps_what_rdf_says_of_it() -> None:
    given = {
        "contributor_id": "http://dcat-ap.de/def/contributors/datenBW",
        "publisher_type": "http://purl.org/adms/publishertype/LocalAuthority",
        "uri": "https://stadt.example/amt",
        "email": "amt@stadt.example",
        "telephone": "+49 30 23125000",
        "url": "https://stadt.example",
    }
    made = factories.Organization(**given)
    kept = helpers.call_action("organization_show", id=made["id"])
    assert {name: kept[name] for name in given} == given


def test_long_texts_reach_the_index() -> None:
    text = "Wort " * 20_000
    saved({"type": "dataset", "title": "Probe", "notes": text, "provenance": [text, "x" * 40_000]}, **{KEEP: True})
    assert helpers.call_action("package_search", q="Wort")["count"] == 1
    assert store.stored([helpers.call_action("package_show", id="probe")["id"]])


def test_lists_are_facets() -> None:
    saved({"type": "dataset", "title": "Probe", "theme": ["Verkehr", "Umwelt"]})
    found = helpers.call_action("package_search", **{"facet.field": ["vocab_theme"], "rows": 0})
    names = {item["name"].rpartition("/")[2] for item in found["search_facets"]["vocab_theme"]["items"]}
    assert names == {"TRAN", "ENVI"}
