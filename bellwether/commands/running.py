"""Commands for those who run the app for others: serve it, see who is signed in, list what it is made of."""

from __future__ import annotations

import json
import os
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer

from bellwether.commands.call import Json, Warehouse, at, people, stop
from bellwether.settings import ROOT


def serve(
    port: int = 8501,
    address: Annotated[str, typer.Option(help="Anything but this machine needs a sign-in")] = "127.0.0.1",
    warehouse: Warehouse = None,
) -> None:
    """Serve the app at http://localhost:8501: to this machine only, or behind a proxy to those who sign in."""
    told = {**os.environ, "BELLWETHER_WAREHOUSE": str(at(None, warehouse).warehouse)}
    options = [f"--server.port={port}", f"--server.address={address}"]
    # In this process's place, so that whoever stops it (systemd, a container's engine) stops the server.
    os.chdir(ROOT)
    os.execve(sys.executable, [sys.executable, "-m", "bellwether.views.server", *options], told)  # noqa: S606 - our own


def bom(
    requirements: Annotated[Path, typer.Option(help="The file that pins what is installed")] = ROOT
    / "requirements.txt",
) -> None:
    """Print the bill of materials (CycloneDX 1.6, JSON): every package, its version, licence, and accepted hashes."""
    from bellwether import bom as materials

    try:
        typer.echo(json.dumps(materials.bill(requirements, version("bellwether")), indent=1))
    except (materials.BomError, OSError) as error:
        raise stop(error, 1) from None


def sessions(
    end: Annotated[str | None, typer.Option(help="End every sign-in of this person (the provider's `sub`) now")] = None,
    by: Annotated[str, typer.Option(help="Who ends it; kept with it")] = "the command line",
    as_json: Json = False,
) -> None:
    """Who is signed in; or put somebody out, in every tab and wherever their cookie has got to."""
    from bellwether.access import sessions as signed
    from bellwether.accountability import Refused, StoreError, open_store

    try:
        store = open_store()
        ended = signed.end_all(store, end, by=by) if end else None
        found = signed.open_now(store)
        store.close()
    except (StoreError, Refused) as error:
        raise stop(error, 1) from None
    if as_json:
        told = [{"subject": one.subject, "since": str(one.opened_at), "until": str(one.until)} for one in found]
        typer.echo(json.dumps(told, indent=1))
    else:
        for one in found:
            typer.echo(f"{one.subject}  since {one.opened_at:%Y-%m-%d %H:%M}, until {one.until:%Y-%m-%d %H:%M} UTC")
    if ended is not None:
        people.print(f"{ended} ended.", markup=False)
    people.print(f"{len(found)} signed in.", markup=False)
