"""The schemas and the model say the same: each field of the one is a field of the other, and of the same kind."""

from __future__ import annotations

import functools
import importlib.util
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from ckanext.stuttgart.dcatde import vocabulary
from ckanext.stuttgart.dcatde.model import Class, Row, load, nested
from ckanext.stuttgart.typed_yaml import DuplicateKeyError, load_file

Field = dict[str, Any]

FOLDER = Path(__file__).parents[2] / "ckanext" / "stuttgart" / "schema"
PACKAGES = {"dataset.yaml": "Dataset", "series.yaml": "DatasetSeries", "data_service.yaml": "DataService"}
SCHEMAS = (*PACKAGES, "organization.yaml")
FILES = (*SCHEMAS, "presets.yaml")

# Where the form has another field than the model, by class, each with its reason.
NOT_A_FIELD = {
    "resources": "files have a form of their own",
    "tags": "CKAN's form edits them as tag_string",
}
CKANS_OWN = {
    "name": "the last part of the address",
    "owner_org": "who may edit",
    "tag_string": "the field tags as one text",
    "source_hash": "tells whether a harvested package has changed",
}
ONLY_HERE = {
    "Dataset": CKANS_OWN,
    "DatasetSeries": {
        **CKANS_OWN,
        "series_order_field": "how ckanext-dataset-series orders the members",
        "series_order_type": "how ckanext-dataset-series orders the members",
    },
    "DataService": CKANS_OWN,
    "Distribution": {},
}
# Fields that are kept, but neither entered nor shown.
HIDDEN = {"source_hash", "series_order_type"}
# Fields whose preset belongs to another package, which wants its own validators.
FOREIGN_PRESETS = {
    ("Dataset", "title"): "title",
    ("DatasetSeries", "title"): "title",
    ("DataService", "title"): "title",
    ("Dataset", "in_series"): "dataset_series_in_series",
    ("Distribution", "url"): "resource_url_upload",
}
# Fields that want more than their preset checks.
OWN_VALIDATORS = {
    ("Dataset", "version"): "ignore_missing stuttgart_value package_version_validator",  # CKAN's column is that short
}

# Kind of a row -> the presets a single value may have, the preset of a list ("" where the model has no such list).
KINDS: dict[str, tuple[tuple[str, ...], str]] = {
    "text": (("stuttgart_text", "stuttgart_long_text"), ""),
    "literal": (("stuttgart_text",), "stuttgart_texts"),
    "statement": (("stuttgart_text", "stuttgart_long_text"), "stuttgart_texts"),
    "date": (("stuttgart_date",), ""),
    "integer": (("stuttgart_number",), ""),
    "decimal": (("stuttgart_number",), ""),
    "duration": (("stuttgart_text",), ""),
    "hex": (("stuttgart_text",), ""),
    "wkt": (("stuttgart_text",), ""),
    "media": (("stuttgart_text",), ""),
    "email": (("stuttgart_email",), ""),
    "tel": (("stuttgart_tel",), ""),
    "iri": (("stuttgart_iri",), "stuttgart_iris"),
    "ref": ((), "stuttgart_iris"),
    "concept": (("stuttgart_concept",), "stuttgart_concepts"),
}
# Rows of kind ref whose targets are chosen from what the portal has.
CHOSEN = {("Distribution", "access_service"): "stuttgart_service_choices"}

VALUE = {"validators": "ignore_missing stuttgart_value"}
LIST = {
    "validators": "ignore_missing stuttgart_values",
    "output_validators": "ignore_missing stuttgart_list_output",
}
LIST_PRESETS = {"stuttgart_texts", "stuttgart_iris", "stuttgart_concepts"}

ENGLISH = {"the", "and", "of", "for", "with", "is", "are", "or", "to", "by", "from", "this", "that", "which", "where"}
GERMAN = {"der", "das", "und", "für", "mit", "ist", "sind", "oder", "zu", "von", "aus", "eine", "nicht", "wird"}
JARGON = re.compile(r"\b(?:RDF|IRIs?|URIs?|DCAT|SHACL|Literale?|literals?|Tripel|triples?|Ontologie|ontology)\b")
ADDRESSING = re.compile(r"\b(?:Sie|Ihr|Ihre[mnrs]?|du|dein\w*|bitte)\b")


# --- reading -----------------------------------------------------------------------------------------------------


@functools.cache
def schema(name: str) -> dict[str, Any]:
    return load_file(FOLDER / name)


@functools.cache
def our_presets() -> dict[str, dict[str, Any]]:
    return {preset["preset_name"]: preset["values"] for preset in schema("presets.yaml")["presets"]}


@functools.cache
def foreign_presets() -> dict[str, dict[str, Any]] | None:
    """The presets of the packages we build on, read where they are installed; None where one is not."""
    found: dict[str, dict[str, Any]] = {}
    for package, file in (("ckanext.scheming", "presets.json"), ("ckanext.dataset_series", "schemas/presets.yaml")):
        spec = importlib.util.find_spec(package)
        if spec is None or not spec.submodule_search_locations:
            return None
        table = yaml.safe_load(Path(spec.submodule_search_locations[0], file).read_text(encoding="utf-8"))
        found |= {preset["preset_name"]: preset["values"] for preset in table["presets"]}
    return found


def expanded(field: Field) -> Field:
    """As scheming does it: the preset's values, the field's own before them."""
    return {**our_presets().get(field.get("preset", ""), {}), **field}


@dataclass(frozen=True)
class Form:
    """One list of fields: a package's, its files', or those inside a field with parts. `class_` is "" for others."""

    name: str
    fields: tuple[Field, ...]
    class_: str = ""

    def __str__(self) -> str:
        return self.name

    @property
    def by_name(self) -> dict[str, Field]:
        return {field["field_name"]: field for field in self.fields}

    def parts(self) -> Iterator[Form]:
        """The forms inside the fields."""
        for field in self.fields:
            if "repeating_subfields" in field:
                inner = tuple(expanded(subfield) for subfield in field["repeating_subfields"])
                yield Form(f"{self.name}.{field['field_name']}", inner)


def form(file: str, key: str, class_: str = "") -> Form:
    return Form(f"{file}:{key}", tuple(expanded(field) for field in schema(file)[key]), class_)


def described_forms() -> list[Form]:
    """The forms that stand for a class of the model."""
    packages = [form(file, "dataset_fields", class_) for file, class_ in PACKAGES.items()]
    return [*packages, form("dataset.yaml", "resource_fields", "Distribution")]


def top_forms() -> list[Form]:
    others = [form(file, "resource_fields") for file in ("series.yaml", "data_service.yaml")]
    return [*described_forms(), *others, form("organization.yaml", "fields")]


def all_forms() -> list[Form]:
    return [inner for top in top_forms() for inner in (top, *top.parts())]


def all_fields() -> list[tuple[str, Field]]:
    return [(f"{one}.{field['field_name']}", field) for one in all_forms() for field in one.fields]


def rows(class_: Class) -> dict[str, Row]:
    """Field -> row, with those that lie in the resource itself; a row that is no field of the form is left out."""
    found = {row.field: row for row in class_.rows if row.field}
    for row in class_.rows:
        if row.inline:
            found |= nested(row).by_field
    return {name: row for name, row in found.items() if name not in NOT_A_FIELD}


def model_fields(class_: Class) -> set[str]:
    """Every key that a dict of this class may have, were it a package, a file or a part."""
    names = set(rows(class_)) | {"uri"}
    for row in class_.rows:
        names |= {row.overflow, row.datatype_field, row.read_into}
    texts = any(row.kind == "text" and row.field for row in class_.rows)
    return (names | {class_.literal} | ({"translations"} if texts else set())) - {""}


def texts(field: Field) -> Iterator[tuple[str, str]]:
    """(language, text) of all that people read of a field."""
    for key in ("label", "help_text", "repeating_label", "form_placeholder", "upload_label"):
        if isinstance(field.get(key), dict):
            yield from field[key].items()
    for choice in field.get("choices", ()):
        yield from choice["label"].items()


def words(text: str) -> set[str]:
    """The words of a text in lower case, without abbreviations such as CC BY."""
    return {word.lower() for word in re.findall(r"[^\W\d_]+", text) if not word.isupper()}


FORMS = pytest.mark.parametrize("one", all_forms(), ids=str)
TOP_FORMS = pytest.mark.parametrize("one", top_forms(), ids=str)
DESCRIBED = pytest.mark.parametrize("one", described_forms(), ids=str)


# --- the files ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FILES)
def test_a_schema_is_yaml_without_a_key_given_twice(name: str):
    assert isinstance(load_file(FOLDER / name), dict)


def test_a_key_given_twice_would_be_refused(tmp_path: Path):
    file = tmp_path / "twice.yaml"
    file.write_text("fields: []\nfields: []\n", encoding="utf-8")
    with pytest.raises(DuplicateKeyError, match="fields"):
        load_file(file)


def test_the_folder_holds_these_schemas_and_no_other_file():
    assert {path.name for path in FOLDER.iterdir() if path.is_file()} == set(FILES)


@pytest.mark.parametrize(("file", "class_"), PACKAGES.items())
def test_a_package_schema_says_its_type_and_version(file: str, class_: str):
    assert schema(file)["dataset_type"] == load().classes[class_].package
    assert schema(file)["scheming_version"] == 2


def test_the_organization_schema_says_its_type_and_version():
    assert schema("organization.yaml")["organization_type"] == "organization"
    assert schema("organization.yaml")["scheming_version"] == 2


@FORMS
def test_a_field_stands_once_in_a_form(one: Form):
    assert [name for name, number in Counter(f["field_name"] for f in one.fields).items() if number > 1] == []


# --- the model and the forms -------------------------------------------------------------------------------------


@DESCRIBED
def test_every_field_of_the_model_is_in_the_form(one: Form):
    assert model_fields(load().classes[one.class_]) - set(one.by_name) == set()


@DESCRIBED
def test_every_field_of_the_form_is_in_the_model_or_has_a_reason(one: Form):
    assert set(one.by_name) - model_fields(load().classes[one.class_]) == set(ONLY_HERE[one.class_])


@DESCRIBED
def test_a_part_has_exactly_the_fields_of_its_class(one: Form):
    for name, row in rows(load().classes[one.class_]).items():
        if row.kind == "node":
            part = one.by_name[name]["repeating_subfields"]
            assert {field["field_name"] for field in part} == model_fields(nested(row)), name


@DESCRIBED
def test_only_parts_and_translations_are_forms_inside_the_form(one: Form):
    nodes = {name for name, row in rows(load().classes[one.class_]).items() if row.kind == "node"}
    assert {f["field_name"] for f in one.fields if "repeating_subfields" in f} == nodes | {"translations"}


@DESCRIBED
def test_a_part_that_may_stand_once_has_no_button_for_a_second_one(one: Form):
    for name, row in rows(load().classes[one.class_]).items():
        if row.kind == "node":
            assert one.by_name[name].get("repeating_once", False) == (row.max == 1), name


@DESCRIBED
def test_every_text_of_the_model_can_be_translated_and_nothing_else(one: Form):
    class_ = load().classes[one.class_]
    subfields = {field["field_name"]: expanded(field) for field in one.by_name["translations"]["repeating_subfields"]}
    assert list(subfields) == ["field", "language", "text"]
    wanted = [row.field for row in class_.rows if row.kind == "text" and row.field]
    assert sorted(choice["value"] for choice in subfields["field"]["choices"]) == sorted(wanted)


@DESCRIBED
def test_a_translated_field_is_named_by_its_label(one: Form):
    labels = {name: field["label"] for name, field in one.by_name.items()} | {
        "tags": one.by_name.get("tag_string", {}).get("label")
    }
    for choice in one.by_name["translations"]["repeating_subfields"][0]["choices"]:
        assert choice["label"] == labels[choice["value"]]


def all_rows() -> Iterator[tuple[str, str, Row, Field]]:
    """(class, field name, row, form field) of each form and of the parts in it."""
    for one in described_forms():
        for name, row in rows(load().classes[one.class_]).items():
            yield one.class_, name, row, one.by_name[name]
            if row.kind == "node":
                inner = {field["field_name"]: expanded(field) for field in one.by_name[name]["repeating_subfields"]}
                yield from ((row.of, key, part, inner[key]) for key, part in rows(nested(row)).items())


def test_a_field_with_a_code_list_names_the_one_of_the_model():
    for class_, name, row, field in all_rows():
        assert field.get("vocabulary", "") == row.vocabulary, (class_, name)
        assert field.get("stored", "uri") == row.stored, (class_, name)


@FORMS
def test_every_code_list_that_a_field_names_exists(one: Form):
    for field in one.fields:
        if "vocabulary" in field:
            assert len(vocabulary.load(field["vocabulary"])) > 0
            assert field["choices_helper"] == "stuttgart_choices"


def test_a_field_has_the_preset_of_its_kind_single_or_list_as_in_the_model():
    for class_, name, row, field in all_rows():
        at = (class_, name)
        single, many = KINDS.get(row.kind, ((), ""))
        if row.kind == "node":
            assert "repeating_subfields" in field, at
        elif at in CHOSEN:
            assert (field["preset"], field["choices_helper"]) == ("stuttgart_concepts", CHOSEN[at])
        elif at in FOREIGN_PRESETS:
            assert field["preset"] == FOREIGN_PRESETS[at]
        else:
            assert field["preset"] in ((many,) if row.many else single), at


def test_further_values_are_lists_of_the_same_kind():
    for one in described_forms():
        for row in load().classes[one.class_].rows:
            if row.overflow:
                assert one.by_name[row.overflow]["preset"] == KINDS[row.kind][1], row.overflow


def test_single_values_and_lists_are_checked_by_their_validators():
    foreign = set(FOREIGN_PRESETS) | set(OWN_VALIDATORS)
    for class_, name, row, field in all_rows():
        if row.kind != "node" and (class_, name) not in foreign:
            kept = {key: field[key] for key in ("validators", "output_validators") if key in field}
            assert kept == (LIST if row.many else VALUE), (class_, name)


def test_the_fields_with_validators_of_their_own_are_those_named_here():
    fields = {(class_, name): field for class_, name, _, field in all_rows()}
    for at, validators in OWN_VALIDATORS.items():
        assert fields[at]["validators"] == validators


# --- presets -----------------------------------------------------------------------------------------------------


def test_presets_have_our_name_and_the_version_of_scheming():
    assert schema("presets.yaml")["scheming_presets_version"] == 2
    names = [preset["preset_name"] for preset in schema("presets.yaml")["presets"]]
    assert all(name.startswith("stuttgart_") for name in names)
    assert len(names) == len(set(names))


def test_a_preset_is_a_value_a_list_or_a_part():
    for name, values in our_presets().items():
        kept = {key: values[key] for key in ("validators", "output_validators") if key in values}
        if "repeating_subfields" in values:
            assert kept == {}, name
        else:
            assert kept == (LIST if name in LIST_PRESETS else VALUE), name
            assert {"form_snippet", "display_snippet"} <= set(values), name


def test_a_form_inside_a_form_holds_no_third_one():
    """scheming neither expands presets nor reads what the browser sends at that depth."""
    for one in all_forms():
        for inner in one.parts():
            assert [field["field_name"] for field in inner.fields if "repeating_subfields" in field] == []


def test_a_subfield_always_has_a_snippet():
    """scheming leaves a field without one out of a form, but fails at such a subfield."""
    for one in all_forms():
        for inner in one.parts():
            for field in inner.fields:
                assert field.get("form_snippet", "text.html"), f"{inner}.{field['field_name']}"


def used_presets() -> set[str]:
    raw = [field for file in PACKAGES for key in ("dataset_fields", "resource_fields") for field in schema(file)[key]]
    raw += [*schema("organization.yaml")["fields"], *our_presets().values()]
    inner = [subfield for field in raw for subfield in field.get("repeating_subfields", ())]
    return {field["preset"] for field in (*raw, *inner) if "preset" in field}


def test_every_preset_that_is_used_exists():
    others = foreign_presets()
    if others is None:
        pytest.skip("ckanext-scheming or ckanext-dataset-series is not installed")
    assert used_presets() - set(our_presets()) - set(others) == set()


def test_every_preset_of_ours_is_used():
    assert set(our_presets()) - used_presets() == set()


def test_the_order_of_a_series_is_validated_by_dataset_series_itself():
    fields = form("series.yaml", "dataset_fields").by_name
    for name in ("series_order_field", "series_order_type"):
        assert fields[name]["preset"].startswith("dataset_series_")
        assert "validators" not in fields[name]


def test_a_series_is_ordered_by_fields_that_its_datasets_have():
    dataset = form("dataset.yaml", "dataset_fields").by_name
    for choice in form("series.yaml", "dataset_fields").by_name["series_order_field"]["choices"]:
        assert choice["label"] == dataset[choice["value"]]["label"]


# --- what is required, hidden, grouped ---------------------------------------------------------------------------


@FORMS
def test_only_the_title_is_required(one: Form):
    required = {field["field_name"] for field in one.fields if field.get("required")}
    assert required == {"title"} & set(one.by_name)


@TOP_FORMS
def test_hidden_fields_are_those_named_here(one: Form):
    hidden = {field["field_name"] for field in one.fields if "form_snippet" in field and field["form_snippet"] is None}
    assert hidden == HIDDEN & set(one.by_name)
    assert all(one.by_name[name]["display_snippet"] is None for name in hidden)


@TOP_FORMS
def test_every_field_stands_under_a_declared_heading(one: Form):
    declared = {group["id"] for group in schema(one.name.split(":")[0])["field_groups"]}
    assert {field["field_name"]: field.get("group") for field in one.fields if field.get("group") not in declared} == {}


@pytest.mark.parametrize("file", SCHEMAS)
def test_a_heading_has_a_name_of_its_own_and_fields(file: str):
    groups = schema(file)["field_groups"]
    used = {field["group"] for key in schema(file) if key.endswith("fields") for field in schema(file)[key]}
    assert [group["id"] for group in groups if group["id"] not in used] == []
    for part in (lambda group: group["id"], lambda group: group["label"]["de"], lambda group: group["label"]["en"]):
        assert len({part(group) for group in groups}) == len(groups)


# --- words -------------------------------------------------------------------------------------------------------


def test_every_field_has_a_label_in_german_and_english():
    for name, field in all_fields():
        assert set(field["label"]) == {"de", "en"}, name
        assert all(label.strip() for label in field["label"].values()), name


@TOP_FORMS
def test_every_field_is_explained_in_german_and_english(one: Form):
    for field in one.fields:
        assert set(field["help_text"]) == {"de", "en"}, field["field_name"]
        assert all(text.endswith(".") for text in field["help_text"].values()), field["field_name"]


def test_whatever_has_german_words_has_english_ones_too():
    for name, field in all_fields():
        languages = Counter(language for language, _ in texts(field))
        assert languages["de"] == languages["en"], name


@FORMS
@pytest.mark.parametrize("language", ["de", "en"])
def test_no_two_fields_of_a_form_have_the_same_label(one: Form, language: str):
    labels = Counter(field["label"][language] for field in one.fields)
    assert [label for label, number in labels.items() if number > 1] == []


@FORMS
def test_a_label_is_short_enough_for_a_row_of_a_table(one: Form):
    for field in one.fields:
        for label in field["label"].values():
            assert len(label) <= 36, label
            assert not label.endswith((".", ":")), label


@pytest.mark.parametrize(("language", "foreign"), [("de", ENGLISH), ("en", GERMAN)])
def test_no_text_is_in_the_other_language(language: str, foreign: set[str]):
    for name, field in all_fields():
        for spoken, text in texts(field):
            if spoken == language:
                assert words(text) & foreign == set(), f"{name}: {text}"


def test_no_text_asks_editors_to_know_the_technology_behind():
    for name, field in all_fields():
        for _, text in texts(field):
            assert JARGON.search(text) is None, f"{name}: {text}"


def test_no_german_text_addresses_the_reader():
    for name, field in all_fields():
        for language, text in texts(field):
            if language == "de":
                assert ADDRESSING.search(text) is None, f"{name}: {text}"


# --- organizations -----------------------------------------------------------------------------------------------


def test_an_organization_has_plain_fields_only():
    """CKAN keeps extras of an organization as texts; scheming has no parts and no lists there."""
    for field in form("organization.yaml", "fields").fields:
        assert "repeating_subfields" not in field
        assert "output_validators" not in field
        assert "stuttgart" not in field.get("validators", ""), field["field_name"]


def test_an_organization_has_what_a_publisher_needs():
    fields = form("organization.yaml", "fields").by_name
    assert {"title", "publisher_type", "uri", "email", "telephone", "url", "contributor_id"} <= set(fields)
    assert fields["publisher_type"]["vocabulary"] == load().classes["Agent"].by_field["type"].vocabulary
    assert fields["contributor_id"]["vocabulary"] == load().classes["Dataset"].by_field["contributor_id"].vocabulary
