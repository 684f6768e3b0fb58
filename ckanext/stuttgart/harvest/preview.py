"""A look at an address before anything is saved: what it is, the first packages of it, what a run would do."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from ckanext.stuttgart.dcatde.findings import Finding
from ckanext.stuttgart.errors import RecordRefused, SourceError, SourceUnreadable, say
from ckanext.stuttgart.harvest import mapping, sources, store
from ckanext.stuttgart.harvest.address import shown
from ckanext.stuttgart.harvest.client import Answer, Client, Until
from ckanext.stuttgart.harvest.reader import Package, Reader, Record, Refused, Stopped, reader, reader_names

SECONDS = 25.0  # what a person waits for
MOMENT = 5.0  # for what a reader yields only after its last page
MOST = 200
EXAMPLES = 5


@dataclass
class Preview:
    """What was seen.

    whole     False where the look ended before the source did
    packages  the first five packages, as they would be written
    new       records the portal does not have yet; known: those it has
    findings  a finding of each rule as an example, and how often it was found in the packages looked at
    """

    url: str
    reader: str
    label: str
    whole: bool = True
    packages: list[Package] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    new: int = 0
    known: int = 0
    findings: list[tuple[Finding, int]] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """The preview as JSON values."""
        return {
            "url": self.url,
            "reader": self.reader,
            "label": self.label,
            "whole": self.whole,
            "packages": self.packages,
            "refused": [{"name": name, "reason": reason} for name, reason in self.refused],
            "notes": self.notes,
            "new": self.new,
            "known": self.known,
            "findings": [
                {**asdict(found), "message": found.message("en"), "count": number} for found, number in self.findings
            ],
        }


def recognise(client: Client, url: str) -> tuple[Reader, str]:
    """The reader that is surest of what an address answers, and the address that answered.

    Raises SourceError where nothing answers, SourceUnreadable where no reader knows the answer.
    """
    answers: dict[str, Answer] = {}
    failure: SourceError | None = None
    best: tuple[int, Reader, str] | None = None
    candidates = [(name, address) for name in reader_names() for address in reader(name).addresses(url)]
    # What was pasted first, guesses after it: one that is sure spares the others.
    for name, address in sorted(candidates, key=lambda candidate: candidate[1] != url):
        if best and best[0] >= 80 and address != url:
            break
        try:
            answer = answers.get(address) or client.get(address, accept="*/*;q=0.1, text/turtle, application/json")
        except SourceError as error:
            failure = failure or error
            continue
        answers[address] = answer
        sure = reader(name).recognises(answer)
        if sure > (best[0] if best else 0):
            best = (sure, reader(name), address)
    if best is not None:
        return best[1], best[2]
    if not answers and failure is not None:
        raise failure
    raise SourceUnreadable(shown(url), "is nothing that a reader knows", "Name the reader, or ask for another address")


def look(url: str, name: str | None, options: Mapping[str, Any], organization: str | None) -> Preview:
    """Look at an address; nothing is written. Raises SourceError or ReaderError.

    name          of a reader, where a person knows it
    organization  id or name of the one the packages would go to
    """
    client = sources.client(url, options)
    chosen, address = (reader(name), url) if name else recognise(client, url)
    seen = Preview(shown(address), chosen.name, chosen.label)
    owner = store.organization(organization) if organization else {"name": "preview", "title": "", "id": ""}
    counted: Counter[tuple[str, str]] = Counter()
    examples: dict[tuple[str, str], Finding] = {}
    ids: list[str] = []
    until = time.monotonic() + SECONDS
    # A reader that yields nothing before its last page ends of itself, too.
    for item in chosen.records(Until(client, until, say("only looked at for a moment")), address, options):
        if isinstance(item, Stopped):
            seen.notes.append(str(item.reason))
        elif isinstance(item, Refused):
            seen.refused.append((item.name, str(item.reason)))
        else:
            _look_at(chosen, item, options, owner, seen, ids, counted, examples)
        if time.monotonic() > until + MOMENT or len(ids) + len(seen.refused) >= MOST:
            seen.whole = False
            break
    there = store.stored(ids)
    seen.known = len(there)
    seen.new = len(set(ids)) - seen.known
    seen.findings = [(examples[key], number) for key, number in counted.most_common()]
    return seen


def _look_at(
    chosen: Reader,
    record: Record,
    options: Mapping[str, Any],
    owner: Package,
    seen: Preview,
    ids: list[str],
    counted: Counter[tuple[str, str]],
    examples: dict[tuple[str, str], Finding],
) -> None:
    fallback = {"name": owner.get("title") or owner["name"]}
    try:
        id_ = record.id(owner["name"])
        made = mapping.ready(chosen, record, options, fallback)
    except RecordRefused as error:
        seen.refused.append((error.record, str(error.problem)))
        return
    ids.append(id_)
    if len(seen.packages) < EXAMPLES:
        seen.packages.append(made.package)
    for finding in made.findings:
        counted[finding.severity, finding.rule] += 1
        examples.setdefault((finding.severity, finding.rule), finding)
