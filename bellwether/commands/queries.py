"""Commands for those who write files under `queries/`: check them, begin them."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from bellwether import drafts
from bellwether.commands.call import Json, at, people, stop


def check(
    path: Annotated[
        Path | None, typer.Argument(help="A file or folder under queries/; all of it when not said")
    ] = None,
    style: Annotated[bool, typer.Option("--style", help="Also how the SQL is written; loads sqlfluff")] = False,
    data: Annotated[bool, typer.Option("--data", help="Also ask the newest version; so it is with a PATH")] = False,
    as_json: Json = False,
) -> None:
    """Check files under queries/: header, parameters, columns, grain, filters, privacy, test cases, budget."""
    from bellwether import checks, passed

    whole, asked = path.resolve() if path else None, data or path is not None
    found = checks.check(at(), whole, style, asked, passed.REMEMBERED)
    if as_json:
        typer.echo(json.dumps([asdict(one) for one in found.complaints], indent=1))
    for one in found.complaints:
        people.print(one.sentence, markup=False, soft_wrap=True)
    for line in found.told:
        people.print(line, markup=False, soft_wrap=True)
    people.print(f"{found.files} files checked, {len(found.complaints)} complaints.")
    if found.complaints:
        raise typer.Exit(1)


def lineage(
    name: Annotated[str, typer.Argument(help="Page, question, indicator, mart, feed, source, or TABLE.COLUMN")],
    as_json: Json = False,
) -> None:
    """What a figure or a column is made from, down to the exports, and which pages show it."""
    from bellwether.lineage import telling
    from bellwether.views import listing

    found = telling.read(at(), {one.title: (one.file, one.asks) for one in listing.PAGES})
    try:
        lines = telling.tell(found, name)
    except telling.Unknown as error:
        raise stop(error, 2) from None
    typer.echo(json.dumps(telling.as_data(found, name), indent=1) if as_json else "\n".join(lines))


def new(
    kind: Annotated[str, typer.Argument(help="explore, indicator or source")],
    name: Annotated[str, typer.Argument(help="TOPIC/NAME of a question, NAME of an indicator or a source")],
    export: Annotated[Path | None, typer.Option("--from", help="Of a source: an export to look at")] = None,
    feed: Annotated[str, typer.Option(help="Of a source: the feed that it fills, where the proposal is another")] = "",
    records: Annotated[str, typer.Option(help="Of a source from JSON: the path to the records")] = "",
    zone: Annotated[str, typer.Option(help="Of a source: the zone of its times, as Europe/Amsterdam")] = "",
    day_first: Annotated[bool, typer.Option("--day-first", help="Of a source: 03/04 is 3 April")] = False,
    month_first: Annotated[bool, typer.Option("--month-first", help="Of a source: 03/04 is March 4")] = False,
) -> None:
    """Begin a question to explore, an indicator (each with a test case), or a source, looked up in an export."""
    if kind == "source":
        from bellwether.commands import proposals

        asked = proposals.Asked(name, export, feed, records, zone, day_first, month_first)
        proposals.source(asked)
        return
    try:
        written = drafts.new(kind, name, at().queries, at().queries.parent / "tests" / "cases")
    except drafts.Refused as error:
        raise stop(error, 2) from None
    for file in written:
        typer.echo(file)
    people.print(drafts.next_steps(kind, written), markup=False, soft_wrap=True)
