"""What a purchase model is given: rows from events, checks that name the row and the fix, unique rows."""

from __future__ import annotations

import difflib
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import polars as pl

HISTORY = ("frequency", "recency", "age")


def summarise(events: pl.DataFrame, until: date | datetime, unit_days: float = 7) -> pl.DataFrame:
    """One row a customer from purchases (customer_id, occurred_at, amount): what a customer's history comes
    down to.

    Purchases of one day are one purchase. Returns customer_id, frequency (days with a purchase after the
    first), recency (first to last purchase) and age (first purchase to the end of the record), both in units
    of `unit_days` (weeks), spend (mean amount of a repeat purchase, null without one) and log_gaps (sum of
    the logarithms of the gaps between purchases). `until` as a date is the last day of the record; as a
    datetime the moment before which it ends. Raises ValueError for missing columns or values, refunds
    (negative amounts), or no purchase in time.
    """
    need(events, ("customer_id", "occurred_at", "amount"), "events")
    need_numbers(events, ("amount",), "events")
    if not events.schema["occurred_at"].is_temporal():
        raise ValueError(f"occurred_at holds {events.schema['occurred_at']}, not dates or times: parse it.")
    missing = pl.col("customer_id").is_null() | pl.col("occurred_at").is_null()
    refuse(events, missing, "events", ("customer_id", "occurred_at"), "who bought, and when, must be known.")
    refund = pl.col("amount").fill_null(0) < 0
    refuse(events, refund, "events", ("customer_id", "occurred_at", "amount"), "net refunds off first.")
    known, last_day = _known(events, until)
    if known.is_empty():
        raise ValueError(f"No purchase happened up to {until}: the first is on {events['occurred_at'].min()}.")
    return _history(known, last_day, unit_days)


def _known(events: pl.DataFrame, until: date | datetime) -> tuple[pl.DataFrame, date]:
    """The events known at `until`, with their `day`, and the last day of the record."""
    moment = pl.col("occurred_at")
    kind = events.schema["occurred_at"]
    zone = getattr(kind, "time_zone", None)
    if zone:
        moment = moment.dt.replace_time_zone(None)
    if not isinstance(until, datetime):
        return events.with_columns(day=moment.cast(pl.Date)).filter(pl.col("day") <= until), until
    if until.tzinfo and not zone:
        raise ValueError(f"`until` ({until}) has a time zone and occurred_at has none: give both or neither.")
    end = until.astimezone(ZoneInfo(zone)).replace(tzinfo=None) if until.tzinfo else until
    known = events.filter(moment.cast(pl.Datetime) < end).with_columns(day=moment.cast(pl.Date))
    return known, (end - timedelta(microseconds=1)).date()


def _history(known: pl.DataFrame, last_day: date, unit_days: float) -> pl.DataFrame:
    paid = pl.when(pl.col("amount").count() > 0).then(pl.col("amount").sum())
    days = known.group_by("customer_id", "day").agg(amount=paid).sort("customer_id", "day")
    first, last, gaps = pl.col("day").min(), pl.col("day").max(), pl.col("day").diff().dt.total_days()
    return days.group_by("customer_id", maintain_order=True).agg(
        frequency=pl.len().cast(pl.Int64) - 1,
        recency=(last - first).dt.total_days() / unit_days,
        age=(pl.lit(last_day) - first).dt.total_days() / unit_days,
        spend=pl.col("amount").slice(1).mean(),
        log_gaps=(gaps / unit_days).log().sum(),
    )


def need(frame: pl.DataFrame, columns: tuple[str, ...], what: str) -> None:
    """Raise ValueError unless the frame has rows and these columns."""
    for column in columns:
        if column not in frame.columns:
            near = difflib.get_close_matches(column, frame.columns, 1)
            hint = f'Did you mean "{near[0]}"?' if near else f"They have {', '.join(frame.columns) or 'none'}."
            raise ValueError(f'The {what} have no column "{column}". {hint}')
    if frame.is_empty():
        raise ValueError(f"There are no {what}: nothing to work on.")


def need_numbers(frame: pl.DataFrame, columns: tuple[str, ...], what: str) -> None:
    """Raise ValueError if one of these columns does not hold numbers."""
    for column in columns:
        kind = frame.schema[column]
        if not kind.is_numeric() and kind != pl.Null:
            raise ValueError(f'The column "{column}" of the {what} holds {kind}, not numbers: cast it first.')


def refuse(frame: pl.DataFrame, bad: pl.Expr, what: str, shown: tuple[str, ...], why: str) -> None:
    """Raise ValueError with the first row for which `bad` holds."""
    found = frame.select(bad.fill_null(True).arg_true().alias("at")).to_series()
    if len(found):
        values = ", ".join(f"{name} {frame[name][found[0]]}" for name in shown)
        raise ValueError(f"{what}, row {found[0] + 1} ({values}): {why} ({len(found)} such rows in all)")


def checked(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with `weight` (1 where there is none), or a ValueError that says what is wrong with them."""
    need(rows, HISTORY, "rows")
    if "weight" not in rows.columns:
        rows = rows.with_columns(weight=pl.lit(1.0))
    named = (*HISTORY, "weight")
    need_numbers(rows, named, "rows")
    finite = pl.all_horizontal(pl.col(name).cast(pl.Float64).is_finite().fill_null(False) for name in named)
    frequency, recency, age = (pl.col(name) for name in HISTORY)
    rules = (
        (~finite, "every one of these must be a number"),
        (pl.col("weight") < 0, "weight is a number of customers and can't be negative"),
        ((frequency < 0) | (frequency.cast(pl.Float64) % 1 != 0),
         "frequency counts repeat purchases: a whole number from 0"),
        (age < 0, "age is the time since the first purchase and can't be negative; was it after `until`?"),
        (recency < 0, "recency runs from the first to the last purchase and can't be negative"),
        (recency > age, "recency can't exceed age: the last purchase is not after the end of the record"),
        ((frequency == 0) & (recency > 0), "nobody who bought only once has a later last purchase"),
    )  # fmt: skip
    for bad, why in rules:
        refuse(rows, bad, "rows", named, why + ".")
    return rows


def unique(rows: pl.DataFrame) -> pl.DataFrame:
    """One row a distinct frequency, recency and age, with `weight` (and `log_gaps`, if given) added up."""
    sums = [pl.col("weight").sum()]
    if "log_gaps" in rows.columns:
        sums.append((pl.col("log_gaps") * pl.col("weight")).sum())
    return rows.group_by(HISTORY).agg(sums).sort(HISTORY)


def check_opportunities(rows: pl.DataFrame) -> None:
    """Raise ValueError unless the rows count opportunities: whole numbers, at most one purchase each."""
    broken = pl.any_horizontal(pl.col(name).cast(pl.Float64) % 1 != 0 for name in HISTORY)
    refuse(rows, broken, "rows", HISTORY, "bg_bb counts opportunities, in whole numbers.")
    crowded = pl.col("frequency") > pl.col("recency")
    refuse(rows, crowded, "rows", HISTORY, "more purchases than opportunities up to the last of them.")
