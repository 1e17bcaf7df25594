"""The Relationship page: its figures are the marts', filters come from the address, and what can't be told is said."""

from __future__ import annotations

import polars as pl
import pytest
from test_pages import boards, texts

from bellwether import asking
from bellwether.settings import settings
from bellwether.views import (
    relationship,
    relationship_gaps,
    relationship_manner,
    relationship_moves,
    relationship_segments,
)

PAGE = "relationship/relationship.py"


@pytest.fixture
def engine(sample_warehouse):
    engine = asking.open_current(settings())
    yield engine
    engine.close()


def newest(engine, where: str = "true") -> pl.DataFrame:
    return engine.ask(
        "select state, sum(customers)::bigint as customers from state_months where state != 'lapsed' and "
        f"month = (select max(month) from state_months) and {where} group by state"
    )


def metrics(at) -> dict[str, str]:
    return {one.label: one.value for one in at.metric}


def test_the_headline_is_the_share_indifferent(app, engine):
    rows = newest(engine)
    share = rows.filter(state="indifferent")["customers"].sum() / rows["customers"].sum()
    at = app(PAGE)
    assert not at.error and not at.exception
    assert metrics(at)["Indifferent"] == f"{100 * share:.1f}%"
    assert any(f"{100 * share:.0f}% are indifferent" in text for text in texts(at))


def test_a_segment_in_the_address_narrows_the_states(app, engine):
    rows = newest(engine, "segment = 'Family'")
    share = rows.filter(state="indifferent")["customers"].sum() / rows["customers"].sum()
    assert metrics(app(PAGE, segments="Family"))["Indifferent"] == f"{100 * share:.1f}%"


def test_the_matrix_says_where_customers_go_and_adds_up(app, engine):
    lines = boards(app(PAGE))["From state to state in a month"]["rows"]
    chances = engine.ask("select before, sum(value) as whole from state_chances where months = 1 group by before")
    assert chances["whole"].to_list() == pytest.approx([1.0] * chances.height)
    assert len(lines) == chances.height
    for place, line in enumerate(lines):
        stays = line["cells"][1 + place]  # the diagonal
        assert "strong" in stays and not stays["shape"]
    quarter = boards(app(PAGE, ahead=relationship_moves.AHEAD[3]))["From state to state in a quarter"]["rows"]
    assert quarter[0]["cells"][1]["strong"] != lines[0]["cells"][1]["strong"]


@pytest.mark.parametrize("part", ["What moves them", "Said and done", "Factory and servitude", "Segments"])
def test_each_part_is_drawn_with_a_sentence(app, engine, part):
    at = app(PAGE, part=part)
    assert not at.error and not at.exception
    assert boards(at) and any(len(text) > 60 for text in texts(at))


def test_movers_add_up_to_everybody_who_was_there(app, engine):
    told = engine.ask("select sum(customers)::bigint as customers from state_movers").item()
    lines = boards(app(PAGE, part="What moves them"))["Movers of the month by silo"]["rows"]
    shown = [line["cells"][1]["text"] for line in lines]
    counted = sum(int(text.replace(",", "")) for text in shown if text != "too few")
    assert counted <= told <= counted + 4 * shown.count("too few")


# Words


def gap(silo: str, word: str, **told: float | None) -> dict:
    both = {"said": 60.0, "done": 70.0, "gap": 10.0, "low": 8.0, "high": 12.0, "beyond": 5.0}
    return {"silo": silo, "word": word, **both, **told}


def test_where_the_two_part_is_said_in_words():
    rows = pl.DataFrame([gap("A", "we think we are closer"), gap("B", "they feel closer"), gap("X", "as elsewhere")])
    said = relationship_gaps.sentence(rows)
    assert "closer than customers feel in A." in said and "in B." in said and "X" not in said
    assert "part no more" in relationship_gaps.sentence(rows.filter(silo="X"))


def test_what_is_not_told_is_named():
    rows = pl.DataFrame([gap("A", "too few to say", done=None, gap=None)], infer_schema_length=None)
    assert "what we did in A" in relationship_gaps.sentence(rows)


def test_a_manner_is_called_only_what_it_is():
    rows = pl.DataFrame({"silo": ["A", "B"], "word": ["factory", "as usual"]})
    assert relationship_manner.sentence(rows).startswith("**A**: factory")
    assert relationship_manner.sentence(rows.filter(silo="B")).startswith("No silo is a factory")
    assert "can't be told" in relationship_manner.loyalty_sentence(pl.DataFrame())


def test_no_segments_is_an_answer():
    search = pl.DataFrame(
        {
            "customers": [900],
            "found": [0],
            "why": ["no split comes back"],
            "groups": [3],
            "stability": [0.41],
            "gap": [None],
        }
    )
    said = relationship_segments.sentence(pl.DataFrame(), search)
    assert "No segments are found among 900 customers" in said and "0.41" in said


def test_signs_that_chance_explains_are_not_called_anything():
    row = {"sign": "in touch", "after": "lapsed", "is_real": False, "ratio": 1.4, "low": 0.9, "high": 2.0}
    row |= {"among_movers": 0.5, "among_stayers": 0.4}
    assert relationship_moves._sign(row)[-1]["text"] == "no more than chance"
    assert relationship_moves._sign({**row, "is_real": True})[-1]["tone"] == "bad"
    assert relationship_moves._sign({**row, "is_real": True, "after": "advocate"})[-1]["tone"] == "good"


def test_areas_fill_the_whole_and_are_named():
    rows = pl.DataFrame(
        [
            {"month": pl.Series(["2026-08-01"]).str.to_date()[0], "state": state, "value": value}
            for state, value in (("advocate", 0.2), ("indifferent", 0.5), ("at risk", 0.3))
        ]
    )
    figure = relationship.stacked(rows)
    assert sum(trace["y"][0] for trace in figure["data"]) == pytest.approx(1)
    assert len(figure["layout"]["annotations"]) == 3
