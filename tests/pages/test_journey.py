"""The Journey page: what its sections say, and that what they draw is what the marts hold."""

from __future__ import annotations

import polars as pl
import pytest

from bellwether import asking
from bellwether.settings import settings
from bellwether.views import journey_flows, journey_touch, journey_where

SECTIONS = {
    "Where": "places of|place of|No place differs",
    "The human touch": "Half a year later still customers",
    "Hand-offs": "hand-offs held",
    "One customer, several silos": "between the silos",
    "Who and how": "Like for like",
    "Waits and promises": "until somebody answers",
}
ABOUT = {"unit": "share", "currency": None, "better": "higher", "target": None, "indicator": "x", "title": "X"}


@pytest.fixture
def engine(sample_warehouse):
    engine = asking.open_current(settings())
    yield engine
    engine.close()


@pytest.mark.parametrize("section", SECTIONS)
def test_each_section_says_what_it_is_for(sample_warehouse, app, section):
    at = app("journey/journey.py", section=section)
    assert not at.exception and not at.error
    said = " ".join(one.value for one in [*at.markdown, *at.caption])
    assert any(part in said for part in SECTIONS[section].split("|")), said


def cells(*rows: tuple[str | None, str | None, int, int]) -> pl.DataFrame:
    """Of (stage, silo, hits, of); the sums of all stages and silos are added."""
    told = [
        {"stage": stage, "silo": silo, "is_all_stages": False, "is_all_silos": False, "observations": of, "total": hits}
        for stage, silo, hits, of in rows
    ]
    whole = {"stage": None, "silo": None, "is_all_stages": True, "is_all_silos": True}
    told.append(whole | {name: sum(row[name] for row in told) for name in ("observations", "total")})
    return (
        pl.DataFrame(told, schema_overrides={"stage": pl.String, "silo": pl.String})
        .with_columns(pl.col("observations").cast(pl.Float64).alias(name) for name in ("weight", "weight_squares"))
        .with_columns(squares=pl.col("total").cast(pl.Float64), total=pl.col("total").cast(pl.Float64))
    )


def test_a_cell_is_held_against_the_rest_and_few_are_hidden():
    told = journey_where.judged(
        cells(("join", "A", 300, 600), ("join", "B", 480, 600), ("use", "A", 485, 600), ("use", "C", 1, 3)), ABOUT
    )
    found = {(row["stage"], row["silo"]): row for row in told.iter_rows(named=True)}
    assert found["join", "A"]["apart"] == -1
    assert found["use", "C"]["value"] is None and found["use", "C"]["too_few"]
    worse = journey_where.judged(cells(("join", "A", 300, 600), ("join", "B", 480, 600)), {**ABOUT, "better": "lower"})
    assert dict(worse.select("silo", "apart").filter(pl.col("silo").is_not_null()).iter_rows()) == {"A": 1, "B": -1}
    assert "A, join" in journey_where.sentence(told, ABOUT) and "hidden" in journey_where.sentence(told, ABOUT)


def test_a_stage_without_a_silo_is_not_measured_there():
    one = {"stage": "use", "silo": None}
    assert journey_where._cell(None, ABOUT, 1)["text"] == "not measured"
    assert journey_where._cell({**one, "too_few": True, "value": None}, ABOUT, 1)["text"] == "too few"


def test_human_contacts_after_a_failure_are_taken_out_of_the_others():
    sums = {"observations": 100, "weight": 100.0, "total": 80.0, "squares": 80.0, "weight_squares": 100.0}
    after = {"observations": 40, "weight": 40.0, "total": 20.0, "squares": 20.0, "weight_squares": 40.0}
    rows = pl.DataFrame(
        [
            {"indicator": journey_touch.HUMAN, "silo": None, "is_all": True, **sums},
            {"indicator": journey_touch.AFTER, "silo": None, "is_all": True, **after},
        ]
    )
    plain, failed = journey_touch.split(rows)[None]
    assert (plain["observations"], plain["total"], failed["total"]) == (60, 60.0, 20.0)


def test_the_sankey_holds_every_hand_off_of_its_level(engine):
    rows = asking.ask(engine, settings(), "journey/hand_offs", {"since": None, "until": None})
    judged = journey_flows.judged(rows.with_columns(too_few=pl.lit(False)))
    figure = journey_flows.sankey(judged)
    drawn = figure["data"][0]
    assert sum(drawn["link"]["value"]) == rows["observations"].sum()
    assert len(set(drawn["node"]["label"])) <= 13
    broken = judged.filter(sender="Onboarding", taker="Field service")
    assert broken["apart"].item() == -1 and "Onboarding to Field service" in journey_flows.sentence(judged, "silos")


def test_without_hand_offs_it_says_what_they_take(app, sample_warehouse):
    from streamlit.testing.v1 import AppTest

    def nothing():
        from bellwether.views import journey_flows

        journey_flows.nothing("teams")

    at = AppTest.from_function(nothing).run()
    assert "case_id" in at.info[0].value
