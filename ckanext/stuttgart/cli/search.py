"""`ckan stuttgart search`: what is done with a query, the synonyms, and the queries that found nothing."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

import ckan.plugins.toolkit as tk
import click

from ckanext.stuttgart import settings
from ckanext.stuttgart.search import synonyms as files
from ckanext.stuttgart.search.query import Unit
from ckanext.stuttgart.searching import hooks, misses, shelf

JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")
LINES_WRONG = 3


@click.group("search", short_help="Explain queries, reload synonyms, list what found nothing.")
def search() -> None:
    """The German search."""


@search.command()
@click.argument("query")
@click.option("--rows", type=click.IntRange(1, 100), default=5, show_default=True, help="How many datasets to show.")
@JSON
def explain(query: str, rows: int, as_json: bool) -> None:
    """Show how QUERY is read, the queries that Solr gets, and which datasets it finds with which score."""
    reading = hooks.read(query) if hooks.wanted({"q": query}, {}) else hooks.Reading(query)
    answer = tk.get_action("package_search")({"ignore_auth": True}, {"q": query, "rows": rows, "fl": "id,title,score"})
    told: dict[str, Any] = {
        "query": query,
        "left_to_ckan": not reading.stages,
        "parts": [_part(unit) for unit in reading.units],
        "stages": [asdict(stage) for stage in reading.stages],
        "notes": answer.get("stuttgart") or {},
        "count": answer["count"],
        "results": answer["results"],
    }
    click.echo(json.dumps(told, ensure_ascii=False, indent=2) if as_json else _said(told))


@search.command()
@JSON
def synonyms(as_json: bool) -> None:
    """Check the file of synonyms and have every process read it anew; exit code 3 when lines of it are wrong."""
    path = settings.search_synonyms()
    try:
        _, problems = files.parse(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise click.ClickException(f"{path} cannot be read as UTF-8 text ({type(error).__name__}).") from error
    shelf.renew_synonyms()
    if as_json:
        click.echo(json.dumps({"file": str(path), "problems": [asdict(problem) for problem in problems]}))
    else:
        for problem in problems:
            click.echo(f"Line {problem.line}: {problem.text}")
        click.echo(f"{path} is read anew by every process of the portal.")
    if problems:
        raise click.exceptions.Exit(LINES_WRONG)


@search.command("misses")
@click.option("--most", type=click.IntRange(1, 2000), default=50, show_default=True, help="How many queries.")
@JSON
def missed(most: int, as_json: bool) -> None:
    """List the queries that found nothing, the most frequent first: words that a synonym may help."""
    found = misses.most_frequent(most)
    if as_json:
        click.echo(json.dumps([asdict(miss) for miss in found], ensure_ascii=False, indent=2))
        return
    for miss in found:
        click.echo(f"{miss.count:6}  {miss.last}  {miss.query}")
    if not found:
        click.echo("No query is known that found nothing.")


def _part(unit: Unit) -> dict[str, Any]:
    return {
        "text": unit.surface,
        "role": unit.role,
        "known": unit.known,
        "meant": unit.meant,
        "sure": [str(each) for each in unit.sure],
        "guesses": [str(each) for each in unit.guesses],
    }


def _said(told: dict[str, Any]) -> str:
    if told["left_to_ckan"]:
        lines = ["The query is left to CKAN: it asks Solr for more than words, or the German search is off."]
    else:
        lines = [
            f"{part['text']}: {part['role']}"
            + (f", read as {part['meant']}" if part["meant"] else "")
            + "".join(f"\n    {each}" for each in [*part["sure"], *part["guesses"]])
            for part in told["parts"]
        ]
        lines += [f"{stage['name']} (mm {stage['mm']}): {stage['q']}" for stage in told["stages"]]
    lines.append(f"{told['count']} datasets")
    lines += [f"{result.get('score', 0):10.3f}  {result.get('title', result.get('id'))}" for result in told["results"]]
    return "\n".join(lines)
