"""Commands for those who write files under `queries/`: check them, begin them."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from bellwether import drafts
from bellwether.commands.call import Json, at, people, stop
from bellwether.settings import ROOT


def check(
    path: Annotated[
        Path | None, typer.Argument(help="A file or folder under queries/; all of it when not said")
    ] = None,
    style: Annotated[bool, typer.Option("--style", help="Also how the SQL is written; loads sqlfluff")] = False,
    data: Annotated[bool, typer.Option("--data", help="Also ask the newest version; so it is with a PATH")] = False,
    as_json: Json = False,
) -> None:
    """Check files under queries/: header, parameters, columns, grain, filters, privacy, test cases, budget."""
    from bellwether import checks

    found = checks.check(at(), path.resolve() if path else None, style, data or path is not None)
    if as_json:
        typer.echo(json.dumps([asdict(one) for one in found.complaints], indent=1))
    for one in found.complaints:
        people.print(one.sentence, markup=False, soft_wrap=True)
    for line in found.told:
        people.print(line, markup=False, soft_wrap=True)
    people.print(f"{found.files} files checked, {len(found.complaints)} complaints.")
    if found.complaints:
        raise typer.Exit(1)


def new(
    kind: Annotated[str, typer.Argument(help="explore")],
    name: Annotated[str, typer.Argument(help="TOPIC/NAME, as waits/by_region")],
) -> None:
    """Begin a question to explore: a working file and its test case, from a template."""
    try:
        written = drafts.new(kind, name, at().queries, ROOT / "tests" / "cases")
    except drafts.Refused as error:
        raise stop(error, 2) from None
    for file in written:
        typer.echo(file)
    people.print(drafts.next_steps(written), markup=False, soft_wrap=True)
