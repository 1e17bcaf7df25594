"""What all commands share: where things are, and how to stop with a sentence."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from bellwether.settings import Settings, settings

people = Console(stderr=True)

Format = Annotated[str, typer.Option(help="table, csv or json")]
Exports = Annotated[Path | None, typer.Option(help="The folder of exports")]
Warehouse = Annotated[Path | None, typer.Option(help="The folder of versions")]
Json = Annotated[bool, typer.Option("--json", help="Say it for machines, on standard output")]


def stop(said: object, status: int) -> typer.Exit:
    """Say why, and the exit status to raise."""
    people.print(f"[red]{said!s}[/red]" if people.is_terminal else str(said), markup=people.is_terminal, soft_wrap=True)
    return typer.Exit(status)


def at(exports: Path | None = None, warehouse: Path | None = None) -> Settings:
    """The settings, with the folders that this call names."""
    named = {"exports": exports, "warehouse": warehouse}
    return replace(settings(), **{name: folder.resolve() for name, folder in named.items() if folder is not None})
