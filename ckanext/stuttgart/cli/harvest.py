"""`ckan stuttgart harvest ...`: sources that are read again and again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import ckan.plugins.toolkit as tk
import click

from ckanext.stuttgart.cli.output import errors_as_sentences, findings_as_lines, short
from ckanext.stuttgart.harvest import engine, preview, queue, report, schedule, sources, store
from ckanext.stuttgart.harvest.logic import find
from ckanext.stuttgart.harvest.reader import reader

JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")
OPTIONS = click.option("--option", "-p", "pairs", multiple=True, metavar="KEY=VALUE", help="An option of the reader.")
TROUBLE = ("failed", "refused")


@click.group("harvest", short_help="Read other catalogues again and again.")
def harvest() -> None:
    """Sources of data: look at one, add it, read it, see how it goes."""


@harvest.command("preview", short_help="Look at an address; nothing is written.")
@click.argument("url")
@click.option("--reader", "-r", "name", help="The reader's name; found out when not given.")
@click.option("--organization", "-o", help="The organization that would own the datasets.")
@OPTIONS
@JSON
def look(url: str, name: str | None, organization: str | None, pairs: tuple[str, ...], as_json: bool) -> None:
    """Say what an address is, show the first datasets of it and what a run would do. Exit code 1: it cannot be read."""
    with errors_as_sentences():
        chosen = name or preview.recognise(sources.client(url, {}), url)[0].name
        seen = preview.look(url, chosen if name else None, _options(chosen, pairs), organization)
    if as_json:
        _print(seen.as_dict())
        return
    click.echo(f"{seen.url}\n  is: {seen.label} (reader {seen.reader})")
    click.echo(f"  {'' if seen.whole else 'at least '}{seen.new} new, {seen.known} known, {len(seen.refused)} refused")
    for note in seen.notes:
        click.echo(f"  Note: {note}.")
    for package in seen.packages:
        click.echo(f"  {package.get('type') or 'dataset':15} {short(package['title'], 90)}")
    for title, reason in seen.refused[:10]:
        click.echo(f"  refused         {short(title)} {reason}.")
    for line in findings_as_lines(seen.findings):
        click.echo(line)


@harvest.command("add", short_help="Add a source.")
@click.argument("name")
@click.argument("url")
@click.option("--organization", "-o", required=True, help="The organization that will own the datasets.")
@click.option("--reader", "-r", "reader_name", help="The reader's name; found out when not given.")
@click.option("--title", help="What people call it (default: the name).")
@click.option("--frequency", type=click.Choice(list(schedule.FREQUENCIES)), default="never", show_default=True)
@click.option("--priority", type=int, default=0, show_default=True, help="Of duplicates, the higher one is shown.")
@OPTIONS
@JSON
def add(
    name: str,
    url: str,
    organization: str,
    reader_name: str | None,
    title: str | None,
    frequency: str,
    priority: int,
    pairs: tuple[str, ...],
    as_json: bool,
) -> None:
    """Add a source. Exit code 1: something about it is wrong; nothing was added."""
    address = url
    with errors_as_sentences():
        if reader_name is None:
            found, address = preview.recognise(sources.client(url, {}), url)
            reader_name = found.name
        given = _options(reader_name, pairs)
    data = {
        "name": name,
        "title": title or name,
        "url": address,
        "reader": reader_name,
        "owner_org": organization,
        "frequency": frequency,
        "priority": priority,
        "options": given,
    }
    source = _act("stuttgart_harvest_source_create", data)
    if as_json:
        _print(source)
    else:
        click.echo(f"Added the source {source['name']}: {source['url']} ({source['reader']}).")


@harvest.command("run", short_help="Read a source now, in this process.")
@click.argument("name")
@JSON
def run(name: str, as_json: bool) -> None:
    """Read a source now and say what became of its records.

    Exit code 0: finished. 1: the run failed or could not start. 3: finished, but some records failed.
    """
    source = _source(name)
    with errors_as_sentences():
        run_id = engine.run_now(source, "command")
    done = find.run(run_id)
    if as_json:
        _print(_act("stuttgart_harvest_run_show", {"run_id": run_id}))
    else:
        click.echo("\n".join(report.summary(done, "en")))
        for outcome in _act("stuttgart_harvest_run_show", {"run_id": run_id})["outcomes"]:
            if outcome["status"] in TROUBLE:
                click.echo(
                    f"  {outcome['status']:8} {short(outcome['title'])} <{outcome['name']}> {outcome['reason']}."
                )
    if done.state != "finished":
        raise click.exceptions.Exit(1)
    if done.counts.get("failed"):
        raise click.exceptions.Exit(3)


@harvest.command("status", short_help="How all sources do.")
@JSON
def status(as_json: bool) -> None:
    """Say how all sources do. Exit code 3: one of them needs a person."""
    engine.look_after()
    entries = _act("stuttgart_harvest_source_list", {})
    waiting, workers = queue.length(), queue.workers()
    if as_json:
        _print({"sources": entries, "queue": {"waiting": waiting, "workers": workers}})
    else:
        for entry in entries:
            click.echo(_line(entry))
        click.echo(
            "The queue cannot be reached." if workers is None else f"Workers: {workers}, jobs waiting: {waiting}."
        )
        if workers == 0 and any(_is_running(entry) for entry in entries):
            click.echo("No worker listens: start `ckan jobs worker`.")
    if any(_needs_somebody(entry) for entry in entries):
        raise click.exceptions.Exit(3)


@harvest.command("due", short_help="Start every source whose time has come; for a timer.")
@JSON
def due(as_json: bool) -> None:
    """Put into the queue what is due, and what was lost there or by a worker that died."""
    names = engine.due()
    if as_json:
        _print({"started": names})
    else:
        click.echo(f"Started: {', '.join(names) or 'nothing'}.")


@harvest.command("remove", short_help="Forget a source; its datasets stay.")
@click.argument("name")
@click.confirmation_option(prompt="Forget this source with its reports?")
def remove(name: str) -> None:
    """Forget a source with its runs and reports. Its datasets stay in the portal."""
    _act("stuttgart_harvest_source_delete", {"id": _source(name).id})
    click.echo(f"Removed the source {name}.")


@harvest.command("approve", short_help="Carry out deletions that were held.")
@click.argument("name")
def approve(name: str) -> None:
    """Hide the datasets whose deletion waits for a person's word."""
    done = _act("stuttgart_harvest_deletions_approve", {"id": _source(name).id})
    click.echo(f"{done['total']} datasets will be hidden by a worker.")


@harvest.command("discard", short_help="Keep datasets whose deletion was held.")
@click.argument("name")
def discard(name: str) -> None:
    """Keep the datasets whose deletion waits; they no longer belong to the source."""
    done = _act("stuttgart_harvest_deletions_discard", {"id": _source(name).id})
    click.echo(f"{done['kept']} datasets stay.")


def _act(action: str, data: Mapping[str, Any]) -> Any:
    try:
        return tk.get_action(action)({"user": store.site_user(), "ignore_auth": True}, dict(data))
    except tk.ValidationError as error:
        fields = "; ".join(f"{name}: {text}" for name, text in error.error_summary.items())
        raise click.ClickException(fields) from error
    except tk.ObjectNotFound as error:
        raise click.ClickException(str(error.message)) from error


def _source(name: str) -> Any:
    try:
        return find.source(name)
    except tk.ObjectNotFound as error:
        raise click.ClickException(f"There is no source {name!r}: see `ckan stuttgart harvest status`.") from error


def _options(name: str, pairs: tuple[str, ...]) -> dict[str, Any]:
    broken = [pair for pair in pairs if "=" not in pair]
    if broken:
        raise click.ClickException(f"{broken[0]!r} is no option: write KEY=VALUE.")
    given = dict(pair.split("=", 1) for pair in pairs)
    return sources.options_of(reader(name), given)


def _line(entry: Mapping[str, Any]) -> str:
    last = entry["last_run"]
    numbers = ", ".join(f"{state} {number}" for state, number in sorted(entry["records"].items()))
    when = f"{last['state']} {last['finished'] or ''}".strip() if last else "never read"
    progress = f" {last['done']}/{last['total']}" if last and _is_running(entry) else ""
    trouble = f" – {last['error'] or last['held']}" if last and (last["error"] or last["held"]) else ""
    return f"{entry['name']:30} {entry['reader']:14} {when}{progress}; {numbers or 'no records'}{trouble}"


def _is_running(entry: Mapping[str, Any]) -> bool:
    return bool(entry["last_run"] and not entry["last_run"]["finished"])


def _needs_somebody(entry: Mapping[str, Any]) -> bool:
    last = entry["last_run"]
    return bool(last and (last["state"] == "failed" or entry.get("held")))


def _print(value: Any) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))
