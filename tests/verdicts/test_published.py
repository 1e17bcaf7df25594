"""Published effects, reproduced to the tolerance that the cases state."""

import json
from dataclasses import replace
from datetime import date

import numpy as np
import polars as pl
import pytest

from bellwether.verdicts import group_time as gt
from bellwether.verdicts import verdict
from bellwether.verdicts.comparison import interrupted
from bellwether.verdicts.contrast import between
from bellwether.verdicts.panel import panel
from bellwether.verdicts.synthetic import synthetic

MONDAY = pl.lit(date(2020, 1, 6))


@pytest.fixture(scope="module")
def counties(cases):
    panel = pl.read_csv(cases / "did_mpdta" / "mpdta.csv").sort("countyreal", "year")
    years = panel["year"].unique().sort().to_list()
    values = panel["lemp"].to_numpy().reshape(-1, len(years)).T
    first = panel.group_by("countyreal", maintain_order=True).first()["first.treat"].to_list()
    starts = np.array([years.index(year) if year else -1 for year in first])
    return years, values, starts, json.loads((cases / "did_mpdta" / "expected.json").read_text())["checks"]


def test_group_time_minimum_wage(counties):
    years, values, starts, expected = counties
    cells = gt.group_time(values, np.ones_like(values), starts, "last")
    found = {f"{years[cell.start]},{years[cell.period]}": cell.att for cell in cells}
    assert found == pytest.approx(expected["ATT"]["value"], abs=expected["ATT"]["tol"])


def test_roll_ups_minimum_wage(counties):
    years, values, starts, expected = counties
    cells = gt.group_time(values, np.ones_like(values), starts, "last")
    by_event, by_start, by_year = (gt.rolled_up(cells, by) for by in ("event", "start", "period"))
    sizes = [(starts == start).sum() for start in by_start]
    found = {
        "simple": gt.overall(cells),
        "group": {str(years[start]): att for start, att in by_start.items()},
        "group_overall": np.average(list(by_start.values()), weights=sizes),
        "dynamic": {str(event): att for event, att in by_event.items()},
        "dynamic_overall": np.mean([att for event, att in by_event.items() if event >= 0]),
        "calendar_overall": np.mean(list(by_year.values())),
    }
    for name, value in found.items():
        assert value == pytest.approx(expected[name]["value"], abs=expected[name]["tol"]), name


def test_jackknife_minimum_wage(counties):
    _, values, starts, expected = counties

    def again(units):
        return gt.overall(gt.group_time(values[:, units], np.ones((5, len(units))), starts[units], "last"))

    error = gt.jackknife(len(starts), again)
    assert error == pytest.approx(expected["se_simple"]["value"], abs=expected["se_simple"]["tol"])


@pytest.mark.parametrize("method", ["sdid", "sc", "did"])
def test_synthetic_cigarettes(cases, method):
    panel = pl.read_csv(cases / "synth_prop99" / "california_prop99.csv", separator=";").sort("Year")
    wide = panel.pivot(on="State", index="Year", values="PacksPerCapita")
    states, first = wide.columns[1:], (wide["Year"] < 1989).sum()
    effect, weights = synthetic(wide.drop("Year").to_numpy(), states.index("California"), first, method)
    expected = json.loads((cases / "synth_prop99" / "expected.json").read_text())["checks"]
    assert effect == pytest.approx(expected[method]["value"], abs=expected[method]["tol"])
    if method == "sc":
        others = [state for state in states if state != "California"]
        named = {state: weights[others.index(state)] for state in expected["sc_weights"]}
        assert named == pytest.approx(expected["sc_weights"], abs=0.0015)


def test_interrupted_vignette(cases):
    points = pl.read_csv(cases / "causalimpact_example" / "data.csv")
    expected = json.loads((cases / "causalimpact_example" / "expected.json").read_text())["checks"]
    points = points.with_columns(week=MONDAY + pl.duration(days=7) * (pl.col("t") - 1))
    treated = points.select("week", unit=pl.lit("y"), weight=pl.lit(1.0), total="y")
    started, other = points["week"][70], points.select("week", "x1")
    gap = interrupted(panel(treated, None, started), other)
    # The published model has no trend of its own, so first without the one that ours allows for.
    alike, _ = between(replace(gap, covariates=gap.covariates[:, 1:]), 0, 30)
    effect, _ = between(gap, 0, 30)
    for found in (alike, effect):
        assert found.estimate == pytest.approx(expected["effect"]["value"], abs=expected["effect"]["tol"])
    assert alike.lower < expected["true_effect"]["value"] < alike.upper
    told = verdict(treated, None, started, expected=5, better="higher", unit="index", covariates=other)
    assert told.word == "worked"
    assert "Nothing was comparable" in told.comparison and "x1" in told.comparison
