"""Another city is another file: nothing of the first one is left."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from bs4 import BeautifulSoup
from ckan.lib import mailer
from ckan.tests import factories, helpers

from tests.portal.conftest import city

PATHS = (
    "/",
    "/about",
    "/dataset/",
    "/dataset/?q=gibt-es-nicht",
    "/organization/",
    "/group/",
    "/user/login",
    "/user/reset",
    "/feeds/dataset.atom",
    "/gibt-es-nicht",
)
ATTRIBUTES = ("alt", "title", "content", "placeholder", "aria-label", "value")


@pytest.fixture(scope="module")
def loaded(portal_of: Callable[[str], None]) -> None:
    """The example catalogue of Musterstadt."""
    portal_of("musterstadt")


@pytest.fixture
def musterstadt(loaded: None) -> Iterator[None]:
    """The portal of Musterstadt with its example catalogue."""
    with city("musterstadt"):
        yield


def said(html: str) -> str:
    """What a page says: its text and the attributes that people or search engines read."""
    soup = BeautifulSoup(html, "xml" if html.startswith("<?xml") else "html.parser")
    for element in soup(["script", "style"]):
        element.decompose()
    spoken = [str(tag[name]) for tag in soup.find_all(True) for name in ATTRIBUTES if tag.get(name)]
    return " ".join([soup.get_text(" "), *spoken])


def pages() -> list[str]:
    package = helpers.call_action("package_search", rows=1)["results"][0]
    resource = package["resources"][0]
    return [
        *PATHS,
        f"/dataset/{package['name']}",
        f"/dataset/{package['name']}/resource/{resource['id']}",
        f"/organization/{package['organization']['name']}",
        f"/dataset/activity/{package['name']}",
    ]


@pytest.mark.usefixtures("musterstadt")
@pytest.mark.parametrize("language", ["", "/en"])
def test_no_page_says_the_name_of_the_first_city(app: Any, language: str) -> None:
    for path in pages():
        answer = app.get(f"{language}{path}")
        assert answer.status_code in (200, 404)
        assert not re.search("stuttgart", said(answer.body), re.IGNORECASE), path


@pytest.mark.usefixtures("musterstadt")
def test_pages_carry_the_name_of_the_city(app: Any) -> None:
    assert "Offene Daten Musterstadt" in app.get("/dataset/").body


@pytest.mark.usefixtures("musterstadt")
def test_its_rdf_is_its_own(app: Any) -> None:
    for suffix in ("ttl", "rdf", "jsonld"):
        text = app.get(f"/catalog.{suffix}").body
        assert "Stadt Musterstadt" in text
        assert not re.search("stuttgart", text, re.IGNORECASE)
        assert "datenBW" not in text
        assert "08111" not in text


@pytest.mark.usefixtures("musterstadt")
def test_its_mails_are_its_own(app: Any) -> None:
    with app.flask_app.test_request_context("/"):
        user = factories.User.model()
        mailer.create_reset_key(user)
        texts = [mailer.get_reset_link_body(user), mailer.get_invite_body(user)]
    assert all("Musterstadt" in text for text in texts)
    assert not any(re.search("stuttgart", text, re.IGNORECASE) for text in texts)
