"""Readings at an origin, against a slow loop over plain rows."""

from datetime import datetime, timedelta
from math import log1p

import numpy as np
import polars as pl
import pytest
from evidence_worlds import START, week, weekly

from bellwether.foresight.evidence_study import lay_out
from bellwether.foresight.features import readings_at_origins


def study_of(origins: list[datetime], customers: list[int]):
    people = pl.DataFrame({"origin": origins}).join(pl.DataFrame({"customer_id": customers}), how="cross")
    baseline = people.with_columns(frequency=pl.lit(1.0))
    outcomes = people.with_columns(gap=0, y=pl.col("customer_id") % 2, closed_at=pl.col("origin") + timedelta(weeks=1))
    return lay_out(baseline, outcomes, weekly())


def slow(rows: list[dict], customer: int, origin: datetime) -> tuple:
    """count, latest, days since, read lately, between, within."""
    known = [row for row in rows if row["customer_id"] == customer and row["known_at"] < origin]
    if not known:
        return 0, None, None, None, None, None
    last = max(known, key=lambda row: (row["observed_at"], row["known_at"], row["value"]))
    mean = sum(row["value"] * row["weight"] for row in known) / sum(row["weight"] for row in known)
    days = (origin - last["observed_at"]) / timedelta(days=1)
    usual = sum(row["own"] * row["weight"] for row in known) / sum(row["weight"] for row in known)
    faded = [row["weight"] * 0.5 ** ((origin - row["observed_at"]) / timedelta(weeks=3)) for row in known]
    within = sum((row["own"] - usual) * part for row, part in zip(known, faded, strict=True))
    return len(known), last["value"], days, sum(faded), mean, within


def less_what_all_shared(rows: list[dict], origins: list[datetime], people: range) -> list[dict]:
    """The rows of `people` with `own`: the value less the mean of all that became known between the same origins."""
    steps = {}
    for row in rows:
        first = min((origin for origin in origins if row["known_at"] < origin), default=None)
        if first and row["customer_id"] in people:
            steps.setdefault(first, []).append(row)
    owned = []
    for step in steps.values():
        mean = sum(row["value"] * row["weight"] for row in step) / sum(row["weight"] for row in step)
        owned += [row | {"own": row["value"] - mean} for row in step]
    return owned


def by_customer(study, readings, number: int) -> dict[int, tuple]:
    names = dict(study.customers.select("code", "customer_id").iter_rows())
    rows = range(study.rows[number].start, study.rows[number].stop)
    return {names[study.code[row]]: (readings.count[row], readings.latest[row], *readings.values[row]) for row in rows}


def test_readings_agree_with_a_slow_loop():
    rng = np.random.default_rng(3)
    rows = []
    for _ in range(400):
        observed = START + timedelta(hours=int(rng.integers(0, 24 * 7 * 20)))
        late = timedelta(hours=int(rng.integers(0, 24 * 21)) if rng.random() < 0.5 else 0)
        rows.append(
            {
                "customer_id": int(rng.integers(0, 25)),
                "observed_at": observed,
                "known_at": observed + late,
                "value": float(rng.integers(-3, 8)),
                "weight": float(rng.integers(1, 4)),
            }
        )
    origins = [week(number) for number in (1, 4, 8, 12, 16, 20)]
    study = study_of(origins, list(range(22)))  # customers 22 to 24 are strangers
    readings = readings_at_origins(pl.DataFrame(rows), study, 3.0)
    owned, seen = less_what_all_shared(rows, origins, range(22)), 0
    for number, origin in enumerate(origins):
        for customer, (count, latest, has, since, *read) in by_customer(study, readings, number).items():
            expected = slow(owned, customer, origin)
            assert (count, has) == (expected[0], float(expected[0] > 0))
            if expected[0] == 0:
                assert np.isnan([latest, since, *read]).all()
                continue
            seen += 1
            assert latest == expected[1]
            logs = [log1p(one) for one in expected[2:4]]
            assert [since, *read] == pytest.approx([*logs, *expected[4:]], abs=1e-5)
    assert seen > 80


@pytest.mark.parametrize(
    ("observed_at", "known_at", "counts"),
    [
        (week(3), week(4) - timedelta(microseconds=1), 1),  # a moment before the origin
        (week(3), week(4), 0),  # at the origin: not before it
        (week(3), None, 0),  # its clock has not run out yet
        (week(3).date(), week(3).date(), 1),  # a date is its midnight
    ],
)
def test_known_before_the_origin_counts(observed_at, known_at, counts):
    row = {"customer_id": 1, "observed_at": observed_at, "known_at": known_at, "value": 2.0, "weight": 1.0}
    schema = {"known_at": pl.Datetime("us")} if known_at is None else None
    study = study_of([week(4)], [1, 2])
    readings = readings_at_origins(pl.DataFrame([row], schema_overrides=schema), study, 3.0)
    assert by_customer(study, readings, 0)[1][0] == counts


def test_times_in_a_zone_are_read_in_utc():
    zoned = pl.Series([week(4)]).dt.replace_time_zone("Asia/Tokyo")  # nine hours before the origin
    frame = pl.DataFrame({"customer_id": 1, "observed_at": zoned, "known_at": zoned, "value": 1.0, "weight": 1.0})
    study = study_of([week(4)], [1, 2])
    assert by_customer(study, readings_at_origins(frame, study, 3.0), 0)[1][0] == 1


def test_rows_without_value_or_weight_are_no_readings():
    frame = pl.DataFrame(
        {"customer_id": [1, 1], "observed_at": week(1), "known_at": week(1), "value": [None, 3.0], "weight": [1.0, 0.0]}
    )
    study = study_of([week(4)], [1, 2])
    assert by_customer(study, readings_at_origins(frame, study, 3.0), 0)[1][0] == 0
