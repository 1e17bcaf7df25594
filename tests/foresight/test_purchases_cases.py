"""The purchase models against published results: likelihoods, parameters, holdouts, single customers."""

from __future__ import annotations

import json
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from scipy.special import hyp2f1

from bellwether.foresight.purchases import (
    expected_purchases,
    fit,
    probability_alive,
    probability_of_purchase,
    summarise,
)
from bellwether.foresight.spend import expected_spend, fit_spend

CDNOW_END, GROCERY_END, APPAREL_END = date(1997, 9, 30), date(2006, 12, 31), date(2006, 12, 31)


@pytest.fixture(scope="module")
def expected(cases: Path):
    return lambda case: json.loads((cases / case / "expected.json").read_text())["checks"]


@pytest.fixture(scope="module")
def cdnow(cases: Path) -> pl.DataFrame:
    columns = ["customer", "sample", "day", "discs", "amount"]
    lines = pl.Series((cases / "cdnow/CDNOW_sample.txt").read_text().split("\n")).str.strip_chars()
    fields = lines.filter(lines != "").str.replace_all(r"\s+", " ").str.split(" ").list.to_struct(fields=columns)
    events = fields.struct.unnest().select(
        customer_id="customer", occurred_at=pl.col("day").str.to_date("%Y%m%d"), amount=pl.col("amount").cast(float)
    )
    return with_holdout(events, CDNOW_END)


@pytest.fixture(scope="module")
def grocery(cases: Path) -> pl.DataFrame:
    events = pl.read_csv(cases / "grocery/groceryElog.csv", try_parse_dates=True)
    return with_holdout(events.select(customer_id="cust", occurred_at="date", amount=pl.lit(1.0)), GROCERY_END)


@pytest.fixture(scope="module")
def apparel(cases: Path) -> pl.DataFrame:
    events = pl.read_csv(cases / "apparel/apparelTrans.csv", try_parse_dates=True)
    return with_holdout(events.select(customer_id="Id", occurred_at="Date", amount="Price"), APPAREL_END)


@pytest.fixture(scope="module")
def fitted(cdnow, grocery, apparel):
    """The fit of a family on a case, once for all tests."""
    rows = {"cdnow": cdnow, "grocery": grocery, "apparel": apparel}
    return cache(lambda case, family, k=None: fit(rows[case], family, k))


def with_holdout(events: pl.DataFrame, until: date) -> pl.DataFrame:
    """The summary at `until`, with `actual`: the days with a purchase after it."""
    later = events.filter(pl.col("occurred_at") > until).group_by("customer_id").agg(actual="occurred_at")
    actual = later.select("customer_id", pl.col("actual").list.n_unique())
    return (
        summarise(events, until).join(actual, on="customer_id", how="left").with_columns(pl.col("actual").fill_null(0))
    )


def errors(rows: pl.DataFrame, predicted: pl.Series) -> tuple[float, float, float]:
    """Sum of the forecast, mean absolute and root mean squared error."""
    off = predicted - rows["actual"]
    return predicted.sum(), off.abs().mean(), (off**2).mean() ** 0.5


def near(value: float, check: dict) -> bool:
    return abs(value - check["value"]) <= check["tol"]


def unconditional(model, rows: pl.DataFrame, more: float) -> float:
    """Purchases expected of the cohort from its first day, up to `more` weeks after the record."""
    ages = rows.group_by("age").len()
    return sum(count * expected_purchases(model, one(0, 0, 0), age + more)[0] for age, count in ages.iter_rows())


def one(frequency: float, recency: float, age: float) -> pl.DataFrame:
    return pl.DataFrame({"frequency": [frequency], "recency": [recency], "age": [age]})


def test_cdnow_is_counted_as_published(cdnow, expected):
    checks = expected("cdnow")
    assert len(cdnow) == checks["n_customers"]["value"]
    assert cdnow["frequency"].sum() == checks["repeat_tx_weeks_1_39"]["value"]
    assert cdnow["actual"].sum() == checks["repeat_tx_weeks_40_78"]["value"]


def test_summary_equals_the_published_one(cdnow, cases):
    theirs = pl.read_csv(cases / "cdnow/btydplus_elog2cbs.csv").sort("cust")
    ours = cdnow.with_columns(pl.col("customer_id").cast(int)).sort("customer_id")
    for name, published in (("frequency", "x"), ("recency", "t.x"), ("age", "T.cal"), ("log_gaps", "litt")):
        assert np.allclose(ours[name], theirs[published], atol=1e-9), name
    bought_again = theirs["x"] > 0
    mean = (theirs["sales.x"] / theirs["x"]).filter(bought_again)
    assert np.allclose(ours["spend"].filter(bought_again), mean, atol=1e-9)


@pytest.mark.parametrize(
    ("family", "name"), [("bg_nbd", "bgnbd"), ("pareto_nbd", "pareto_nbd"), ("mbg_cnbd", "mbg_cnbd_k")]
)
def test_cdnow_parameters(cdnow, expected, family, name, fitted):
    model = fitted("cdnow", family)
    assert model.converged and model.customers == 2357
    found = {**model.parameters, "LL": model.log_likelihood, "k": model.k}
    for parameter, check in expected("cdnow")[name].items():
        assert near(found[parameter], check), (parameter, found[parameter], check)


@pytest.mark.parametrize(("family", "name"), [("bg_nbd", "bgnbd"), ("pareto_nbd", "pnbd"), ("mbg_cnbd", "mbg")])
def test_cdnow_holdout(cdnow, expected, family, name, fitted):
    predicted = expected_purchases(fitted("cdnow", family), cdnow, 39)
    checks = expected("cdnow")["holdout_39wk"]
    for measure, value in zip(("sum", "MAE", "RMSE"), errors(cdnow, predicted), strict=True):
        if f"{name}_{measure}" in checks:
            assert near(value, checks[f"{name}_{measure}"]), (measure, value)


def test_cdnow_by_past_purchases(cdnow, expected, fitted):
    checks = expected("cdnow")["by_calibration_x_0_to_7plus"]
    models = {"pnbd": "pareto_nbd", "bgnbd": "bg_nbd"}
    predicted = {name: expected_purchases(fitted("cdnow", family), cdnow, 39) for name, family in models.items()}
    rows = cdnow.with_columns(**predicted, group=pl.col("frequency").clip(0, 7))
    table = rows.group_by("group").agg(pl.len().alias("n"), pl.col("actual", "pnbd", "bgnbd").mean()).sort("group")
    assert table["n"].to_list() == checks["n"]
    for name in ("actual", "pnbd", "bgnbd"):
        assert np.allclose(table[name], checks[name], atol=checks["tol"]), name


@pytest.mark.parametrize(("family", "name"), [("pareto_nbd", "pnbd"), ("bg_nbd", "bgnbd")])
def test_cdnow_week_by_week_from_new_customers(cdnow, expected, family, name, fitted):
    """Summed over the cohort; the published curve counts the day of the first purchase as well."""
    model, check = fitted("cdnow", family), expected("cdnow")["weekly_cumulative_wk39_wk78"]
    for weeks, published in zip((39, 78), check[name], strict=True):
        assert abs(unconditional(model, cdnow, 1 / 7 + weeks - 39) - published) < check["tol"], weeks


def test_cdnow_single_customers(cdnow, expected, fitted):
    checks, star = expected("cdnow"), expected("cdnow")["customer_1516_x26_tx30.86_T31"]
    pareto, bg = fitted("cdnow", "pareto_nbd"), fitted("cdnow", "bg_nbd")
    row = one(26, 30.86, 31)
    assert near(expected_purchases(pareto, row, 52)[0], star["pnbd_CE52"])
    assert near(probability_alive(pareto, row)[0], star["pnbd_PAlive"])
    assert near(expected_purchases(pareto, one(0, 0, 0), 52)[0], star["pnbd_E52_new"])
    assert near(expected_purchases(bg, row, 52)[0], star["bg_CE52"])
    assert near(probability_alive(bg, row)[0], star["bg_PAlive"])
    assert near(expected_purchases(bg, one(2, 30.43, 38.86), 39)[0], checks["bg_CE39_x2_tx30.43_T38.86"])
    dear = checks["pnbd_CE52_tx20_T39_x10_15_20_25"]
    for frequency, value in zip((10, 15, 20, 25), dear["value"], strict=True):
        assert abs(expected_purchases(pareto, one(frequency, 20, 39), 52)[0] - value) <= dear["tol"]


def test_mean_probability_alive_depends_on_the_model(cdnow, fitted):
    assert probability_alive(fitted("cdnow", "pareto_nbd"), cdnow).mean() == pytest.approx(0.446, abs=0.001)
    assert probability_alive(fitted("cdnow", "bg_nbd"), cdnow).mean() == pytest.approx(0.813, abs=0.001)


@pytest.mark.parametrize(("family", "file"), [("pareto_nbd", "pnbd"), ("bg_nbd", "bgnbd")])
def test_cdnow_customer_by_customer_in_another_calendar(cases, family, file):
    """CLVTools ends the calibration a day later; parameters differ, and so does every customer's forecast."""
    events = pl.read_csv(cases / "cdnow/clvtools_cdnow_elog.csv", try_parse_dates=True)
    rows = summarise(events.select(customer_id="Id", occurred_at="Date", amount="Price"), date(1997, 10, 1))
    model = fit(rows, family)
    theirs = pl.read_csv(cases / f"cdnow/clvtools_pred_{file}.csv")
    both = rows.with_columns(
        expected_purchases(model, rows, 272 / 7), probability_alive(model, rows), expected_spend(fit_spend(rows), rows)
    ).join(theirs, left_on="customer_id", right_on="Id")
    assert len(both) == 2357
    assert (both["expected_purchases"] - both["CET"]).abs().max() < 0.002
    assert (both["probability_alive"] - both["PAlive"]).abs().max() < 0.0005
    assert (both["expected_spend"] - both["predicted.mean.spending"]).abs().max() < 0.02
    if family == "pareto_nbd":
        assert model.log_likelihood == pytest.approx(-9615.24, abs=0.05)


def test_cdnow_spend(cdnow, expected):
    checks, model = expected("cdnow")["gamma_gamma_946"], fit_spend(cdnow)
    for name in ("p", "q", "v"):
        assert near(getattr(model, name), checks[name]), name
    assert model.customers == checks["n"]["value"] and model.converged
    rows = pl.DataFrame({"frequency": [0, 3], "spend": [None, 35.0]})
    new, third = expected_spend(model, rows)
    assert near(new, checks["mean_spend"]) and near(third, checks["cond_mean_35_x3"])


GROCERY = [("pareto_nbd", 1, "pnbd"), ("bg_nbd", 1, "bgnbd"), ("bg_nbd", 2, "bgcnbd2"), ("mbg_cnbd", 1, "mbgnbd")]


@pytest.mark.parametrize(("family", "k", "name"), [*GROCERY, ("mbg_cnbd", None, "mbgcnbd2")])
def test_grocery_fits(grocery, expected, family, k, name, fitted):
    checks, model = expected("grocery"), fitted("grocery", family, k)
    assert grocery["frequency"].sum() == checks["x_cal"]["value"]
    assert near(model.log_likelihood, checks["LL"][name])
    assert model.k == (2 if name.endswith("2") else 1) and model.converged
    published = checks["params"][name.replace("cnbd2", "cnbd_k2")]
    assert np.allclose(list(model.parameters.values()), published, rtol=checks["params"]["rel"])


@pytest.mark.parametrize(("family", "k", "name"), [row for row in GROCERY if row[1] == 1])
def test_grocery_holdout(grocery, expected, family, k, name, fitted):
    assert grocery["actual"].sum() == expected("grocery")["x_star_actual"]["value"]
    total, mean_error, _ = errors(grocery, expected_purchases(fitted("grocery", family, k), grocery, 52))
    assert near(total, expected("grocery")["holdout_52wk_sum"][name])
    assert near(mean_error, expected("grocery")["holdout_MAE_per_customer"][name])


def test_grocery_rhythm_beats_the_published_error(grocery, expected, fitted):
    """Ours is exact where the published forecast approximates, so it errs less than the figure to reach."""
    _, mean_error, squared = errors(grocery, expected_purchases(fitted("grocery", "mbg_cnbd"), grocery, 52))
    assert mean_error < expected("grocery")["holdout_MAE_per_customer"]["mbgcnbd2"]["value"] - 0.02
    assert squared < expected("grocery")["holdout_RMSE"]["mbgcnbd2"] + 0.003


def test_grocery_published_approximation_follows_from_our_fit(grocery, expected, fitted):
    """BTYDplus takes BG/NBD's formula with alpha times k, then scales it to the cohort's unconditional mean."""
    checks, model = expected("grocery"), fitted("grocery", "mbg_cnbd")
    plain = approximation(model.parameters, 2, grocery["frequency"].to_numpy(), grocery["age"].to_numpy(), 52)
    plain = plain * probability_alive(model, grocery).to_numpy()
    whole = unconditional(model, grocery, 52) - unconditional(model, grocery, 0)
    assert near(whole, checks["holdout_52wk_sum"]["mbgcnbd2"])
    _, mean_error, squared = errors(grocery, pl.Series(plain * whole / plain.sum()))
    assert near(mean_error, checks["holdout_MAE_per_customer"]["mbgcnbd2"])
    assert squared == pytest.approx(checks["holdout_RMSE"]["mbgcnbd2"], abs=0.003)


def approximation(parameters: dict, k: int, x: np.ndarray, age: np.ndarray, weeks: float) -> np.ndarray:
    r, alpha, a, b = (parameters[name] for name in ("r", "alpha", "a", "b"))
    rate = k * alpha + age  # as if gaps were exponential
    silent = (rate / (rate + weeks)) ** (r + x) * hyp2f1(r + x, b + x + 1, a + b + x, weeks / (rate + weeks))
    return (a + b + x) / (a - 1) * (1 - silent)


def test_grocery_single_customers(grocery, expected, fitted):
    checks = expected("grocery")
    rows = pl.concat(one(frequency, 12, 52) for frequency in range(1, 6))
    for family, name in (("pareto_nbd", "pnbd"), ("mbg_cnbd", "mbgcnbd2")):
        model = fitted("grocery", family)
        assert np.allclose(probability_alive(model, rows), checks["x1to5_palive"][name], atol=0.002)
        # the published mbgcnbd2 is the approximation above: .0754 for the exact .0785
        tolerance = 0.002 if family == "pareto_nbd" else 0.0035
        assert np.allclose(expected_purchases(model, rows, 52), checks["x1to5_tx12_T52_CE52"][name], atol=tolerance)


def test_donations(cases, expected):
    checks = expected("donations")
    rows = pl.read_csv(cases / "donations/donations.csv").rename({"periods": "age", "weights": "weight"})
    model = fit(rows, "bg_bb")
    assert model.customers == checks["n"]["value"] and model.converged
    for name in ("alpha", "beta", "gamma", "delta"):
        assert near(model.parameters[name], checks[name]), name
    assert near(model.log_likelihood, checks["LL"])
    assert near((expected_purchases(model, rows, 5) * rows["weight"]).sum(), checks["E_2002_2006_total"])
    assert near(probability_alive(model, one(6, 6, 6))[0], checks["PAlive_x6_t6"])
    assert near(expected_purchases(model, one(6, 6, 6), 5)[0], checks["E_x6_tx6_5yr"])
    assert probability_of_purchase(model, one(6, 6, 6), 1)[0] == pytest.approx(
        expected_purchases(model, one(6, 6, 6), 1)[0]
    )


@pytest.mark.parametrize(("family", "name"), [("pareto_nbd", "pnbd"), ("bg_nbd", "bgnbd")])
def test_apparel(apparel, cases, expected, family, name, fitted):
    checks, model = expected("apparel"), fitted("apparel", family)
    assert len(apparel) == checks["n"]["value"]
    assert apparel["actual"].sum() == checks["holdout_actual"]["value"]
    for parameter, value in model.parameters.items():
        assert value == pytest.approx(checks[name][parameter], rel=checks["rel"]), parameter
    assert model.log_likelihood == pytest.approx(checks[name]["LL"], abs=0.01)
    weeks = (date(2010, 12, 20) - APPAREL_END) / timedelta(weeks=1)
    predicted = apparel.with_columns(expected_purchases(model, apparel, weeks), probability_alive(model, apparel))
    published = [checks[name][measure] for measure in ("holdout_sum", "MAE", "RMSE")]
    assert errors(predicted, predicted["expected_purchases"]) == pytest.approx(published, rel=1e-3)
    theirs = pl.read_csv(cases / f"apparel/pred_{name}_split104.csv")
    both = predicted.join(theirs, left_on="customer_id", right_on="Id")
    assert len(both) == len(theirs)
    assert (both["expected_purchases"] - both["CET"]).abs().max() < 0.001
    assert (both["probability_alive"] - both["PAlive"]).abs().max() < 0.0001


def test_apparel_spend(apparel, expected):
    checks, model = expected("apparel"), fit_spend(apparel)
    found = {"p": model.p, "q": model.q, "gamma": model.v}
    for name, value in found.items():
        assert value == pytest.approx(checks["gg"][name], rel=checks["rel"]), name
    assert model.log_likelihood == pytest.approx(checks["gg"]["LL"], abs=0.01)
