"""`bellwether forget`: one person taken out of everything, for good."""

from __future__ import annotations

import getpass
from typing import Annotated

import typer

from bellwether import printing, sql
from bellwether.commands.call import Exports, Warehouse, at, people, stop


def forget(
    customer: Annotated[str, typer.Argument(help="The customer's id as a tool writes it, or the pseudonym")],
    exports: Exports = None,
    warehouse: Warehouse = None,
    also: Annotated[
        list[str] | None, typer.Option("--also", help="A name or e-mail address of theirs, in what people wrote")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Don't ask first")] = False,
) -> None:
    """Take one person out of exports, quarantine, feeds, marts, all versions, logs and decisions. Can't be undone."""
    from bellwether.accountability import StoreError
    from bellwether.forgetting.forget import forget as steps
    from bellwether.governance import GovernanceError
    from bellwether.marts import Leak
    from bellwether.readers import Refused
    from bellwether.warehouse import Busy

    where = at(exports, warehouse)
    if not where.exports.is_dir():
        raise stop(f"There is no folder {where.exports}. Say where the exports are: --exports FOLDER.", 2)
    if not yes and not typer.confirm(f"Forget {customer} in {where.exports} and {where.warehouse}, for good?"):
        raise typer.Exit(1)
    try:
        with printing.Progress(people) as progress:
            done = steps(where, customer, getpass.getuser(), progress.say, also or ())
    except (Busy, GovernanceError, Leak, StoreError, sql.QueryError, Refused, OSError) as error:
        raise stop(error, 1) from None
    people.print(_told(done), markup=False, soft_wrap=True)
    for name in done.left:
        people.print(f"{name}: still names them, where no source looks. Take it out by hand.", markup=False)
    if done.left:
        raise typer.Exit(1)


def _told(done) -> str:
    if not done.records:
        return "Nobody of that id was found. Should they come with a later export, they will be taken out of it."
    files = f"{len(done.files)} export{'s' * (len(done.files) != 1)}"
    return f"Forgotten: {done.records} records in {files}; version {done.version} is the only one now."
