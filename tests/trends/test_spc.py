"""Limits and special causes against what the reference packages draw, point by point."""

from __future__ import annotations

import json
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from bellwether.trends.rules import NHS, Rules, special_causes
from bellwether.trends.spc import capability, chart, kind_for, verdict

# file of expected points -> how it was drawn (NHSRplotthedots)
NHS_CHARTS = {
    "snapshot_rnorm20": {},
    "snapshot_outlier_screen": {},
    "snapshot_outlier_noscreen": {"screen": False},
    "deviations18_screen": {},
    "deviations18_excel": {"screen": False},
    "stable_RRK": {},
    "stable_RRK_target1200": {},
    "RRK_all_norebase": {},
    "RRK_fix12": {"baseline": 12},
    "change_RRK_rebase_2018-07-01": {"steps": [date(2018, 7, 1)]},
    "attendances_total": {},
    "attendances_total_rebased": {"steps": None},
}


def reference(folder: Path, name: str) -> pl.DataFrame:
    table = pl.read_csv(folder / f"expected_{name}.csv", null_values="NA", infer_schema_length=None)
    return table.with_columns(pl.col("x").cast(pl.String).str.to_date(strict=False))


def drawn_like_nhs(table: pl.DataFrame, screen: bool = True, baseline: int | None = None, steps=()) -> pl.DataFrame:
    if steps is None:  # the groups are in the table; a step is where a new one begins
        steps = table.group_by("rebase_group").agg(pl.col("x").min()).sort("x")["x"].to_list()[1:]
    series = table.select(pl.col("x").alias("period"), pl.col("y").cast(pl.Float64).alias("value"))
    return chart(series, steps=steps, rules=Rules(7, 7, screen, strict=True), baseline=baseline)


def nhs_label(point: dict) -> str:
    """The package's name for a point, from our booleans."""
    if not point["special"]:
        return "Common Cause"
    over = "Above" if point["value"] > point["centre"] else "Below"
    if point["outside"]:
        return "Above UCL" if over == "Above" else "Below LCL"
    if point["trend"]:
        return "7 Point Trend (Increasing)" if point["direction"] > 0 else "7 Point Trend (Decreasing)"
    return f"2 in 3 {over} CL" if point["two_of_three"] else f"7 Points {over} CL"


@pytest.mark.parametrize("name", NHS_CHARTS)
def test_every_point_as_the_nhs_package_draws_it(cases: Path, name: str):
    table = reference(cases / "spc_nhs", name)
    points = drawn_like_nhs(table, **NHS_CHARTS[name])
    for ours, theirs in {"centre": "mean_col", "lower": "lpl", "upper": "upl"}.items():
        assert points[ours].to_numpy() == pytest.approx(table[theirs].to_numpy(), rel=1e-9)
    assert [nhs_label(point) for point in points.to_dicts()] == table["special_cause_type"].to_list()


def test_every_point_of_six_facets(cases: Path):
    for _, table in reference(cases / "spc_nhs", "facet6").group_by("f", maintain_order=True):
        points = drawn_like_nhs(table)
        assert points["lower"].to_numpy() == pytest.approx(table["lpl"].to_numpy(), rel=1e-9)
        assert [nhs_label(point) for point in points.to_dicts()] == table["special_cause_type"].to_list()


def test_published_nhs_figures(cases: Path):
    folder = cases / "spc_nhs"
    checks = json.loads((folder / "expected.json").read_text())["checks"]
    for name in (
        "snapshot_rnorm20",
        "snapshot_outlier_screen",
        "snapshot_outlier_noscreen",
        "deviations18_screen",
        "deviations18_excel",
    ):
        points, value = drawn_like_nhs(reference(folder, name), **NHS_CHARTS[name]), checks[name]["value"]
        line = [points[column][0] for column in ("centre", "lower", "upper")]
        assert line == pytest.approx([value["mean"], value["lpl"], value["upl"]], abs=checks[name]["tol"])
    assert drawn_like_nhs(reference(folder, "snapshot_rnorm20"))["special"].sum() == 0


def test_published_nhs_counts(cases: Path):
    folder = cases / "spc_nhs"
    checks = json.loads((folder / "expected.json").read_text())["checks"]
    stable = drawn_like_nhs(reference(folder, "stable_RRK"))
    kinds = stable["direction"].value_counts()
    found = {row["direction"]: row["count"] for row in kinds.to_dicts()}
    expected = checks["stable_RRK_24"]  # breaches: lower is better
    assert (found[0], found[-1], found[1]) == (expected["common"], expected["improvement"], expected["concern"])
    assert not stable["special"][-1]  # variation_now: common_cause
    assert verdict(stable, "lower").word == "no real change"
    assert [round(stable[c][0]) for c in ("centre", "lower", "upper")] == [expected[c] for c in ("mean", "lpl", "upl")]
    labels = [nhs_label(point) for point in drawn_like_nhs(reference(folder, "RRK_all_norebase")).to_dicts()]
    whole = checks["RRK_36_norebase"]
    assert (labels.count("Below LCL"), labels.count("Above UCL")) == (whole["below_LCL"], whole["above_UCL"])
    rebased = drawn_like_nhs(reference(folder, "change_RRK_rebase_2018-07-01"), steps=[date(2018, 7, 1)])
    for phase, group in enumerate(("g0", "g1")):
        row = rebased.filter(pl.col("phase") == phase)
        lines = [round(row[c][0]) for c in ("centre", "lower", "upper")]
        assert lines == pytest.approx(checks["RRK_rebase_2018-07"][group], abs=1)


def test_target_of_1200_is_met_sometimes(cases: Path):
    table = reference(cases / "spc_nhs", "stable_RRK_target1200")
    points = drawn_like_nhs(table)
    assert capability(points, float(table["target"][0]), "lower") == "sometimes"
    assert capability(points, points["upper"][0] + 1, "lower") == "always"
    assert capability(points, points["lower"][0] - 1, "lower") == "never"


def counts(folder: Path, file: str, top: str, bottom: str | None, scale: float = 1) -> pl.DataFrame:
    """Events and denominators of a case as a series; months or days in a row stand in where it has no dates."""
    table = pl.read_csv(folder / file)
    weight = table[bottom].cast(pl.Float64) / scale if bottom else pl.Series([1.0] * table.height)
    return pl.DataFrame({"period": days(table.height), "value": table[top] / weight, "weight": weight})


def days(number: int) -> list[date]:
    return [date(2025, 1, 6) + timedelta(days=day) for day in range(number)]


@pytest.mark.parametrize(
    ("name", "file", "top", "bottom", "scale", "kind"),
    [
        ("nhs_accidents_p", "nhs_accidents.csv", "r", "n", 1, "p"),
        ("nhs_accidents_laney_pprime", "nhs_accidents.csv", "r", "n", 1, "p_laney"),
        ("hi_cdi_u", "hi_cdi_month.csv", "n", "days", 10_000, "u"),
        ("hi_cdi_laney_uprime", "hi_cdi_month.csv", "n", "days", 10_000, "u_laney"),
        ("cdi_c_all", "cdi.csv", "n", None, 1, "c"),
    ],
)
def test_every_point_as_qicharts2_draws_it(cases: Path, name, file, top, bottom, scale, kind):
    folder = cases / "spc_qicharts2"
    table = reference(folder, name)
    points = chart(counts(folder, file, top, bottom, scale), kind)
    for ours, theirs in {"value": "y", "centre": "cl", "lower": "lcl", "upper": "ucl"}.items():
        assert points[ours].to_numpy() == pytest.approx(table[theirs].to_numpy(), abs=1e-6)
    assert points["outside"].to_list() == table["sigma.signal"].to_list()


def test_published_p_and_laney_limits(cases: Path):
    folder = cases / "spc_qicharts2"
    checks = json.loads((folder / "expected.json").read_text())["checks"]
    series = counts(folder, "nhs_accidents.csv", "r", "n")
    for name, kind in (("nhs_accidents_p", "p"), ("nhs_accidents_laney_pprime", "p_laney")):
        points, check = chart(series, kind), checks[name]
        assert points["centre"][0] == pytest.approx(check["CL"], abs=check["tol"])
        assert [points["lower"].min(), points["lower"].max()] == pytest.approx(check["LCL"], abs=check["tol"])
        assert [points["upper"].min(), points["upper"].max()] == pytest.approx(check["UCL"], abs=check["tol"])
        assert points["outside"].sum() == check["sigma_signals"]
    assert kind_for("share", series) == "p_laney"


def test_frozen_baseline(cases: Path):
    folder = cases / "spc_qicharts2"
    table = reference(folder, "cdi_c_freeze24")
    points = chart(counts(folder, "cdi.csv", "n", None), "c", baseline=24)
    assert points["upper"].to_numpy() == pytest.approx(table["ucl"].to_numpy(), abs=1e-6)
    assert points["outside"].to_list() == table["sigma.signal"].to_list()
    first = chart(counts(folder, "cdi.csv", "n", None).head(24), "c")
    assert first["lower"].to_numpy() == pytest.approx(reference(folder, "cdi_c_first24")["lcl"].to_numpy(), abs=1e-6)


@pytest.mark.parametrize("name", ["rnorm24_i", "rnorm24_shift_i"])
def test_individuals_chart_of_qicharts2(cases: Path, name: str):
    table = reference(cases / "spc_qicharts2", name)
    points = chart(pl.DataFrame({"period": days(24), "value": table["y"]}))
    assert points["centre"][0] == pytest.approx(table["cl"][0], abs=1e-6)
    unrounded = 3 / 1.128 / 2.66  # qicharts2 leaves the factor as it is, we and the NHS say 2.66
    for line, theirs in {"lower": "lcl", "upper": "ucl"}.items():
        reach = (points[line][0] - points["centre"][0]) * unrounded
        assert points["centre"][0] + reach == pytest.approx(table[theirs][0], abs=1e-6)


def slow_special_causes(values: list[float], centre: float, sigma: float, rules: Rules) -> list[set[str]]:
    """The four rules as one would tell them to a child."""
    found: list[set[str]] = [set() for _ in values]
    for start in range(len(values)):
        window = values[start : start + rules.shift]
        if len(window) == rules.shift and (min(window) > centre or max(window) < centre):
            for point in range(start, start + rules.shift):
                found[point].add("shift")
        window = values[start : start + rules.trend]
        steps = [later - earlier for earlier, later in pairwise(window)]
        if len(window) == rules.trend and (min(steps) > 0 or max(steps) < 0):
            for point in range(start, start + rules.trend):
                found[point].add("trend")
        if abs(values[start] - centre) > 3 * sigma:
            found[start].add("outside")
        for sign in (1, -1):
            near = [p for p in range(start, min(start + 3, len(values))) if sign * (values[p] - centre) > 2 * sigma]
            if start + 3 <= len(values) and len(near) >= 2:
                for point in near:
                    found[point].add("two_of_three")
    return found


def test_fast_rules_agree_with_the_slow_ones():
    chance = np.random.default_rng(5)
    for length in (1, 2, 3, 5, 6, 7, 12, 60):
        for _ in range(60):
            values = np.round(np.cumsum(chance.normal(size=length)) * 0.7 + chance.normal(size=length), 1)
            found = special_causes(values, 0.03, 1.1)
            expected = slow_special_causes(values.tolist(), 0.03, 1.1, Rules())
            for point, names in enumerate(expected):
                ours = {n for n in ("outside", "shift", "trend", "two_of_three") if getattr(found, n)[point]}
                assert ours == names, (values.tolist(), point)
                assert (found.direction[point] != 0) == bool(names)


def series(values: list[float | None], weights: list[float] | None = None) -> pl.DataFrame:
    columns = {"period": days(len(values)), "value": pl.Series(values, dtype=pl.Float64)}
    return pl.DataFrame(columns if weights is None else {**columns, "weight": weights})


def test_a_missing_week_neither_breaks_nor_feeds_a_run():
    values: list[float | None] = [0, 1, 0, -1, 0.5, -0.5, 1, -1, 5, 5.2, 5.1, None, 5.3, 5, 5.2, 5.1]
    points = chart(series(values))
    without = chart(series([value for value in values if value is not None]))
    assert points["shift"].to_list()[8:] == [True, True, True, False, True, True, True, True]
    assert points["centre"][11] == without["centre"][0]
    assert points["upper"][11] == without["upper"][0]


@pytest.mark.parametrize("value", [0.1, 1 / 3, 1e12, 0.0])
def test_a_flat_series_has_no_special_cause(value: float):
    points = chart(series([value] * 23))
    assert points["special"].sum() == 0
    assert points["upper"][0] == pytest.approx(value)


def test_short_phases_have_no_limits():
    points = chart(series([1.0, 2.0, 1.5, 9.0]), steps=[days(4)[3]])
    assert points["phase"].to_list() == [0, 0, 0, 1]
    assert points["upper"].to_list()[3] is None
    assert points["centre"].to_list()[3] == 9.0
    assert chart(series([])).height == 0
    assert chart(series([None, None]))["centre"].null_count() == 2


def test_limits_of_a_share_stay_shares():
    points = chart(series([0.98, 1.0, 0.99, 1.0] * 4, [50.0] * 16), "p")
    assert points["upper"].max() == 1.0
    assert points["special"].sum() == 0


def test_a_share_without_denominator_is_left_out():
    points = chart(series([0.5, 0.6, 0.4, 0.9], [10, 0, 10, None]), "p")
    assert points["centre"].to_list() == pytest.approx([0.45] * 4)
    assert points["upper"].is_null().to_list() == [False, True, False, True]
    assert points["special"].sum() == 0


def test_the_order_of_rows_does_not_matter():
    rows = series(np.random.default_rng(3).normal(size=30).tolist())
    assert_frame_equal(chart(rows), chart(rows.sample(fraction=1, shuffle=True, seed=1)))
    assert_frame_equal(chart(rows), chart(chart(rows)))  # drawing twice replaces the lines


def test_kind_for():
    chance = np.random.default_rng(8)
    weights = chance.integers(80, 120, 60).astype(float)
    plain = series((chance.binomial(weights.astype(int), 0.8) / weights).tolist(), weights.tolist())
    moving = np.clip(0.8 + 0.1 * chance.normal(size=60), 0, 1)
    over = series((chance.binomial(weights.astype(int), moving) / weights).tolist(), weights.tolist())
    assert kind_for("share", plain) == "p"
    assert kind_for("share", over) == "p_laney"
    assert kind_for("score", plain) == "xmr"
    assert kind_for("share", plain.drop("weight")) == "xmr"
    assert kind_for("share", over.head(11)) == "p"


def test_overdispersion_is_rarely_seen_where_there_is_none():
    chance = np.random.default_rng(9)
    found = 0
    for _ in range(300):
        weights = chance.integers(40, 120, 40).astype(float)
        found += (
            kind_for("share", series((chance.binomial(weights.astype(int), 0.7) / weights).tolist(), weights.tolist()))
            != "p"
        )
    assert 3 <= found <= 30  # 5% of 300 is 15


def test_errors_name_the_fix():
    with pytest.raises(ValueError, match='"q" is not known; use one of xmr'):
        chart(series([1.0]), "q")
    with pytest.raises(ValueError, match="needs the column 'weight'"):
        chart(series([1.0]), "p")
    with pytest.raises(ValueError, match="two points"):
        chart(series([1.0]), baseline=1)


def test_the_nhs_preset_is_what_the_cases_use():
    assert Rules(7, 7, True, strict=True) == NHS
