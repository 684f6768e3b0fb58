"""How commands speak: tables for people, JSON for programs, one sentence and an exit code for errors."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

import click

from ckanext.stuttgart.dcatde.findings import Finding
from ckanext.stuttgart.errors import StuttgartError
from ckanext.stuttgart.harvest.ingest import Report


@contextlib.contextmanager
def errors_as_sentences() -> Iterator[None]:
    """An expected error ends the command with its sentence on stderr and exit code 1."""
    try:
        yield
    except StuttgartError as error:
        raise click.ClickException(str(error)) from error


def report_as_json(report: Report) -> str:
    """For programs: counts, every outcome, and the findings counted by rule."""
    return json.dumps(
        {
            "source": report.source,
            "dry_run": report.dry_run,
            "notes": [str(note) for note in report.notes],
            "counts": report.counts(),
            "outcomes": [
                {k: v for k, v in asdict(outcome).items() if k not in ("findings", "reason")}
                | {"reason": str(outcome.reason), "findings": len(outcome.findings)}
                for outcome in report.outcomes
            ],
            "findings": [
                {"rule": f.rule, "severity": f.severity, "count": number, "example": f.message("en"), "field": f.field}
                for f, number in report.by_rule()
            ],
        },
        ensure_ascii=False,
        indent=2,
    )


def report_as_table(report: Report) -> str:
    """For people: counts, what was not imported and why, and an example of every finding."""
    lines = [f"{report.source}{'  (dry run: nothing was written)' if report.dry_run else ''}", ""]
    lines += [f"  {status:10} {number:6}" for status, number in report.counts().items() if number]
    lines += [f"  Note: {note}." for note in report.notes]
    if not report.outcomes:
        lines.append("  the source holds no datasets")
    troubled = [outcome for outcome in report.outcomes if str(outcome.reason)]
    if troubled:
        lines += ["", "Not imported:"]
        lines += [f"  {o.status:8} {short(o.title)} <{short(o.record, 200)}> {o.reason}." for o in troubled]
    findings = report.by_rule()
    if findings:
        lines += ["", "Findings by rule (an example each):"]
        lines += [f"  {number:6}  {f.severity:9}  {f.rule:32}  {short(f.message('en'), 120)}" for f, number in findings]
    return "\n".join(lines)


def findings_as_lines(findings: Sequence[tuple[Finding, int]]) -> list[str]:
    """How often each rule was found, with an example."""
    if not findings:
        return []
    lines = (f"  {number:6}  {f.severity:9}  {f.rule:32}  {short(f.message('en'), 120)}" for f, number in findings)
    return ["", "Findings by rule (an example each):", *lines]


def say(report: Report, as_json: bool) -> None:
    """Print a report."""
    click.echo(report_as_json(report) if as_json else report_as_table(report))


def short(text: Any, width: int = 60) -> str:
    """A text on one line, cut to a width."""
    flat = " ".join(str(text).split())
    return flat if len(flat) <= width else flat[: width - 3] + "..."
