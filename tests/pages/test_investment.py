"""Service investment beside what it is for: sums against a plain count, and words for what is missing."""

from __future__ import annotations

from decimal import Decimal

import pytest
from streamlit.testing.v1 import AppTest

from bellwether import asking
from bellwether.settings import settings
from bellwether.views import investment


@pytest.fixture
def rows(sample_warehouse):
    engine = asking.open_current(settings())
    yield asking.ask(engine, settings(), "quick_wins/investment"), engine.ask("select * from investments").to_dicts()
    engine.close()


def test_a_year_of_spending_is_counted_by_silo(rows):
    shown, spent = rows
    months = sorted({row["period"] for row in spent})[-12:]
    mine = [row for row in spent if row["period"] in months and row["silo"] == "Billing"]
    service = sum((row["amount"] for row in mine if row["purpose"] == "service"), Decimal(0))
    billing = next(row for row in shown.to_dicts() if row["silo"] == "Billing")
    assert billing["service"] == pytest.approx(float(service))
    assert billing["development"] == pytest.approx(float(sum(row["amount"] for row in mine)))


def test_the_whole_is_the_sum_of_its_silos(rows):
    shown = rows[0]
    whole = shown.row(-1, named=True)
    assert whole["silo"] == investment.WHOLE
    assert shown[:-1]["service"].sum() == pytest.approx(whole["service"])


def test_without_any_spending_it_says_what_would_show_it():
    def page():
        import polars as pl

        from bellwether.views import investment

        investment.investment(pl.DataFrame(schema={"silo": pl.String}), (), {})

    at = AppTest.from_function(page).run()
    assert "No spending is on record" in at.markdown[0].value
