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

    Only those with `cookie` may set one for visitors. `walked` pages are also gone through by keyboard and looked at on
    a dark screen. `awaits` names the checks of `checks.ALL`, "cookie" and "without JavaScript" it does not pass yet.
    """

    name: str
    path: str
    viewers: tuple[str, ...] = EVERYBODY
    status: int = 200
    walked: bool = False
    cookie: bool = False
    awaits: frozenset[str] = field(default_factory=frozenset)


def awaiting(*names: str) -> frozenset[str]:
    """The checks a page does not pass yet."""
    return frozenset(names)


FORM = awaiting("accessible", "in German", "in large text", "quiet", "well formed")

PAGES = (
    Page("home", "/", walked=True),
    Page("topics", "/themen", ANONYMOUS),
    Page("imprint", "/impressum", ANONYMOUS),
    Page("privacy", "/datenschutz", ANONYMOUS),
    Page("accessibility", "/barrierefreiheit", ANONYMOUS),
    Page("plain language", "/leichte-sprache", ANONYMOUS),
    Page("sign language", "/gebaerdensprache", ANONYMOUS),
    Page("terms", "/nutzungsbedingungen", ANONYMOUS),
    Page("help", "/hilfe", ANONYMOUS, walked=True),
    Page("about", "/ueber", ANONYMOUS),
    Page("search", "/dataset/", walked=True),
    Page("search with words", "/dataset/?q=stadt"),
    Page("search with filters", "/dataset/?tags={tag}&res_format=CSV", ANONYMOUS),
    Page("search without result", "/dataset/?q=gibt-es-nicht-hier"),
    Page("second page of a search", "/dataset/?page=2&sort=title_string+asc", ANONYMOUS),
    Page("dataset", "/dataset/{dataset}", walked=True),
    Page("resource", "/dataset/{dataset}/resource/{resource}"),
    Page("map", "/dataset/{dataset}/resource/{map}", ANONYMOUS),
    Page("chart", "/dataset/{tidy}/resource/{tidy_file}", ANONYMOUS),
    Page("embedded table", "/einbetten/{dataset}/{resource}", ANONYMOUS),
    Page("embedded map", "/einbetten/{dataset}/{map}", ANONYMOUS),
    Page("series", "/dataset_series/{series}"),
    Page("all series", "/dataset_series/", ANONYMOUS),
    Page("service", "/data_service/{service}"),
    Page("all services", "/data_service/", ANONYMOUS),
    Page("activity", "/dataset/activity/{dataset}", awaits=awaiting("accessible", "in German", "quiet", "well formed")),
    Page("organizations", "/organization/"),
    Page("organization", "/organization/{organization}"),
    Page("about an organization", "/organization/about/{organization}", ANONYMOUS),
    Page("groups", "/group/", ANONYMOUS),
    Page("login", "/user/login", walked=True, cookie=True),
    Page("registration", "/user/register", ANONYMOUS, cookie=True),
    Page("password reset", "/user/reset", ANONYMOUS, cookie=True),
    Page("new password", "/user/reset/{editor}?key={reset_key}", ANONYMOUS, cookie=True),
    Page("logged out", "/user/logged_out_redirect", ANONYMOUS),
    Page("not found", "/gibt-es-nicht", status=404, walked=True),
    Page("no such dataset", "/dataset/gibt-es-nicht", ANONYMOUS, status=404),
    Page("no access", "/ckan-admin/", ANONYMOUS, status=403),
    Page("sources", "/harvest/", walked=True),
    Page("source", "/harvest/{source}"),
    Page("own source", "/harvest/{source}", ADMIN),
    Page("run", "/harvest/run/{run}", ADMIN),
    Page("new source", "/harvest/new", ADMIN, walked=True),
    Page("source form", "/harvest/{source}/edit", ADMIN),
    Page("held deletions", "/harvest/{source}/held", ADMIN),
    Page("deletion of a source", "/harvest/{source}/delete", ADMIN),
    Page("no right to make sources", "/harvest/new", EDITOR, status=403),
    Page("dashboard", "/dashboard/datasets", EDITOR, walked=True),
    Page("own organizations", "/dashboard/organizations", EDITOR, awaits=awaiting("accessible")),
    Page("news", "/dashboard/", EDITOR),
    Page("access keys", "/user/{editor}/api-tokens", EDITOR),
    Page("profile", "/user/{editor}", EDITOR),
    Page("profile form", "/user/edit/{editor}", EDITOR),
    Page("dataset form", "/dataset/edit/{dataset}", EDITOR, awaits=FORM),
    Page("new dataset", "/dataset/new", EDITOR, awaits=FORM),
    Page("resource form", "/dataset/{dataset}/resource/{resource}/edit", EDITOR, awaits=FORM),
    Page("deletion of a dataset", "/dataset/delete/{dataset}", EDITOR),
    Page("deletion of a file", "/dataset/{dataset}/resource/{resource}/delete", EDITOR),
    Page("deletion of an organization", "/organization/delete/{organization}", ADMIN),
    Page("organization form", "/organization/edit/{organization}", ADMIN, awaits=FORM),
    Page("administration", "/ckan-admin/", ADMIN),
)
