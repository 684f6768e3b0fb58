"""The types of page the portal has, one line each. A new type of page is a new line; nothing else has to be written."""

from __future__ import annotations

from dataclasses import dataclass, field

ANONYMOUS = ("anonymous",)
EVERYBODY = ("anonymous", "editor")
EDITOR = ("editor",)
ADMIN = ("admin",)


@dataclass(frozen=True)
class Page:
    """A type of page: name, address with slots for `Portal.things`, who may see it and with which status.

    `awaits` names the checks of `checks.ALL` that this page does not pass yet, with the reason in a comment.
    """

    name: str
    path: str
    viewers: tuple[str, ...] = EVERYBODY
    status: int = 200
    awaits: frozenset[str] = field(default_factory=frozenset)


def awaiting(*names: str) -> frozenset[str]:
    """The checks a page does not pass yet."""
    return frozenset(names)


PAGES = (
    Page("home", "/"),
    Page("topics", "/themen", ANONYMOUS),
    Page("imprint", "/impressum", ANONYMOUS),
    Page("privacy", "/datenschutz", ANONYMOUS),
    Page("accessibility", "/barrierefreiheit", ANONYMOUS),
    Page("plain language", "/leichte-sprache", ANONYMOUS),
    Page("sign language", "/gebaerdensprache", ANONYMOUS),
    Page("terms", "/nutzungsbedingungen", ANONYMOUS),
    Page("help", "/hilfe", ANONYMOUS),
    Page("about", "/ueber", ANONYMOUS),
    Page("search", "/dataset/", awaits=awaiting("accessible", "in German")),
    Page("search with words", "/dataset/?q=stadt", awaits=awaiting("in German")),
    Page("search by tag", "/dataset/?tags={tag}", ANONYMOUS, awaits=awaiting("in German")),
    Page(
        "search without result", "/dataset/?q=gibt-es-nicht-hier", ANONYMOUS, awaits=awaiting("accessible", "in German")
    ),
    Page("dataset", "/dataset/{dataset}", awaits=awaiting("in German", "well formed")),
    Page("resource", "/dataset/{dataset}/resource/{resource}", awaits=awaiting("in German", "quiet")),
    Page("series", "/dataset_series/{series}"),
    Page("service", "/data_service/{service}"),
    Page("activity", "/dataset/activity/{dataset}", awaits=awaiting("accessible", "in German", "quiet", "well formed")),
    Page("organizations", "/organization/", awaits=awaiting("accessible", "in width", "well formed")),
    Page("organization", "/organization/{organization}", awaits=awaiting("accessible", "in German", "well formed")),
    Page(
        "about an organization",
        "/organization/about/{organization}",
        ANONYMOUS,
        awaits=awaiting("accessible", "well formed"),
    ),
    Page("groups", "/group/", ANONYMOUS, awaits=awaiting("in German", "well formed")),
    Page("login", "/user/login", ANONYMOUS),
    Page("password reset", "/user/reset", ANONYMOUS),
    Page("logged out", "/user/logged_out_redirect", ANONYMOUS),
    Page("not found", "/gibt-es-nicht", status=404),
    Page("no such dataset", "/dataset/gibt-es-nicht", ANONYMOUS, status=404),
    Page("no access", "/ckan-admin/", ANONYMOUS, status=403),
    Page("sources", "/harvest/"),
    Page("source", "/harvest/{source}"),
    Page("run", "/harvest/run/{run}", ADMIN, awaits=awaiting("in German")),
    Page("dashboard", "/dashboard/datasets", EDITOR, awaits=awaiting("accessible", "well formed")),
    Page(
        "profile",
        "/user/{editor}",
        EDITOR,
        awaits=awaiting("accessible", "in German", "at home", "quiet", "well formed"),
    ),
    Page("profile form", "/user/edit/{editor}", EDITOR, awaits=awaiting("accessible", "in German", "well formed")),
    Page(
        "dataset form",
        "/dataset/edit/{dataset}",
        EDITOR,
        awaits=awaiting("accessible", "in German", "quiet", "well formed"),
    ),
    Page("new dataset", "/dataset/new", EDITOR, awaits=awaiting("accessible", "in German", "quiet", "well formed")),
    Page(
        "resource form",
        "/dataset/{dataset}/resource/{resource}/edit",
        EDITOR,
        awaits=awaiting("accessible", "in German", "quiet", "well formed"),
    ),
    Page(
        "organization form",
        "/organization/edit/{organization}",
        ADMIN,
        awaits=awaiting("accessible", "in German", "quiet", "well formed"),
    ),
    Page("administration", "/ckan-admin/", ADMIN, awaits=awaiting("accessible", "in German", "well formed")),
)
