"""Customers at origins, checked and laid out as arrays, and the weeks at risk that they unfold into."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from bellwether.foresight.origins import as_moment

NO_END = -1
WEEK = 7 * 24 * 3600 * 1_000_000
KEYS = ("origin", "customer_id")


@dataclass(frozen=True)
class Panel:
    """One row a customer and origin; what became of them is None where it isn't known."""

    keys: pl.DataFrame  # origin, customer_id
    features: tuple[str, ...]
    values: np.ndarray  # float32, rows by features; nan unknown
    due: np.ndarray  # float32: the week in which the term ends; nan: none
    horizon: int
    ends: tuple[str, ...] = ()
    end: np.ndarray | None = None  # the number of the end, NO_END
    at_risk: np.ndarray | None = None  # weeks at risk that were seen, the one with the end included
    seen: np.ndarray | None = None  # weeks of the window that had passed

    @property
    def origin(self) -> np.ndarray:
        """Microseconds."""
        return self.keys["origin"].to_physical().to_numpy()

    def take(self, rows: np.ndarray) -> Panel:
        """The panel of some rows."""
        parts = {name: getattr(self, name) for name in ("values", "due", "end", "at_risk", "seen")}
        parts = {name: None if part is None else part[rows] for name, part in parts.items()}
        return replace(self, keys=self.keys[rows], **parts)

    def as_of(self, moment: int) -> Panel:
        """The panel as it stood at `moment` (microseconds): earlier origins, each window as far as it had passed."""
        passed = (moment - self.origin) // WEEK
        rows = np.flatnonzero(passed > 0)
        then = self.take(rows)
        seen = np.minimum(then.seen, passed[rows]).astype(np.int16)
        end = np.where(then.at_risk > seen, NO_END, then.end).astype(np.int8)
        return replace(then, seen=seen, at_risk=np.minimum(then.at_risk, seen), end=end)


@dataclass(frozen=True)
class Weeks:
    """Weeks at risk; `weight`: how many weeks each stands for."""

    row: np.ndarray
    week: np.ndarray
    end: np.ndarray
    weight: np.ndarray


def lay_out(rows: pl.DataFrame, features: Sequence[str], horizon: int, told: bool) -> Panel:
    """Check `rows` and lay them out; with `told`, the ends too. Raises ValueError with what to mend."""
    _need(rows, {*KEYS, *features} | ({"end_week", "seen_weeks"} if told else set()))
    rows = rows.with_columns(as_moment(rows["origin"]))
    if rows.select(pl.struct(KEYS).is_duplicated().any()).item():
        raise ValueError("rows repeat a customer at an origin; give one row for each")
    due = rows["due_week"].cast(pl.Float32) if "due_week" in rows.columns else pl.Series([None] * rows.height)
    panel = Panel(
        keys=rows.select(KEYS),
        features=tuple(features),
        values=_matrix(rows, features),
        due=due.cast(pl.Float32).fill_null(np.nan).to_numpy(),
        horizon=horizon,
    )
    return replace(panel, **_ends(rows, horizon)) if told else panel


def person_weeks(panel: Panel, rows: np.ndarray, most: int, rng: np.random.Generator) -> Weeks:
    """About `most` weeks at risk of the customers in `rows`, weighted so that they stand for all of them.

    Weeks with an end are kept (a random `most` / 3 of them if there are more), and of the weeks without one those
    in which a term ends are drawn apart, because they are few and tell most. With room for all, all have weight 1.
    """
    ended = panel.end[rows] != NO_END
    quiet = panel.at_risk[rows].astype(np.int64) - ended
    falls_due = (panel.due[rows] >= 1) & (panel.due[rows] <= quiet)
    gone, due = rows[ended], rows[falls_due]
    pick, weight = _draw(len(gone), most // 3, rng)
    parts = [(gone[pick], panel.at_risk[gone[pick]], panel.end[gone[pick]], weight)]
    room = most - len(pick)
    pick, weight = _draw(len(due), room // 3, rng)
    parts.append((due[pick], panel.due[due[pick]], np.full(len(pick), NO_END), weight))
    edges = np.cumsum(quiet - falls_due)
    pick, weight = _draw(int(edges[-1]) if len(edges) else 0, room - len(pick), rng)
    at = np.searchsorted(edges, pick, side="right")
    week = pick - np.r_[0, edges][at] + 1
    week += falls_due[at] & (week >= np.nan_to_num(panel.due[rows][at], nan=np.inf))
    parts.append((rows[at], week, np.full(len(pick), NO_END), weight))
    row, week, end, weight = (np.concatenate(part) for part in zip(*parts, strict=True))
    return Weeks(row, week.astype(np.int16), end.astype(np.int8), weight)


def events_of(panel: Panel, rows: np.ndarray | None = None) -> np.ndarray:
    """How many ends of each kind, an end seen from several origins counted once."""
    panel = panel if rows is None else panel.take(rows)
    moment = (panel.origin // WEEK + panel.at_risk)[panel.end != NO_END]
    ends = panel.keys.filter(panel.end != NO_END).select("customer_id", end=panel.end[panel.end != NO_END])
    number = ends.with_columns(moment=moment).unique()["end"].to_numpy()
    return np.bincount(number, minlength=len(panel.ends))


def _draw(size: int, most: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    if size <= most:
        return np.arange(size), np.ones(size)
    return rng.choice(size, most, replace=False), np.full(most, size / most)


def _need(rows: pl.DataFrame, columns: set[str]) -> None:
    if missing := sorted(columns - set(rows.columns)):
        raise ValueError(f"rows lack {', '.join(missing)}; they have {', '.join(rows.columns)}")
    if rows.is_empty():
        raise ValueError("there are no rows: nobody was under contract at any origin")


def _matrix(rows: pl.DataFrame, features: Sequence[str]) -> np.ndarray:
    matrix = np.empty((rows.height, len(features)), np.float32, order="F")
    for number, name in enumerate(features):
        kind = rows.schema[name]
        if not (kind.is_numeric() or kind in (pl.Boolean, pl.Null)):
            raise ValueError(f"feature {name} holds {kind}: a feature is a number (a time becomes days ago)")
        matrix[:, number] = rows[name].cast(pl.Float32).fill_null(np.nan).to_numpy()
        if np.isinf(matrix[:, number]).any():
            raise ValueError(f"feature {name} is infinite somewhere; leave an unknown value empty")
    return matrix


def _ends(rows: pl.DataFrame, horizon: int) -> dict:
    seen, end_week = rows["seen_weeks"], rows["end_week"].cast(pl.Int64)
    if seen.null_count() or (seen < 0).any():
        raise ValueError("seen_weeks is empty or below zero somewhere: say how many weeks of the window had passed")
    if (end_week < 1).any():
        raise ValueError("end_week is below 1 somewhere: who left before the origin is not in its population")
    if (end_week > seen).any():
        raise ValueError("end_week lies after seen_weeks somewhere: nobody could know that end")
    inside = (end_week <= horizon).fill_null(False)
    named = pl.col("end_kind").cast(pl.String).fill_null("end") if "end_kind" in rows.columns else pl.lit("end")
    kind = rows.select(kind=pl.when(inside).then(named))["kind"]
    ends = tuple(kind.drop_nulls().unique().sort())
    seen = seen.clip(0, horizon).cast(pl.Int16).to_numpy()
    number = {name: position for position, name in enumerate(ends)}
    return {
        "ends": ends,
        "end": kind.replace_strict(number, default=NO_END, return_dtype=pl.Int8).fill_null(NO_END).to_numpy(),
        "seen": seen,
        "at_risk": np.where(inside.to_numpy(), end_week.fill_null(0).to_numpy(), seen).astype(np.int16),
    }
