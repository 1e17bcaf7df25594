"""Factory and servitude: words only beyond chance, and a slope within silos that is statsmodels' and no other."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from bellwether.foresight import manner


def row(silo: str = "A", **told: float | None) -> dict:
    usual = {"cost_ratio": 1.0, "time_ratio": 1.0, "cost_error": 0.01, "time_error": 0.01, "contacts": 1000}
    known = {"recognised": 0.6, "adapted": 0.6, "empathy": 0.6}
    return {"silo": silo, "quarter": "q1", **usual, **known, **{f"{name}_variance": 0.0001 for name in known}, **told}


def told(*rows: dict) -> dict[str, dict]:
    return {
        one["silo"]: one for one in manner.standing(pl.DataFrame(rows, infer_schema_length=None)).iter_rows(named=True)
    }


PERSONAL, COLD = (
    dict.fromkeys(("recognised", "adapted", "empathy"), 0.8),
    dict.fromkeys(("recognised", "adapted", "empathy"), 0.4),
)
CHEAP, DEAR = {"cost_ratio": 0.8, "time_ratio": 0.8}, {"cost_ratio": 1.25, "time_ratio": 1.25}


def test_the_four_corners_and_the_middle():
    found = told(
        row("middle"),
        row("f", **CHEAP, **COLD),
        row("s", **DEAR, **PERSONAL),
        row("b", **CHEAP, **PERSONAL),
        row("n", **DEAR, **COLD),
    )
    words = {silo: one["word"] for silo, one in found.items()}
    assert words == {"middle": "as usual", "f": "factory", "s": "servitude", "b": "both at once", "n": "neither"}
    assert (found["f"]["efficient"], found["f"]["personal"]) == pytest.approx((125, 40))


def test_what_chance_explains_gets_no_word():
    wide = {"cost_error": 0.2, "time_error": 0.2, **{f"{name}_variance": 0.05 for name in PERSONAL}}
    found = told(row("middle"), row("f", **CHEAP, **COLD, **wide), row("s", **DEAR, **PERSONAL, **wide))
    assert found["f"]["word"] == found["s"]["word"] == "as usual"


def test_one_part_alone_is_no_index():
    found = told(
        row("A", adapted=None, empathy=None), row("B", recognised=None), row("C", cost_ratio=None, cost_error=None)
    )
    assert found["A"]["personal"] is None and found["A"]["word"] is None
    assert found["B"]["personal"] == pytest.approx(60)
    assert found["C"]["efficient"] == pytest.approx(100)


def panel(seed: int, effect: float = 0.003, silos: int = 8, quarters: int = 9) -> pl.DataFrame:
    """Silos that differ for good, quarters that differ for all, and an index that moves loyalty by `effect` a point."""
    dice, rows = np.random.default_rng(seed), []
    good, season = dice.normal(0, 0.05, silos), dice.normal(0, 0.02, quarters)
    for silo in range(silos):
        index = 60 + 100 * good[silo] + np.cumsum(dice.normal(0, 1.5, quarters))
        for quarter in range(quarters):
            loyal = 0.8 - 2 * good[silo] + season[quarter] + effect * index[quarter] + dice.normal(0, 0.004)
            rows.append((f"s{silo}", quarter, index[quarter], loyal, int(dice.integers(300, 900))))
    return pl.DataFrame(rows, schema=["silo", "quarter", "personal", "loyal", "weight"], orient="row")


def test_the_slope_is_that_of_statsmodels_with_errors_by_silo():
    import statsmodels.formula.api as smf

    rows = panel(1)
    known = rows.to_pandas()
    referee = smf.wls("loyal ~ personal + C(silo) + C(quarter)", known, weights=known["weight"]).fit(
        cov_type="cluster", cov_kwds={"groups": known["silo"].astype("category").cat.codes}
    )
    found = manner.slope(rows, "personal", "loyal")
    assert found.value == pytest.approx(referee.params["personal"])
    half = (found.high - found.low) / 2
    from scipy.stats import t

    assert half / t.ppf(0.975, 7) == pytest.approx(referee.bse["personal"], rel=0.01)


def test_what_a_silo_always_was_counts_for_nothing():
    """Personal silos keep fewer customers here, for other reasons; where they became more personal, more stayed."""
    rows = panel(2)
    means = rows.group_by("silo").agg(pl.col("personal", "loyal").mean())
    assert np.corrcoef(means["personal"], means["loyal"])[0, 1] < 0
    assert manner.slope(rows, "personal", "loyal").low > 0


def test_the_planted_slope_is_covered():
    found = [manner.slope(panel(seed), "personal", "loyal") for seed in range(40)]
    assert sum(one.low <= 0.003 <= one.high for one in found) >= 35


def test_few_silos_or_quarters_tell_nothing():
    assert manner.slope(panel(1, silos=3), "personal", "loyal") is None
    assert manner.slope(panel(1, quarters=3), "personal", "loyal") is None
    assert manner.slope(panel(1).with_columns(personal=pl.lit(60.0)), "personal", "loyal") is None
