"""The command line. Answers go to standard output, everything said to people to standard error.

Exit status: 0 done; 1 the data or a check failed (nothing was published); 2 the call was wrong.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from bellwether import asking, filters, printing, sql, warehouse
from bellwether.commands import queries, running
from bellwether.commands.call import Exports, Format, Json, Warehouse, at, people, stop
from bellwether.commands.forget import forget
from bellwether.settings import ROOT, Settings

app = typer.Typer(help="Bellwether, the service-leadership dashboard.", no_args_is_help=True, add_completion=False)
for command in (queries.check, queries.new, running.serve, running.sessions, running.bom, forget):
    app.command()(command)


@app.command()
def refresh(
    exports: Exports = None,
    warehouse: Warehouse = None,
    only: Annotated[str | None, typer.Option(help="Take in files of this source alone")] = None,
    as_json: Json = False,
) -> None:
    """Take in what lies in the exports folder and publish a new version."""
    _refresh(at(exports, warehouse), only, (), as_json)


@app.command()
def withdraw(
    files: Annotated[list[str], typer.Argument(help="Names of files as `refresh` prints them")],
    warehouse: Warehouse = None,
    as_json: Json = False,
) -> None:
    """Take files that were brought in out again, and publish a version without their rows."""
    _refresh(at(None, warehouse), None, files, as_json)


def _refresh(where: Settings, only: str | None, files, as_json: bool) -> None:
    from bellwether import refresh as steps
    from bellwether.accountability import StoreError
    from bellwether.governance import GovernanceError
    from bellwether.marts import Leak
    from bellwether.readers import Refused

    known = [source.id for source in sql.load(where.queries, "source")]
    if only is not None and only not in known:
        raise stop(f'There is no source "{only}". {sql.nearest(only, known)}', 2)
    if not where.exports.is_dir():
        raise stop(f"There is no folder {where.exports}. Say where the exports are: --exports FOLDER.", 2)
    try:
        with printing.Progress(people) as progress:
            outcome = steps.refresh(where, only, files, progress.say)
    except (warehouse.Busy, GovernanceError, Leak, StoreError, sql.QueryError, Refused) as error:
        raise stop(error, 1) from None
    if as_json:
        typer.echo(json.dumps(asdict(outcome), indent=1))
    printing.outcome(people, outcome)
    if outcome.stopped:
        raise typer.Exit(1)


@app.command()
def ask(
    question: str,
    param: Annotated[list[str] | None, typer.Option(help="NAME=VALUE, as often as needed")] = None,
    warehouse: Warehouse = None,
    format: Format = "table",
) -> None:
    """Answer a question of queries/answers, queries/explore or queries/indicators."""
    where = at(None, warehouse)
    given = _given(param or [])
    with _engine(where) as engine:
        try:
            _show(asking.ask(engine, where, question, given), format)
        except (LookupError, sql.QueryError) as error:
            raise stop(error, 2) from None


@app.command()
def indicator(
    name: str,
    by: Annotated[str, typer.Option(help="Grains: month, week, quarter, silo, stage, touchpoint, channel ...")] = "",
    since: Annotated[str | None, typer.Option("--from", help="First day")] = None,
    until: Annotated[str | None, typer.Option("--to", help="Day after the last")] = None,
    warehouse: Warehouse = None,
    format: Format = "table",
) -> None:
    """An indicator's value, with its denominator, over any grain."""
    where = at(None, warehouse)
    given = _given([f"since={since}"] * (since is not None) + [f"until={until}"] * (until is not None))
    with _engine(where) as engine:
        try:
            _show(asking.indicator(engine, where, name, [one for one in by.split(",") if one], given), format)
        except LookupError as error:
            raise stop(error, 2) from None


@app.command()
def trend(name: str, silo: str = "All silos", warehouse: Warehouse = None, format: Format = "table") -> None:
    """An indicator's weeks with limits and special causes; the verdict is said beside."""
    where = at(None, warehouse)
    with _engine(where) as engine:
        try:
            asking.known_indicator(where, name)
            points = asking.ask(engine, where, "silos/trend", {"indicator": name, "silo": silo})
            verdict = asking.ask(engine, where, "silos/verdict", {"indicator": name, "silo": silo})
        except LookupError as error:
            raise stop(error, 2) from None
        if format == "json":
            typer.echo(printing.as_json({"verdict": verdict, "points": points}))
            return
        _show(points, format)
        printing.verdict(people, name, silo, verdict)


@app.command()
def evidence(warehouse: Warehouse = None, format: Format = "table") -> None:
    """Which indicators run ahead of loyalty, and how sure that is: one row an indicator and gap in weeks."""
    where = at(None, warehouse)
    with _engine(where) as engine:
        lacks = asking.ask(engine, where, "outlook/basis")["lacks"][0]
        if lacks:
            people.print(lacks, markup=False)
        _show(asking.ask(engine, where, "outlook/evidence"), format)


@app.command()
def verdicts(warehouse: Warehouse = None, format: Format = "table") -> None:
    """What the data say each commitment did: to the indicator that it declared, and to loyalty."""
    where = at(None, warehouse)
    with _engine(where) as engine:
        _show(asking.ask(engine, where, "quick_wins/verdicts"), format)


@app.command()
def outlook(warehouse: Warehouse = None, format: Format = "table") -> None:
    """How many customers are expected to stay over the coming weeks, and what is at risk: all, and by group."""
    where = at(None, warehouse)
    with _engine(where) as engine:
        refusal = asking.ask(engine, where, "outlook/model")["refusal"][0]
        if refusal:
            people.print(refusal, markup=False)
        _show(asking.ask(engine, where, "outlook/groups"), format)


@app.command("sql")
def free_sql(statement: str, warehouse: Warehouse = None, format: Format = "table") -> None:
    """One SELECT over feeds and marts, by name; read-only, in a process that is held to limits."""
    from bellwether.lab import asking as lab

    try:
        answer = lab.on_the_command_line(at(None, warehouse), statement)
    except asking.NothingYet as error:
        raise stop(error, 1) from None
    if answer.rows is None:
        raise stop(answer.said, 2)
    if answer.cut:
        people.print(f"Only the first {answer.rows.height:,} rows are shown.", markup=False)
    _show(answer.rows, format)


@app.command()
def sample(
    folder: Path,
    customers: int = 20_000,
    years: int = 3,
    seed: int = 1,
    truth: Annotated[Path | None, typer.Option(help="Write what was planted to this file, as JSON")] = None,
) -> None:
    """Write the exports of a simulated company, whose truth is known."""
    from bellwether import sample as company

    rows = company.write(folder, customers, years, seed, truth)
    for name, count in rows.items():
        people.print(f"{count:>9,} rows  {name}", markup=False)


@app.command()
def versions(
    warehouse: Warehouse = None,
    prune: Annotated[bool, typer.Option("--prune", help="Remove all but the newest few")] = False,
) -> None:
    """The published versions, newest last."""
    for line in printing.versions(at(None, warehouse).warehouse, prune, people.print):
        typer.echo(line)


@app.command()
def bench(
    rows: Annotated[int, typer.Option(help="Interactions to generate")] = 10_000_000,
    folder: Annotated[Path, typer.Option(help="Where to put some GB for a while")] = Path("data/warehouse/.bench"),
    write: Annotated[bool, typer.Option(help="Write docs/bench.md, or docs/foresight.md")] = True,
    seeds: Annotated[int, typer.Option(help="Instead: simulated companies whose truth must be found")] = 0,
    viewers: Annotated[int, typer.Option(help="Instead: how many look at the current version at once")] = 0,
    minutes: Annotated[float, typer.Option(help="For how long the viewers look")] = 30,
    think: Annotated[float, typer.Option(help="Seconds that a viewer thinks between two pages, on average")] = 30,
) -> None:
    """Measure refresh, page queries and browser as ratios in one run; or foresight's truth; or many viewers at once."""
    from bellwether.bench import load, report, truth

    if viewers:
        typer.echo("\n".join(load.report(load.run(viewers, minutes, think, lambda said: people.print(said)))))
        return

    if seeds:
        told = truth.run(folder.resolve(), range(1, seeds + 1), 20_000, lambda said: people.print(said))
        lines = truth.report(told, 20_000)
        if write:
            (ROOT / "docs" / "foresight.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
        typer.echo("\n".join(lines))
        return
    for line in report.run(folder.resolve(), rows, lambda said: people.print(said), write):
        typer.echo(line)


def _given(pairs: list[str]) -> dict[str, Any]:
    try:
        return {name: filters.parse(name, text) for name, _, text in (pair.partition("=") for pair in pairs)}
    except ValueError as error:
        raise stop(error, 2) from None


def _engine(where: Settings):
    from contextlib import closing

    try:
        return closing(asking.open_current(where))
    except asking.NothingYet as error:
        raise stop(error, 1) from None


def _show(frame, format: str) -> None:
    try:
        printing.show(frame, format)
    except ValueError as error:
        raise stop(error, 2) from None


if __name__ == "__main__":
    app()
