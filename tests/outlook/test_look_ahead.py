"""The refresh's last step: what is made, what is carried over, what is kept of earlier versions."""

from __future__ import annotations

import random
import tomllib
from datetime import datetime, timedelta

import polars as pl
import pytest
from plain import contacts, refreshed, rows, write

from bellwether import asking
from bellwether.outlook import proof, shapes
from bellwether.settings import ROOT, settings

TRUTH = tomllib.loads((ROOT / "data" / "sample" / "truth.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def sample(sample_warehouse):
    engine = asking.open_current(settings())
    yield lambda text: engine.ask(text)
    engine.close()


def test_no_planted_lead_is_overstated_and_no_impostor_leads(sample):
    """A company of 1,500 is too small to find every lead; what it says must be true all the same."""
    said = dict(sample("select distinct indicator, lead_weeks from evidence").iter_rows())
    assert len(said) == 20
    planted = {name: what["lead_weeks"] for name, what in TRUTH["leads"].items()}
    assert {name: lead for name, lead in said.items() if lead is not None and lead > planted.get(name, 99)} == {}
    assert [name for name in TRUTH["impostors"] if said[name] is not None] == []


def test_the_outlook_adds_up(sample):
    whole = sample("select * from outlook_groups where dimension = 'all'").row(0, named=True)
    people = sample("select * from outlook_customers")
    assert whole["customers"] == people.height > 500
    assert whole["lower"] < whole["retained"] < whole["upper"]
    assert whole["retained"] == pytest.approx(people["retained"].mean())
    assert whole["at_risk"] == pytest.approx((people["value"] * (1 - people["retained"])).sum())
    chances = people["retained"] + people["p_lapse"] + people["p_downgrade"].fill_null(0)
    assert (chances - 1).abs().max() < 1e-6
    segments = sample("select sum(customers) as customers from outlook_groups where dimension = 'segment'")
    assert segments["customers"][0] == people["segment"].is_not_null().sum()


def test_every_customer_has_reasons_that_add_up(sample):
    """exp(-exp(sum)) is the chance not to leave were there no stepping down, so it lies above that to be retained."""
    why = sample(
        "select customer_id, sum(contribution) as total, count(*) as reasons, min(rank) as first, "
        "any_value(retained) as retained, any_value(p_lapse) as p_lapse "
        "from outlook_customers left join outlook_reasons using (customer_id) group by customer_id"
    )
    assert why.select(pl.col("total").is_null().any()).item() is False
    assert (why["first"] == 0).all() and (why["reasons"] == 6).all()
    not_lapsed = (-why["total"].exp()).exp()
    assert (not_lapsed - (1 - why["p_lapse"])).abs().max() < 0.02
    assert (not_lapsed >= why["retained"] - 1e-9).all()
    assert sample("select count(distinct (as_of, until)) as moments from outlook_customers")["moments"][0] == 1


def test_those_said_to_stay_less_are_those_who_stay_less(sample):
    """The model was tried on past origins that it had not seen, and must beat one rate for everybody."""
    model = sample("select * from outlook_model").row(0, named=True)
    assert (model["basis"], model["refusal"]) == ("contracts", None) or model["refusal"] == ""
    assert model["log_loss"] < model["log_loss_naive"]
    assert model["auc"] > 0.65
    bins = sample("select * from outlook_calibration order by bin")
    assert bins["observed"][-1] > bins["observed"][0]


def test_forecasts_stand_for_outcomes_with_intervals(sample):
    ahead = sample("select * from forecasts where silo = 'All silos' and nominal = 95 and target = 'quarter'")
    assert {"retained", "value", "net_promoter"} <= set(ahead["indicator"])
    shares = ahead.filter(pl.col("unit") == "share")
    assert ((shares["lower"] >= 0) & (shares["upper"] <= 1)).all()
    assert sample("select 1 from forecast_track where kind = 'published'").height > 0


# A company of one's own, small enough to be refreshed again and again.


def shop(until: datetime, customers: int = 200) -> list[dict[str, str]]:
    """Purchases of people who buy every week or two until one day they don't."""
    dice = random.Random(5)
    found, start = [], datetime(2025, 1, 6, 12)
    for number in range(customers):
        day, leaves = start + timedelta(days=dice.uniform(0, 200)), start + timedelta(days=dice.expovariate(1 / 500))
        while day < min(max(leaves, start + timedelta(days=210)), datetime(2026, 9, 1)):
            told = {"customer_id": f"c{number}", "kind": "purchase", "amount": "20", "currency": "EUR"}
            found.append({"event_id": f"{number} {day}", "occurred_at": str(day)[:19], **told})
            day += timedelta(days=dice.uniform(5, 40))
    return [one for one in found if one["occurred_at"] < str(until)]


def visits(count: int = 400) -> list[dict[str, str]]:
    dice, start = random.Random(6), datetime(2025, 1, 6)
    moments = [start + timedelta(days=dice.uniform(0, 600)) for _ in range(count)]
    return contacts(
        *(
            {"interaction_id": f"i{number}", "customer_id": f"c{dice.randrange(120)}", "reason": f"r{number}"}
            | {"started_at": str(at)[:19], "promised_at": str(at + timedelta(days=2))[:19]}
            | {"resolved_at": str(at + timedelta(days=dice.uniform(1, 4)))[:19]}
            for number, at in enumerate(moments)
        )
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Two versions: one up to April 2026, one up to August."""
    folder = tmp_path_factory.mktemp("shop")
    write(folder / "exports", "contacts.csv", visits())
    write(folder / "exports", "purchases.csv", shop(datetime(2026, 4, 20)))
    assert refreshed(folder).published
    write(folder / "exports", "purchases_later.csv", shop(datetime(2026, 9, 1)))
    assert refreshed(folder).published
    return folder


def test_without_contracts_the_outlook_is_of_buying_again(folder):
    ((basis, family, refusal),) = rows(folder, "select basis, family, refusal from outlook_model")
    assert basis == "purchases"
    assert family in ("purchase model", "regression")
    assert not refusal
    people = rows(folder, "select retained, p_alive, expected_value from outlook_customers")
    assert people
    assert all(0 <= retained <= 1 and 0 <= alive <= 1 for retained, alive, _ in people)


def test_what_an_earlier_version_published_is_kept_and_judged(folder):
    """The outlook of April stands as it was said; its window has closed by August, so what happened is told."""
    told = rows(folder, "select origin, happened, inside from outlook_track where kind = 'published' order by origin")
    assert len(told) == 2
    assert told[0][1] is not None
    assert told[1][1:] == (None, None)
    first = rows(folder, "select min(made_at), max(made_at) from forecast_track where kind = 'published'")
    assert first[0][0] < first[0][1]


def test_evidence_is_carried_while_no_window_has_closed(folder):
    """One new purchase of today changes the outlook, not the proof."""
    before = rows(folder, "select made_at from evidence_basis")
    fresh = {**shop(datetime(2026, 9, 1))[-1], "event_id": "today", "occurred_at": "2026-08-31 12:00:00"}
    write(folder / "exports", "today.csv", [fresh])
    assert refreshed(folder).published
    assert rows(folder, "select made_at from evidence_basis") == before


def test_without_loyalty_it_says_what_is_missing(tmp_path):
    write(tmp_path / "exports", "contacts.csv", visits(20))
    assert refreshed(tmp_path).published
    ((lacks,),) = rows(tmp_path, "select lacks from evidence_basis")
    assert lacks == "No loyalty export holds renewals, lapses or purchases, so nothing can be foretold or proven."
    assert rows(tmp_path, "select refusal from outlook_model") == [(lacks,)]
    for name in (*proof.MADE, *shapes.MARTS):
        rows(tmp_path, f"select * from {name}")


def test_a_leak_is_said_of_the_indicators_file(sample_warehouse, monkeypatch):
    from bellwether.foresight.evidence_protocol import Leak

    kept = next(one for one in asking.sql.load(settings().queries, "indicator") if one.id == "promise_kept")
    said = proof.of_its_file(Leak("promise_kept foretells the outcome too well"), [kept])
    assert "queries/indicators/promise_kept.sql, line 1" in str(said)
