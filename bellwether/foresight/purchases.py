"""Purchases without a contract: who is still a customer, and how often will they buy?

    rows = summarise(events, until=date(2026, 9, 30))
    model = fit(rows, "mbg_cnbd")
    rows.with_columns(probability_alive(model, rows), expected_purchases(model, rows, 13))

Sources: `_pareto_nbd`, `_betageo` (BG/NBD, MBG/CNBD-k) and `_betageo_bb` (fixed opportunities) name the
papers.

When not to trust them. They know neither season, price nor campaign, and hold a customer's rate constant
until the customer leaves: a cohort that is growing more or less keen is forecast wrongly in the mean (CDNOW
by 12%). P(alive) is a property of the model as much as of the customer (mean .45 by Pareto/NBD, .81 by BG/NBD
on the same people), so show `probability_of_purchase` and the error on a holdout beside it. BG/NBD holds
everybody without a repeat purchase for alive, for ever: it is here for reference.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Literal, NamedTuple

import numpy as np
import polars as pl

from bellwether.foresight import _betageo, _betageo_bb, _pareto_nbd
from bellwether.foresight._mixture import Array, Cells, cells_of, log_sum, maximise, total
from bellwether.foresight._purchase_rows import check_opportunities, checked, summarise, unique

__all__ = [
    "Fit",
    "expected_purchases",
    "fit",
    "probability_alive",
    "probability_of_purchase",
    "summarise",
]

Name = Literal["pareto_nbd", "mbg_cnbd", "bg_nbd", "bg_bb"]
MOST_REGULAR = 12  # the largest k tried


class Family(NamedTuple):
    """What a model is: the names of its parameters, and its functions of (parameters, cells, ...)."""

    parameters: tuple[str, ...]
    start: Callable[..., Array]
    terms: Callable[..., tuple]
    alive: Callable[..., Array]
    expected: Callable[..., Array]


def _family(module, **fixed: bool) -> Family:
    steps = (partial(step, **fixed) for step in (module.terms, module.alive, module.expected))
    return Family(module.PARAMETERS, module.start, *steps)


FAMILIES: dict[str, Family] = {
    "pareto_nbd": _family(_pareto_nbd),
    "mbg_cnbd": _family(_betageo, at_start=True),
    "bg_nbd": _family(_betageo, at_start=False),
    "bg_bb": _family(_betageo_bb),
}


@dataclass(frozen=True)
class Fit:
    """A fitted model. `rows` are the unique ones; `converged` is False, too, if the data leave a parameter open."""

    family: str
    parameters: dict[str, float]
    k: int
    log_likelihood: float
    rows: int
    customers: float
    converged: bool


def fit(rows: pl.DataFrame, family: Name, k: int | None = None) -> Fit:
    """Maximum likelihood on rows of frequency, recency, age and, if there is one, `weight` (customers a row).

    `mbg_cnbd` takes the regularity `k`, or finds it: k grows from 1 while the likelihood does. k > 1 makes
    BG/CNBD-k of `bg_nbd`; both then need `log_gaps`, as `summarise` gives it. `bg_bb` counts opportunities
    instead of weeks. Raises ValueError for histories that cannot be, or if nobody ever bought again.
    """
    if family not in FAMILIES:
        raise ValueError(f'"{family}" is not a purchase model. There are {", ".join(FAMILIES)}.')
    rows = unique(_checked(rows, family))
    bought, lasted = (rows[name].dot(rows["weight"]) for name in ("frequency", "age"))
    if bought == 0 or lasted == 0:
        raise ValueError("No customer bought a second time, on a later day: take a longer record.")
    search = k is None and family == "mbg_cnbd"
    k = 1 if k is None else k
    _check_regularity(rows, family, MOST_REGULAR if search else k)
    return _most_likely(rows) if search else _fit(rows, family, k)


def probability_alive(fit: Fit, rows: pl.DataFrame) -> pl.Series:
    """P(still a customer) at the end of each row's record; for `bg_bb` at the next opportunity."""
    parameters, cells = _ready(fit, rows)
    return pl.Series("probability_alive", FAMILIES[fit.family].alive(parameters, cells, fit.k))


def expected_purchases(fit: Fit, rows: pl.DataFrame, weeks: float) -> pl.Series:
    """Purchases expected within `weeks` after each row's record. A row of zeros is a brand-new customer."""
    parameters, cells = _ready(fit, rows, weeks)
    return pl.Series("expected_purchases", FAMILIES[fit.family].expected(parameters, cells, weeks, fit.k))


def probability_of_purchase(fit: Fit, rows: pl.DataFrame, weeks: float) -> pl.Series:
    """P(buys within `weeks` after the record) of each row.

    One less the chance of silence, and that is the likelihood of the same record run on for `weeks` without a
    purchase, over its likelihood as it stands.
    """
    parameters, cells = _ready(fit, rows, weeks)
    longer = cells_of(rows.with_columns(pl.col("age") + weeks, weight=1.0))
    terms = FAMILIES[fit.family].terms
    now, later = (log_sum(terms(parameters, each, fit.k)[1])[0] for each in (cells, longer))
    return pl.Series("probability_of_purchase", np.clip(-np.expm1(later - now), 0.0, 1.0))


def _checked(rows: pl.DataFrame, family: str) -> pl.DataFrame:
    rows = checked(rows)
    if family == "bg_bb":
        check_opportunities(rows)
    return rows


def _check_regularity(rows: pl.DataFrame, family: str, k: int) -> None:
    if k < 1 or (k > 1 and family not in ("mbg_cnbd", "bg_nbd")):
        raise ValueError(f"k = {k}: it is a whole number from 1, and only mbg_cnbd and bg_nbd go above 1.")
    if k > 1 and "log_gaps" not in rows.columns:
        raise ValueError('k > 1 needs the column "log_gaps": take the rows from summarise, or set k = 1.')


def _most_likely(rows: pl.DataFrame) -> Fit:
    best = _fit(rows, "mbg_cnbd", 1)
    for k in range(2, MOST_REGULAR + 1):
        more = _fit(rows, "mbg_cnbd", k)
        if more.log_likelihood <= best.log_likelihood:
            break
        best = more
    return best


def _fit(rows: pl.DataFrame, family: str, k: int) -> Fit:
    model, cells = FAMILIES[family], cells_of(rows)
    customers = float(cells.weight.sum())

    def objective(parameters: Array) -> tuple[float, Array]:
        return total(*model.terms(parameters, cells, k), cells.weight)

    found, likelihood, converged = maximise(objective, model.start(cells, k), customers)
    if k > 1:
        likelihood += (k - 1) * float(rows["log_gaps"].sum())
    named = dict(zip(model.parameters, found.tolist(), strict=True))
    return Fit(family, named, k, likelihood, len(rows), customers, converged)


def _ready(fit: Fit, rows: pl.DataFrame, weeks: float = 0) -> tuple[Array, Cells]:
    if not 0 <= weeks < np.inf or (fit.family == "bg_bb" and weeks != int(weeks)):
        raise ValueError(f"weeks = {weeks}: a horizon is a number from 0 (for bg_bb of whole opportunities).")
    return np.array(list(fit.parameters.values())), cells_of(_checked(rows, fit.family))
