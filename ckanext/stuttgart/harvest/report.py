"""What a run did, in plain German and English: as text for a page and a mail, as rows for a CSV file."""

from __future__ import annotations

import contextlib
import logging
import socket
from collections.abc import Iterator

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.lib import mailer

from ckanext.stuttgart.cells import csv_bytes
from ckanext.stuttgart.dcatde.findings import Finding
from ckanext.stuttgart.harvest import outcomes, phrases, store
from ckanext.stuttgart.harvest.address import shown
from ckanext.stuttgart.harvest.model import Outcome, Run, Source

log = logging.getLogger(__name__)

TROUBLE = ("failed", "refused")
MOST_IN_MAIL = 50
MAIL_WAIT = 20.0  # seconds
COLUMNS = ("status", "title", "record", "package", "reason", "finding", "field", "value")


def summary(run: Run, language: str) -> list[str]:
    """The run in a few sentences."""
    said = phrases.texts(language)
    lines = [said["state_" + run.state]]
    if run.error:
        lines.append(said["error"].format(error=phrases.sentence(run.error, language)))
    order = (*outcomes.GOOD, *TROUBLE)
    counted = [f"{said['count_' + name]}: {run.counts[name]}" for name in order if run.counts.get(name)]
    if counted:
        lines.append(", ".join(counted) + ".")
    if run.held:
        lines.append(said["held"].format(reason=phrases.sentence(run.held, language)))
    lines += [said["note"].format(note=phrases.sentence(note, language)) for note in run.notes]
    return lines


def rows(run: Run, language: str) -> Iterator[list[str]]:
    """The head and a row for each outcome and each of its findings, for a CSV file."""
    said = phrases.texts(language)
    yield [said["column_" + name] for name in COLUMNS]
    for outcome in outcomes.each(run.id):
        head = [said["status_" + outcome.status], outcome.title, outcome.name, outcome.package_id]
        yield [*head, phrases.sentence(outcome.reason, language), "", "", ""]
        for found in outcome.findings:
            finding = Finding(**found)
            yield [*head, "", finding.message(language), finding.field, finding.value]


def as_csv(run: Run, language: str) -> bytes:
    """The report for a spreadsheet; no cell of it is taken for a formula."""
    return csv_bytes(rows(run, language))


def send(run_id: str) -> None:
    """Tell whoever looks after the source that a run had trouble; a mail that cannot be sent is logged, no more."""
    try:
        with _patience():
            _send(run_id)
    except Exception:
        log.exception("the report of run %s could not be mailed", run_id)


def _send(run_id: str) -> None:
    run = model.Session.query(Run).filter(Run.id == run_id).one()
    source = model.Session.query(Source).filter(Source.id == run.source_id).one()
    troubled = outcomes.of_run(run.id, TROUBLE, MOST_IN_MAIL)
    if run.state == "aborted" or (run.state == "finished" and not troubled and not run.held):
        return
    recipient = source.mail or store.organization(source.owner_org).get("email")
    if not recipient:
        return
    language = tk.config["ckan.locale_default"]
    said = phrases.texts(language)
    subject = said["mail_subject"].format(source=source.title)
    text = "\n".join(_mail(run, source, troubled, language))
    title = source.title
    model.Session.commit()
    mailer.mail_recipient(title, recipient, subject, text)


@contextlib.contextmanager
def _patience() -> Iterator[None]:
    """CKAN's mailer waits for a silent mail server for ever."""
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(MAIL_WAIT)
    try:
        yield
    finally:
        socket.setdefaulttimeout(before)


def _mail(run: Run, source: Source, troubled: list[Outcome], language: str) -> Iterator[str]:
    said = phrases.texts(language)
    yield said["mail_head"].format(source=source.title, url=shown(source.url))
    yield ""
    yield from summary(run, language)
    if troubled:
        yield ""
        yield said["mail_records"]
    for outcome in troubled:
        yield f"- {outcome.title} ({outcome.name}): {phrases.sentence(outcome.reason, language)}"
    yield ""
    yield said["mail_page"].format(url=tk.url_for("stuttgart_harvest.run", run_id=run.id, _external=True))
