"""The embedded stack carries a real CKAN, and its commands keep their word."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from ckan.tests import factories, helpers

VARIABLES = {
    "CKAN_SQLALCHEMY_URL",
    "CKAN_DATASTORE_WRITE_URL",
    "CKAN_DATASTORE_READ_URL",
    "CKAN_SOLR_URL",
    "CKAN_REDIS_URL",
    "CKAN_SITE_URL",
    "CKAN_STORAGE_PATH",
    "CKAN_INI",
}


def devstack(checkout: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run a command on the stack these tests run on."""
    version = helpers.call_action("status_show")["ckan_version"]
    command = [sys.executable, "-B", "-m", "devstack", *words, "--ckan", ".".join(version.split(".")[:2])]
    name = ["--name", os.environ.get("DEVSTACK_NAME", "test")]
    return subprocess.run([*command, *name], cwd=checkout, capture_output=True, text=True, check=False, timeout=120)


@pytest.fixture
def own_stack() -> None:
    """Skip where the services are the caller's own."""
    if not os.environ.get("DEVSTACK_NAME"):
        pytest.skip("the services are not those of devstack")


def test_the_portal_answers_status_show(app):
    answer = app.get("/api/3/action/status_show")
    assert answer.json["result"]["ckan_version"].startswith(("2.11.", "2.12."))
    assert "stuttgart" in answer.json["result"]["extensions"]


@pytest.mark.usefixtures("clean_portal")
def test_a_created_package_is_found_in_the_index():
    owner = factories.Organization()
    factories.Dataset(owner_org=owner["id"], title="Radzählstellen")
    assert helpers.call_action("package_search", q="Radzählstellen")["count"] == 1


def add_table(fields: list[dict[str, str]], records: list[dict[str, object]]) -> str:
    """Create a dataset with one DataStore table as an administrator; return the resource's id."""
    owner = factories.Organization()
    dataset = factories.Dataset(owner_org=owner["id"])
    created = helpers.call_action(
        "datastore_create",
        context={"user": factories.Sysadmin()["name"]},
        resource={"package_id": dataset["id"]},
        fields=fields,
        records=records,
    )
    return created["resource_id"]


@pytest.mark.usefixtures("clean_datastore")
def test_the_datastore_takes_a_table_and_finds_rows_in_it():
    table = add_table(
        [{"id": "street", "type": "text"}, {"id": "count", "type": "int"}],
        [{"street": "Königstraße", "count": 3}, {"street": "Weg", "count": 5}],
    )
    found = helpers.call_action("datastore_search", resource_id=table, filters={"count": 5})
    assert [row["street"] for row in found["records"]] == ["Weg"]


@pytest.mark.usefixtures("clean_datastore")
def test_the_datastore_answers_sql_with_its_reading_role():
    table = add_table([{"id": "a", "type": "int"}], [{"a": 1}, {"a": 2}])
    answer = helpers.call_action("datastore_search_sql", sql=f'SELECT sum(a) AS s FROM "{table}"')
    assert [str(row["s"]) for row in answer["records"]] == ["3"]


@pytest.mark.usefixtures("own_stack")
def test_a_second_up_starts_nothing(checkout):
    done = devstack(checkout, "up", "--services")
    assert done.returncode == 0, done.stderr
    assert "Starting" not in done.stderr
    assert done.stderr.count("already running") == 3


@pytest.mark.usefixtures("own_stack")
def test_env_prints_every_variable_as_a_shell_line(checkout):
    done = devstack(checkout, "env")
    assert done.returncode == 0, done.stderr
    exported = {}
    for line in done.stdout.splitlines():
        key, _, value = line.removeprefix("export ").partition("=")
        exported[key] = "".join(shlex.split(value))
    assert set(exported) >= VARIABLES
    assert exported["CKAN_SQLALCHEMY_URL"] == os.environ["CKAN_SQLALCHEMY_URL"]
    assert Path(exported["CKAN_INI"]).is_file()


@pytest.mark.usefixtures("own_stack")
def test_status_names_every_service(checkout):
    done = devstack(checkout, "status")
    assert done.returncode == 0
    assert [line.split()[:2] for line in done.stdout.splitlines()[:3]] == [
        ["PostgreSQL", "running"],
        ["Redis", "running"],
        ["Solr", "running"],
    ]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["up", "--name", "../x"], "must be 1 to 31"),
        (["up", "--ckan", "2.9"], "has no lock file"),
        (["up", "--nmae", "x"], "--nmae"),
        (["env", "--name", "never_started"], "not running"),
    ],
)
def test_a_wrong_word_is_one_sentence(checkout, words, said):
    done = subprocess.run(
        [sys.executable, "-B", "-m", "devstack", *words], cwd=checkout, capture_output=True, text=True, check=False
    )
    assert done.returncode != 0
    assert said in done.stderr
    assert "Traceback" not in done.stderr
