"""The portal of the test stack with everything the pages need, served by CKAN's own server."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.lib import mailer
from ckan.tests import factories, helpers
from playwright.sync_api import Browser

from ckanext.stuttgart import demo, settings
from devstack import ports
from tests.core import hostile
from tests.portal.harvesting import Origin

PASSWORD = "Spaziergang-2026"
VIEWERS = {"editor": "redaktion", "admin": "verwaltung"}
START_LIMIT = 90


@dataclass(frozen=True)
class Portal:
    """The served portal; `things` are the names and ids that addresses of the table are filled with."""

    address: str
    things: dict[str, str]

    def url(self, path: str, language: str = "de") -> str:
        """The address of a page of the table in a language."""
        prefix = "" if language == "de" else f"/{language}"
        return self.address + prefix + path.format(**self.things)


def fill(name: str) -> dict[str, str]:
    """Load the example catalogue of the city set now, users and a source; the names of what pages show."""
    profile = settings.city()
    catalog = profile.file(profile.demo)
    assert catalog is not None, f"the profile of {name} names no example catalogue"
    assert demo.load(profile, catalog).counts()["failed"] == 0
    things = _things()
    for make, viewer in ((factories.User, "editor"), (factories.Sysadmin, "admin")):
        name = VIEWERS[viewer]
        make(name=name, fullname=name.title(), about="", image_url="", password=PASSWORD, email=f"{name}@test.example")
    member = {"id": things["organization"], "username": VIEWERS["editor"], "role": "editor"}
    helpers.call_action("organization_member_create", context={"user": VIEWERS["admin"]}, **member)
    return things | VIEWERS | {"reset_key": _reset_key()} | _source(things["organization"])


def _things() -> dict[str, str]:
    query = {"fq": "+res_format:CSV +res_format:(GeoJSON OR GEOJSON)", "rows": 1, "sort": "title_string asc"}
    package = tk.get_action("package_search")({}, query)["results"][0]
    series = tk.get_action("package_search")({}, {"fq": "dataset_type:dataset_series", "rows": 1})["results"]
    service = tk.get_action("package_search")({}, {"fq": "dataset_type:data_service", "rows": 1})["results"]
    drawn = next(resource["id"] for resource in package["resources"] if resource["format"] == "GEOJSON")
    tidy = tk.get_action("package_search")({}, {"fq": "res_format:CSV vocab_in_series:*", "rows": 1})["results"][0]
    return {
        "dataset": package["name"],
        "resource": package["resources"][0]["id"],
        "map": drawn,
        "tidy": tidy["name"],
        "tidy_file": tidy["resources"][0]["id"],
        "organization": package["organization"]["name"],
        "tag": package["tags"][0]["name"],
        "series": series[0]["name"] if series else "",
        "service": service[0]["name"] if service else "",
        "topic": settings.city().topics[0].id,
    }


def _reset_key() -> str:
    """What a mail for a new password holds."""
    user = model.User.get(VIEWERS["editor"])
    assert user is not None
    mailer.create_reset_key(user)
    return str(user.reset_key)


def _source(organization: str) -> dict[str, str]:
    """A source that was read once, so that its pages have something to say."""
    allowed = f"{settings.HARVEST}allowed"
    with hostile.serving() as server, helpers.changed_config(allowed, server.host):
        origin = Origin(server, organization, name="probequelle")
        origin.serves([1, 2, 3])
        run = origin.run()
        for number in (1, 2, 3):  # the catalogue stays the example's own
            found = tk.get_action("package_search")({}, {"fq": f'title:"Datensatz {number}"'})["results"]
            for package in found:
                helpers.call_action("package_delete", context={"user": VIEWERS["admin"]}, id=package["id"])
    return {"source": "probequelle", "run": run["id"]}


@contextlib.contextmanager
def served(ini: Path, city: str, folder: Path) -> Iterator[str]:
    """The address of a portal of `city` as long as the context lasts: `ini` on the services of the tests."""
    port = ports.any_free()
    address = f"http://localhost:{port}"
    own = folder / "ckan.ini"
    own.write_text(_changed(ini.read_text(encoding="utf-8"), address, city), encoding="utf-8")
    command = [Path(sys.executable).with_name("ckan"), "-c", own, "run", "--host", "localhost"]
    command += ["--port", str(port), "--disable-reloader"]
    log = folder / "portal.log"
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output, env=os.environ | {"CKAN_INI": str(own)})
    try:
        _wait(process, address, log)
        yield address
    finally:
        process.terminate()
        process.wait(10)


def _changed(text: str, address: str, city: str) -> str:
    """The configuration for operators with what the tests need: their address, their index, a city."""
    values = {
        "ckan.site_id": tk.config["ckan.site_id"],  # the index is parted by it
        "ckan.site_url": address,
        "ckan.auth.create_user_via_web": "true",
        "SECRET_KEY": "only-for-the-tests",
        settings.CITY: city,
    }
    kept = [line for line in text.splitlines() if line.partition("=")[0].strip() not in values]
    at = kept.index("use = egg:ckan") + 1
    return "\n".join([*kept[:at], *(f"{key} = {value}" for key, value in values.items()), *kept[at:], ""])


def _wait(process: subprocess.Popen[bytes], address: str, log: Path) -> None:
    end = time.monotonic() + START_LIMIT
    while time.monotonic() < end and process.poll() is None:
        with contextlib.suppress(urllib.error.URLError, ConnectionError):
            urllib.request.urlopen(f"{address}/api/3/action/status_show", timeout=30).close()
            return
        time.sleep(0.3)
    raise AssertionError(f"The portal did not start:\n{log.read_text(errors='replace')[-3000:]}")


def log_in(browser: Browser, portal: Portal, viewer: str) -> Any:
    """Log in through the form; what the browser keeps of it."""
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(portal.url("/user/login"))
        page.fill("input[name=login]", VIEWERS[viewer])
        page.fill("input[name=password]", PASSWORD)
        page.click("main form[action] button[type=submit]")
        page.wait_for_url("**/dashboard/**")
        return context.storage_state()
