"""Small groups that can't be told apart by asking twice and subtracting: their figures stand together, five by five.

Pages ask sums over any silos, stages, touchpoints, channels, segments and regions, over any weeks. Were all such sums
exact, every single cell would follow from four of them that are large (Denning 1982, "trackers"), whatever one hides.
So the cells that readers get are made of the exact ones like this:

- A cell (one indicator, week, silo, stage, touchpoint, channel, mode, segment, region) with five people or more stays.
- Smaller cells of one kind wait for each other: those of successive weeks are put together until they hold five people,
  and stand as one **bundle** in the middle one of these weeks. The others of these weeks hold nothing.
- What is too rare for that in all of its history stands with its neighbour, the group that shares most of its labels.
- A silo's own totals (`silo_totals`) stay exact week by week, where the silo's week has five people or more. So that
  they tell nothing of a lone small cell by subtraction, the small cells of a silo's week hold five people together, or
  join a larger one of that week.

Every figure is thus a sum over whole bundles, and so is what is left when one is taken from another. Totals over all
weeks are those of the exact cells; over a period they are off at its two ends only, by what a bundle holds. Values of a
group are made of that group's own people, so nothing is averaged away between groups.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import duckdb
import numpy as np
import polars as pl

from bellwether.access.suppression import fewest
from bellwether.engine.duckdb import frame
from bellwether.settings import Company
from bellwether.trend_marts import put

LABELS = ("touchpoint", "channel", "stage", "mode", "segment", "region")
# Labels by how dear they are where cells of several kinds have to stand together: pages compare stages and segments.
KEPT_FIRST = ("stage", "segment", "touchpoint", "channel", "mode", "region", "week", "month")
SUMS = ("observations", "weight", "total", "squares", "weight_squares")
MARKS = ("mark_a", "mark_b", "mark_c")
CELLS, TOTALS = "indicator_weeks", "silo_totals"
# A cell that has been taken out: it stands in no silo at all.
GONE = -1


@dataclass(frozen=True)
class Cells:
    """The exact cells of one indicator, silo by silo, like labels beside each other, then by week.

    silo, kind, stage, when: whole numbers that say which cells share a silo, all labels, a stage, a week and month.
    order: their order where cells of several kinds stand together, so that stage and segment are kept if any can be.
    marks: for each cell three numbers of 64 bits. people: as many as the marks show.
    """

    silo: list[int]
    kind: list[int]
    stage: list[int]
    order: list[int]
    when: list[int]
    marks: list[tuple[int, int, int]]
    people: list[int]


def build(con: duckdb.DuckDBPyConnection, company: Company) -> None:
    """The tables `indicator_weeks` and `silo_totals` of the version, from the exact `indicator_sums`."""
    names = [name for (name,) in con.execute("select distinct indicator from indicator_sums order by all").fetchall()]
    order = f"order by silo nulls last, {', '.join(f'{name} nulls last' for name in LABELS)}, week, month"
    cells, totals = [], []
    for name in names:
        exact = frame(con, f"select * from indicator_sums where indicator = $name {order}", {"name": name})  # noqa: S608 - names of our own columns
        bundled, whole = bundle(exact, fewest(company))
        cells.append(bundled)
        totals.append(whole)
    empty = frame(con, "select * from indicator_sums limit 0")
    put(con, CELLS, pl.concat([empty, *cells]))
    put(con, TOTALS, pl.concat([empty.drop(LABELS), *totals]))


def nothing(con: duckdb.DuckDBPyConnection) -> None:
    """Both tables, empty."""
    empty = frame(con, "select * from indicator_sums limit 0")
    put(con, CELLS, empty)
    put(con, TOTALS, empty.drop(LABELS))


def bundle(exact: pl.DataFrame, least: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """One indicator's cells and its silos' totals as readers get them, from its exact cells in their order.

    Both keep the marks of the people where they really stood, so that a group too small to show is known as one.
    """
    told = exact.with_columns(
        when=pl.struct("week", "month").rank("dense").cast(pl.Int64),
        kind=pl.struct(LABELS).rle_id(),
        place=pl.col("silo").rle_id(),
        part=pl.col("stage").rank("dense").fill_null(0).cast(pl.Int64),
        order=pl.struct(KEPT_FIRST).rank("ordinal").cast(pl.Int64),
    )
    cells = Cells(
        told["place"].to_list(),
        told["kind"].to_list(),
        told["part"].to_list(),
        told["order"].to_list(),
        told["when"].to_list(),
        told.select(MARKS).rows(),
        told.select(pl.max_horizontal(pl.col(MARKS).bitwise_count_ones())).to_series().to_list(),
    )
    homes, times = _homes(cells, least)
    return _moved(exact, homes), _totals(exact.with_columns(pl.Series("home", times)))


def _count(first: int, second: int, third: int) -> int:
    return max(first.bit_count(), second.bit_count(), third.bit_count())


def _moved(rows: pl.DataFrame, homes: Sequence[int]) -> pl.DataFrame:
    """The rows, with the sums of each where its home is."""
    kept = np.asarray(homes) != GONE
    at = np.asarray(homes)[kept]
    sums = {name: np.bincount(at, rows[name].to_numpy()[kept], len(homes)) for name in SUMS}
    columns = [pl.Series(name, total).cast(rows.schema[name]) for name, total in sums.items()]
    return rows.with_columns(columns)


def _totals(told: pl.DataFrame) -> pl.DataFrame:
    """Each silo's total by week and month, in the week that is its home."""
    keys = ["indicator", "week", "month", "silo"]
    marked = told.group_by(keys, maintain_order=True).agg(pl.col(name).bitwise_or() for name in MARKS)
    homes = told.select(keys)[[max(home, 0) for home in told["home"]]]
    moved = homes.with_columns(told.select(SUMS)).filter(pl.Series(told["home"] != GONE))
    summed = moved.group_by(keys, maintain_order=True).agg(pl.col(name).sum() for name in SUMS)
    whole = marked.join(summed, on=keys, how="left", nulls_equal=True).with_columns(pl.col(SUMS).fill_null(0))
    return whole.select(*keys, *SUMS, *MARKS).sort(keys, nulls_last=True)


def _homes(cells: Cells, least: int) -> tuple[list[int], list[int]]:
    """For each cell the cell where its sums stand, and a cell in whose silo and week the silo's total counts them."""
    homes, times = list(range(len(cells.silo))), list(range(len(cells.silo)))
    tiny: list[list[int]] = []
    large: list[list[int]] = []
    for silo in _runs(range(len(homes)), cells.silo):
        if _crowd(cells, silo) < least:
            tiny.append(silo)
        else:
            large.append(silo)
            open_ = _open(cells, silo, least, homes, times)
            _bundle(cells, silo, open_, least, homes)
    _house(cells, tiny, large, least, homes, times)
    return homes, times


def _runs(rows: Sequence[int], key: Sequence[int]) -> Iterator[list[int]]:
    """Neighbouring rows that share a key."""
    run: list[int] = []
    for row in rows:
        if run and key[row] != key[run[-1]]:
            yield run
            run = []
        run.append(row)
    if run:
        yield run


def _crowd(cells: Cells, rows: Sequence[int]) -> int:
    """How many people stand in cells together, at least."""
    first = second = third = 0
    for row in rows:
        one = cells.marks[row]
        first, second, third = first | one[0], second | one[1], third | one[2]
    return _count(first, second, third)


def _open(cells: Cells, silo: list[int], least: int, homes: list[int], times: list[int]) -> list[int]:
    """The small cells of a silo that wait for others of their kind; too few of one week join a larger cell of it."""
    weeks: dict[int, tuple[list[int], list[int]]] = {}
    for row in silo:
        weeks.setdefault(cells.when[row], ([], []))[cells.people[row] >= least].append(row)
    waiting, thin, full = [], [], []
    for when in sorted(weeks):
        small, large = weeks[when]
        if small and _crowd(cells, small) < least:
            if large:
                for row in small:
                    homes[row] = _nearest(large, row)
                small = []
            else:
                thin.append(small)
        waiting += small
        if not (thin and thin[-1] is small):
            full.append((small or large)[0])
    _fill_weeks(cells, thin, full, least, times)
    return sorted(waiting)


def _fill_weeks(cells: Cells, thin: list[list[int]], full: list[int], least: int, times: list[int]) -> None:
    """Weeks in which a silo has too few people count together, in the middle one of them."""
    bundles: list[list[list[int]]] = []
    run: list[list[int]] = []
    for week in thin:
        run.append(week)
        if _crowd(cells, [row for one in run for row in one]) >= least:
            bundles.append(run)
            run = []
    if run and bundles:
        bundles[-1] += run
        run = []
    for weeks in bundles:
        home = weeks[len(weeks) // 2][0]
        for row in (row for week in weeks for row in week):
            times[row] = home
    for row in (row for week in run for row in week):
        times[row] = min(full, key=lambda other: abs(cells.when[other] - cells.when[row]))


def _nearest(rows: list[int], row: int) -> int:
    """Of rows in their order the one that stands nearest: it shares most labels."""
    place = bisect_left(rows, row)
    return min(rows[max(place - 1, 0) : place + 1], key=lambda other: abs(other - row))


def _bundle(cells: Cells, silo: list[int], waiting: list[int], least: int, homes: list[int]) -> None:
    """Put waiting cells of one kind together week after week; what is left over stands with its neighbours."""
    settled: list[int] = []
    rare: list[list[int]] = []
    for kind in _runs(waiting, cells.kind):
        bundles, rest = _cut(cells, kind, least)
        if rest and bundles:
            bundles[-1] += rest
        elif rest:
            rare.append(rest)
        settled += [_settle(one, homes) for one in bundles]
    # Never enough of one kind: others of their stage, those first that share most labels; then whoever is near.
    odd: list[int] = []
    rows = sorted((row for one in rare for row in one), key=lambda row: cells.order[row])
    for stage in _runs(rows, cells.stage):
        bundles, rest = _cut(cells, stage, least)
        if rest and bundles:
            bundles[-1] += rest
        else:
            odd += rest
        settled += [_settle(one, homes) for one in bundles]
    bundles, rest = _cut(cells, odd, least)
    settled += [_settle(one, homes) for one in bundles]
    if rest:
        others = sorted(settled) or [row for row in silo if cells.people[row] >= least]
        for row in rest:
            homes[row] = _nearest(others, row)


def _cut(cells: Cells, rows: Sequence[int], least: int) -> tuple[list[list[int]], list[int]]:
    """Rows cut, in their order, into bundles of at least so many people; and those that are left over."""
    bundles: list[list[int]] = []
    run: list[int] = []
    first = second = third = 0
    for row in rows:
        one = cells.marks[row]
        first, second, third = first | one[0], second | one[1], third | one[2]
        run.append(row)
        if _count(first, second, third) >= least:
            bundles.append(run)
            run, first, second, third = [], 0, 0, 0
    return bundles, run


def _settle(rows: list[int], homes: list[int]) -> int:
    home = rows[len(rows) // 2]
    for row in rows:
        homes[row] = home
    return home


def _house(
    cells: Cells, tiny: list[list[int]], large: list[list[int]], least: int, homes: list[int], times: list[int]
) -> None:
    """Silos with too few people in all of their history stand with the smallest of the others, or nowhere."""
    rows = [row for silo in tiny for row in silo]
    if not rows:
        return
    if large:
        host = min(large, key=len)
        shown = sorted({homes[row] for row in host})
        for row in rows:
            near = min(host, key=lambda other: abs(cells.when[other] - cells.when[row]))
            homes[row], times[row] = _nearest(shown, row), times[near]
    else:
        home = max(rows, key=lambda row: cells.people[row]) if _crowd(cells, rows) >= least else GONE
        for row in rows:
            homes[row] = times[row] = home
