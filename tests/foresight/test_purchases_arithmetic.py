"""The arithmetic of the purchase models against slow, obvious seconds: textbook formulas, integrals, differences."""

from __future__ import annotations

import math
from math import lgamma

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.special import beta as beta_function
from scipy.special import gdtr, hyp2f1

from bellwether.foresight import spend
from bellwether.foresight._hyper import leaves_first
from bellwether.foresight._mixture import cells_of, total
from bellwether.foresight.purchases import (
    FAMILIES,
    Fit,
    expected_purchases,
    fit,
    probability_alive,
    probability_of_purchase,
)

# frequency, recency, age, log_gaps, weight
HISTORIES = [
    (0, 0.0, 38.0, 0.0, 7.0),
    (0, 0.0, 3.0, 0.0, 2.0),
    (1, 2.0, 30.0, math.log(2), 3.0),
    (2, 30.0, 39.0, math.log(10) + math.log(20), 1.0),
    (4, 8.0, 39.0, 4 * math.log(2), 2.0),
    (7, 26.0, 26.0, 7 * math.log(26 / 7), 1.5),  # bought on the last day
    (12, 33.0, 38.0, 12 * math.log(33 / 12), 0.5),
]
OPPORTUNITIES = [(0, 0, 6, 9.0), (1, 1, 6, 3.0), (2, 6, 6, 4.0), (3, 4, 6, 1.0), (6, 6, 6, 2.0), (1, 2, 4, 5.0)]
MODELS = [  # family, k, parameters
    ("pareto_nbd", 1, (0.55, 10.6, 0.61, 11.7)),
    ("pareto_nbd", 1, (0.3, 2.0, 1.7, 60.0)),
    ("pareto_nbd", 1, (2.5, 40.0, 0.2, 1.5)),
    ("bg_nbd", 1, (0.24, 4.4, 0.79, 2.43)),
    ("bg_nbd", 3, (0.4, 1.4, 1.0, 2.0)),
    ("mbg_cnbd", 1, (0.52, 6.2, 0.89, 1.61)),
    ("mbg_cnbd", 2, (1.3, 2.8, 0.42, 0.79)),
    ("mbg_cnbd", 3, (1.1, 1.5, 1.3, 0.6)),
]
GEOMETRIC = [known for known in MODELS if known[0] != "pareto_nbd" and known[1] == 1]
BG_BB = ("bg_bb", 1, (1.2, 0.75, 0.66, 2.78))


def histories(family: str = "") -> pl.DataFrame:
    if family == "bg_bb":
        return pl.DataFrame(OPPORTUNITIES, ["frequency", "recency", "age", "weight"], orient="row")
    return pl.DataFrame(HISTORIES, ["frequency", "recency", "age", "log_gaps", "weight"], orient="row")


def model(family: str, k: int, parameters: tuple[float, ...]) -> Fit:
    named = dict(zip(FAMILIES[family].parameters, parameters, strict=True))
    return Fit(family, named, k, 0.0, 0, 0.0, True)


def likelihood(family: str, k: int, parameters, rows: pl.DataFrame) -> tuple[float, np.ndarray]:
    cells = cells_of(rows)
    value, slope = total(*FAMILIES[family].terms(np.array(parameters), cells, k), cells.weight)
    return value + ((k - 1) * rows["log_gaps"].dot(rows["weight"]) if k > 1 else 0.0), slope


def slow_likelihood(family: str, k: int, parameters, row: tuple) -> float:
    """Log-likelihood of one customer, from the definition of the model."""
    if family == "pareto_nbd":
        return slow_pareto(*parameters, *row[:3])
    return slow_bg_bb(*parameters, *row[:3]) if family == "bg_bb" else slow_betageo(family, k, *parameters, *row[:4])


def slow_pareto(r, alpha, s, beta, x, recency, age) -> float:
    """The textbook form (Fader and Hardie 2005), with its two hypergeometric functions."""
    far, (power, gap) = max(alpha, beta), (s + 1, alpha - beta) if alpha >= beta else (r + x, beta - alpha)
    whole = r + s + x

    def part(y: float) -> float:
        return hyp2f1(whole, power, whole + 1, gap / (far + y)) / (far + y) ** whole

    inside = 1 / ((alpha + age) ** (r + x) * (beta + age) ** s) + s / whole * (part(recency) - part(age))
    return lgamma(r + x) - lgamma(r) + r * math.log(alpha) + s * math.log(beta) + math.log(inside)


def slow_betageo(family, k, r, alpha, a, b, x, recency, age, log_gaps) -> float:
    """Integrals over a customer's rate and chance to leave; a gap is Erlang, its survival the gamma distribution."""
    stays = x + (family == "mbg_cnbd")  # times the customer decided to stay, if still here

    def prior(rate: float) -> float:
        return math.exp(r * math.log(alpha) + (r - 1) * math.log(rate) - alpha * rate - lgamma(r))

    def bought(rate: float) -> float:
        return math.exp(k * x * math.log(rate) - rate * recency + (k - 1) * log_gaps - x * lgamma(k))

    def waiting(rate: float) -> float:
        return 1 - gdtr(rate, k, age - recency)

    def over(f) -> float:
        exact = {"epsabs": 0, "epsrel": 1e-9, "limit": 200}
        return sum(quad(lambda u: f(math.exp(u)) * math.exp(u), *span, **exact)[0] for span in SPANS)

    here = beta_function(a, b + stays) / beta_function(a, b) * over(lambda v: prior(v) * bought(v) * waiting(v))
    gone = beta_function(a + 1, b + stays - 1) / beta_function(a, b) if stays else 0.0
    return math.log(here + gone * over(lambda v: prior(v) * bought(v)))


SPANS = [(-400, -100), (-100, -20), (-20, -6), (-6, -3), (-3, -1), (-1, 1), (1, 5)]  # of the logarithm of the rate


def slow_bg_bb(alpha, beta, gamma, delta, x, recency, age) -> float:
    def story(seen: int, left: int) -> float:
        buys = beta_function(alpha + x, beta + seen - x) / beta_function(alpha, beta)
        return buys * beta_function(gamma + left, delta + seen) / beta_function(gamma, delta)

    return math.log(story(age, 0) + sum(story(seen, 1) for seen in range(int(recency), int(age))))


@pytest.mark.filterwarnings("ignore::scipy.integrate.IntegrationWarning")  # where there is nothing to integrate
@pytest.mark.parametrize(("family", "k", "parameters"), [*MODELS, BG_BB])
def test_weighted_rows_equal_the_definition_customer_by_customer(family, k, parameters):
    rows = histories(family)
    slow = sum(row[-1] * slow_likelihood(family, k, parameters, row) for row in rows.iter_rows())
    assert likelihood(family, k, parameters, rows)[0] == pytest.approx(slow, rel=1e-9)


@pytest.mark.parametrize(("family", "k", "parameters"), [*MODELS, BG_BB])
def test_gradient_equals_finite_differences(family, k, parameters):
    rows, step = histories(family), 1e-5
    _, slope = likelihood(family, k, parameters, rows)
    for place, value in enumerate(parameters):
        up, down = list(parameters), list(parameters)
        up[place], down[place] = value * (1 + step), value * (1 - step)
        difference = likelihood(family, k, up, rows)[0] - likelihood(family, k, down, rows)[0]
        assert slope[place] == pytest.approx(difference / (2 * step * value), rel=1e-6, abs=1e-8), place


def test_gradient_of_spend_equals_finite_differences():
    x, z, at = np.array([1.0, 2, 9]), np.array([12.0, 40, 33]), np.array([6.2, 3.7, 15.4])
    _, slope = spend.log_likelihood(at, x, z)
    for place, value in enumerate(at):
        step = np.zeros(3)
        step[place] = 1e-5 * value
        difference = spend.log_likelihood(at + step, x, z)[0] - spend.log_likelihood(at - step, x, z)[0]
        assert slope[place] == pytest.approx(difference / (2e-5 * value), rel=1e-6)


def test_spend_likelihood_is_the_integral_over_customers():
    (p, q, v), x, z = (2.0, 3.5, 15.0), 4, 22.0

    def both(rate: float) -> float:
        of_mean = p * x * math.log(rate * x) + (p * x - 1) * math.log(z) - rate * x * z - lgamma(p * x)
        return math.exp(of_mean + q * math.log(v) + (q - 1) * math.log(rate) - v * rate - lgamma(q))

    value, _ = spend.log_likelihood(np.array([p, q, v]), np.array([4.0]), np.array([z]))
    assert math.exp(value[0]) == pytest.approx(quad(both, 1e-12, 5, points=[0.05, 0.2, 1])[0], rel=1e-8)


@pytest.mark.filterwarnings("ignore::scipy.integrate.IntegrationWarning")
@pytest.mark.parametrize("family", ["pareto_nbd", "bg_nbd", "mbg_cnbd"])
def test_fit_on_unique_rows_equals_the_fit_on_all_customers(family):
    drawn = histories().with_columns(weight=pl.Series([400, 90, 70, 40, 60, 20, 20]))
    one_each = drawn.select(pl.exclude("weight").repeat_by("weight").explode())
    one_each = one_each.sample(fraction=1, shuffle=True, seed=1)
    unique, every = fit(drawn, family, 1), fit(one_each, family, 1)
    assert len(one_each) == every.customers == unique.customers == 700 and every.rows == 7
    assert every.log_likelihood == pytest.approx(unique.log_likelihood, rel=1e-12)
    slow = {row: slow_likelihood(family, 1, unique.parameters.values(), row) for row in one_each.unique().iter_rows()}
    assert unique.log_likelihood == pytest.approx(sum(slow[row] for row in one_each.iter_rows()), rel=1e-8)


@pytest.mark.parametrize(("family", "k"), [("pareto_nbd", 1), ("bg_nbd", 1), ("mbg_cnbd", 2)])
def test_the_unit_of_time_does_not_matter(family, k):
    rows = histories().with_columns(weight=pl.Series([400, 90, 70, 40, 60, 20, 20]))
    days = rows.with_columns(
        pl.col("recency", "age") * 7, log_gaps=pl.col("log_gaps") + pl.col("frequency") * math.log(7)
    )
    weekly, daily = fit(rows, family, k), fit(days, family, k)
    purchases = rows["frequency"].dot(rows["weight"])
    assert daily.log_likelihood == pytest.approx(weekly.log_likelihood - purchases * math.log(7), rel=1e-9)
    assert np.allclose(expected_purchases(daily, days, 91), expected_purchases(weekly, rows, 13), rtol=1e-3)


@pytest.mark.parametrize("ratio", [1e-4, 1e-2, 0.3, 0.999, 1.0, 1.7, 30.0, 1e3])
@pytest.mark.parametrize("s", [0.05, 0.6, 4.0])
def test_leaves_first_is_the_chance_it_claims(s, ratio):
    m = np.array([0.2, 1.3, 17.0, 140.0])
    found = leaves_first(m, s, np.full(4, ratio))[0]
    for shape, share in zip(m, found, strict=True):

        def density(v: float, shape=shape) -> float:
            return (1 + ratio * math.expm1(-math.log(v) / s)) ** -shape

        spans = np.concatenate([[0], np.geomspace(1e-12, 0.5, 14), 1 - np.geomspace(1e-9, 0.4, 14)[::-1], [1]])
        slow = sum(quad(density, *span, epsabs=1e-14)[0] for span in np.column_stack([spans[:-1], spans[1:]]))
        assert share == pytest.approx(slow, abs=2e-7)
        if 0.3 <= ratio <= 1.7:
            assert share == pytest.approx(s / (shape + s) * hyp2f1(1, shape, shape + s + 1, 1 - ratio), rel=1e-9)


@pytest.mark.parametrize(("family", "k", "parameters"), GEOMETRIC)
@pytest.mark.parametrize("weeks", [1, 39, 400])
def test_expected_purchases_equal_the_closed_form(family, k, parameters, weeks):
    """Fader, Hardie and Lee 2005; for MBG/NBD the posterior of the chance to stay has one success more."""
    rows, (r, alpha, a, b) = histories(), parameters
    found = expected_purchases(model(family, k, parameters), rows, weeks)
    alive = probability_alive(model(family, k, parameters), rows)
    for row, chance, value in zip(rows.iter_rows(), alive, found, strict=True):
        m, since, kept = r + row[0], alpha + row[2], b + row[0] + (family == "mbg_cnbd")
        odds = weeks / (since + weeks)
        silent = (1 - odds) ** m * hyp2f1(m, kept, a + kept - 1, odds)
        assert value == pytest.approx(chance * (a + kept - 1) / (a - 1) * (1 - silent), rel=1e-8)


def test_poles_of_the_closed_forms_are_passed_smoothly():
    rows = histories()
    for family, place in (("bg_nbd", 2), ("mbg_cnbd", 2), ("pareto_nbd", 2)):
        at_pole, beside = [0.6, 6.0, 1.0, 2.0], [0.6, 6.0, 1.0, 2.0]
        beside[place] += 1e-7
        on, off = (expected_purchases(model(family, 1, tuple(at)), rows, 26) for at in (at_pole, beside))
        assert np.allclose(on, off, rtol=1e-5) and (on > 0).all()


def test_probability_of_purchase_has_its_closed_forms():
    rows, weeks = histories(), 13
    r, alpha, a, b = 0.24, 4.4, 0.79, 2.43
    bg, pareto = model("bg_nbd", 1, (r, alpha, a, b)), model("pareto_nbd", 1, (0.55, 10.6, 0.61, 11.7))
    age, m = rows["age"].to_numpy() + alpha, rows["frequency"].to_numpy() + r
    closed = probability_alive(bg, rows).to_numpy() * (1 - (age / (age + weeks)) ** m)
    assert np.allclose(probability_of_purchase(bg, rows, weeks), closed, rtol=1e-9)
    slow = [first_purchase(0.55, 10.6, 0.61, 11.7, row[0], row[2], weeks) for row in rows.iter_rows()]
    closed = probability_alive(pareto, rows).to_numpy() * np.array(slow)
    assert np.allclose(probability_of_purchase(pareto, rows, weeks), closed, rtol=1e-7)


def first_purchase(r, alpha, s, beta, x, age, weeks) -> float:
    """P(first purchase comes in time and before leaving) of somebody here at `age`: its density, summed over time."""

    def density(y: float) -> float:
        not_yet = ((alpha + age) / (alpha + age + y)) ** (r + x) * ((beta + age) / (beta + age + y)) ** s
        return (r + x) / (alpha + age + y) * not_yet

    return quad(density, 0, weeks)[0]


def test_a_customer_who_never_came_back_is_alive_for_ever_in_bg_nbd_alone():
    rows = pl.DataFrame({"frequency": [0], "recency": [0.0], "age": [500.0]})
    chances = {family: probability_alive(model(family, k, at), rows)[0] for family, k, at in MODELS if k == 1}
    assert chances["bg_nbd"] == 1.0
    assert chances["mbg_cnbd"] < 0.2 and chances["pareto_nbd"] < 0.2


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("family", ["pareto_nbd", "bg_nbd", "mbg_cnbd"])
def test_extreme_histories_stay_finite(family):
    rows = pl.DataFrame(
        {
            "frequency": [0, 5000, 20000, 1, 3, 0],
            "recency": [0.0, 1.0, 999.0, 1000.0, 0.0, 0.0],
            "age": [1000.0, 1000.0, 1000.0, 1000.0, 0.0, 0.0],
            "weight": [1e6, 3.0, 2.0, 5.0, 1.0, 1.0],
        }
    )
    found = fit(rows, family, 1)
    assert np.isfinite(found.log_likelihood)
    for predicted in (
        probability_alive(found, rows),
        expected_purchases(found, rows, 0),
        expected_purchases(found, rows, 500),
        probability_of_purchase(found, rows, 1),
    ):
        assert predicted.is_finite().all() and (predicted >= 0).all()


def test_parameters_that_the_data_leave_open_are_said_to_be_open():
    alike = pl.DataFrame({"frequency": [3] * 50, "recency": [20.0] * 50, "age": [30.0] * 50})
    assert not any(fit(alike, family, 1).converged for family in ("pareto_nbd", "bg_nbd", "mbg_cnbd"))


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(MODELS), st.integers(0, 300), st.floats(0, 1), st.floats(0.1, 500), st.floats(0.1, 100))
def test_what_must_hold_of_every_history(known, frequency, share, age, weeks):
    recency = share * age if frequency else 0.0
    rows, at = pl.DataFrame({"frequency": [frequency], "recency": [recency], "age": [age]}), model(*known)
    alive, buys = probability_alive(at, rows)[0], probability_of_purchase(at, rows, weeks)[0]
    counts, longer = expected_purchases(at, rows, weeks)[0], expected_purchases(at, rows, 2 * weeks)[0]
    assert 0 <= buys <= alive + 1e-9 and alive <= 1
    assert buys <= counts * (1 + 1e-6) + 1e-9  # a purchase is at least one
    assert counts <= longer * (1 + 1e-9) + 1e-9
