"""Foresight on the pages: what is proven, what is lost, what can't be told, and who is too few to speak of."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path

import duckdb
import plotly.graph_objects as go
import polars as pl
import pytest
from test_pages import NAMED, RAW, boards, texts

from bellwether import asking
from bellwether.access.suppression import suppressed
from bellwether.settings import settings
from bellwether.views import (
    ahead,
    cards,
    changes,
    evidence,
    fans,
    groups_ahead,
    judged,
    next_quarter,
    proofs,
    track,
    trust,
    weeks_ahead,
    words,
)

SECTIONS = ("Who stays", "Weeks ahead", "What runs ahead", "Track record", "How far to trust this")
PROOF = {
    **{"indicator": "promise_kept", "title": "Promises kept", "question": "Is it kept?", "unit": "share"},
    **{"better": "higher", "currency": None, "proof": "leads by 13 weeks", "lead_weeks": 13, "missing": None},
    **{"skill": 0.00126, "lower": 0.0006, "upper": 0.00194, "origins": 18, "origins_apart": 5, "customers": 15045},
    **{"events": 3349, "speaks_for": 0.93, "naive_correlation": 0.02, "points_against": False},
    **{"placebo_rate": 0.1, "placebos": 10, "now": 0.78, "low": 0.76, "high": 0.8, "observations": 900},
    **{"verdict": "improving", "rule": "the last 12 points", "since": date(2026, 6, 29), "target": 0.85},
    **{"capability": "never", "owner": None, "worst_silo": "Complaints", "worst_now": 0.74, "worst_owner": "Ines"},
    **{"heading": 0.784, "heading_low": 0.766, "heading_high": 0.801, "too_few": False},
    **{"heading_naive": 0.791, "beats_naive": 0.8},
}
UNPROVEN = {**PROOF, "indicator": "easy", "title": "Easy", "lead_weeks": None, "proof": "looks back"}
QUARTER = {
    **{"basis": "contracts", "refusal": None, "currency": "EUR", "horizon_weeks": 13},
    **{"known_until": date(2026, 9, 20), "closes": date(2026, 12, 21), "now": 0.934, "low": 0.907, "high": 0.954},
    **{"observations": 11453, "value": 6606421.5, "at_risk": 374831.0, "share_at_risk": 0.057},
    **{"expected_ends": 753.2, "ends_low": 531.0, "ends_high": 1069.0, "past_windows": 2, "before": None},
    **{"before_on": None, "published": 0, "published_inside": 0, "tried": 4, "tried_inside": 3, "too_few": False},
}


# What runs ahead


def test_a_leading_indicator_has_its_whole_row():
    weeks = pl.DataFrame({"indicator": ["promise_kept"] * 2, "value": [0.7, None]})
    (row,) = ahead.table_rows(pl.DataFrame([PROOF], infer_schema_length=None), weeks)
    name, now, direction, lead, proof, heading, standard, owner, worst, spark = row["cells"]
    assert name["pick"] == {"indicator": "promise_kept", "title": "Promises kept", "silo": "All silos"}
    assert (now["text"], now["sub"]) == ("78%", "76 to 80%")
    assert (direction["shape"], direction["text"], direction["sub"]) == ("▲", "improving", "since 29 Jun 2026")
    assert lead["text"] == "13 weeks" and proof["sub"] == "0.13% (0.06 to 0.19)"
    assert 0 < proof["bar"]["low"] < proof["bar"]["at"] < proof["bar"]["high"] == 100
    assert proof["href"] == "outlook?section=What+runs+ahead&proof=Promises+kept"
    assert (heading["text"], heading["sub"]) == ("78%", "77 to 80%")
    assert standard == {"text": "at least 85%", "sub": "too early to say"}  # it moves: its limits say nothing yet
    assert owner["text"] == "nobody yet" and worst["sub"] == "74% · Ines" and worst["pick"]["silo"] == "Complaints"
    assert spark["spark"] == [0.7, None]


def test_too_few_people_leave_no_figure_in_the_row():
    row = {**PROOF, "now": None, "low": None, "high": None, "observations": None, "too_few": True}
    assert ahead._cells(row, 1, [])[1] | {"tip": ""} == {"text": "too few", "sub": "", "tip": ""}


def test_a_lead_shorter_than_the_first_step_is_no_longer_than_it():
    assert proofs.lead(0) == "under 4 weeks" and proofs.lead(1) == "1 week" and proofs.lead(None) == "–"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"proof": "looks back"}, "adds nothing to the forecast"),
        ({"proof": "sorts, does not warn"}, "does not warn"),
        (
            {"proof": "cannot tell yet", "missing": "2 more origins and 340 more events"},
            "340 more of the rarer outcome are needed",
        ),
        ({"proof": "sorts, does not warn", "points_against": True}, "a better reading goes with leaving"),
    ],
)
def test_why_a_candidate_failed_is_a_sentence(changed, said):
    sentence = proofs.why({**UNPROVEN, **changed})
    assert said in sentence and sentence.endswith(".")


def test_placebos_stand_against_what_chance_lets_through():
    rows = pl.DataFrame([PROOF, {**PROOF, "placebo_rate": 0.0}], infer_schema_length=None)
    assert proofs.placebos(rows) == (
        "Of 20 indicators made meaningless by shuffling, 1 passed; chance alone lets fewer than one through."
    )
    assert proofs.placebos(rows.with_columns(placebos=0)) == ""


def test_the_naive_ranking_shows_what_the_proof_refuses():
    rows = pl.DataFrame([PROOF, {**UNPROVEN, "naive_correlation": -0.4}], infer_schema_length=None)
    first, second = (line["cells"] for line in evidence.ranked(rows))
    assert (first[0]["text"], first[1]["text"], first[2]["shape"]) == ("Easy", "−0.40", "◄")
    assert (second[0]["text"], second[2]["shape"]) == ("Promises kept", "★")


# Badges

BADGE = {
    **{"indicator": "effort", "title": "Effort", "was": "leads by 4 weeks", "is_now": "looks back"},
    **{"was_leading": True, "is_leading": False, "changed_on": date(2026, 9, 1)},
}


def test_a_lost_badge_is_a_sentence_that_leads_to_the_evidence():
    cell = changes.badge_cell(BADGE)
    assert (cell["shape"], cell["strong"]) == ("☆", "Effort")
    assert cell["text"] == "no longer runs ahead: it looks back (1 Sep 2026)"
    assert cell["pick"] == {"proof": "effort", "title": "Effort"}


def test_a_gained_badge_and_a_changed_one():
    gained = {**BADGE, "was": "cannot tell yet", "is_now": "leads by 8 weeks", "was_leading": False, "is_leading": True}
    assert changes.badge_cell(gained)["text"] == "has proven that it runs ahead: it leads by 8 weeks (1 Sep 2026)"
    shorter = {**BADGE, "is_now": "leads by 8 weeks", "is_leading": True}
    assert changes.badge_cell(shorter)["text"] == "now leads by 8 weeks; before: leads by 4 weeks (1 Sep 2026)"


# The next quarter


def test_the_change_since_the_outlook_before():
    assert next_quarter.changed(QUARTER) == ("○", "first outlook", "faint")
    near = {**QUARTER, "before": 0.93, "before_on": date(2026, 8, 23)}
    assert next_quarter.changed(near) == ("●", "+0.4 points since that of 23 Aug 2026", "calm")
    assert next_quarter.changed({**near, "before": 0.97})[::2] == ("▼", "bad")
    assert next_quarter.changed({**near, "before": 0.89})[::2] == ("▲", "good")


def test_past_outlooks_of_two_kinds_are_never_mixed():
    assert next_quarter.kept_word(QUARTER)[::2] == ("3 of 4", "Past quarters, in a backtest; none published is due")
    both = {**QUARTER, "published": 2, "published_inside": 1}
    assert next_quarter.kept_word(both)[::2] == ("1 of 2", "Published outlooks that have come due")
    assert next_quarter.kept_word({**QUARTER, "tried": 0})[0] == "–"


def test_few_customers_leave_no_outlook_behind():
    rows = suppressed(pl.DataFrame([{**QUARTER, "observations": 4}]).drop("too_few"))
    hidden = ("now", "low", "high", "value", "at_risk", "share_at_risk", "expected_ends", "ends_low", "ends_high")
    assert rows["too_few"][0] and rows.select(hidden).row(0) == (None,) * len(hidden)
    assert next_quarter.in_words(rows).is_empty()


def test_an_outcome_has_value_interval_verdict_and_year():
    row = {**PROOF, "notes": "", "last_week": date(2026, 9, 14), "title": "Retained", "verdict": None}
    name, value, state, year = cards.outcome_cells({**row, "verdict": "worsening"}, [0.1, 0.2])
    assert (name["text"], value["text"], value["sub"]) == ("Retained", "78%", "76 to 80%")
    assert (state["shape"], state["text"], year["spark"]) == ("▼", "worsening", [0.1, 0.2])
    assert cards.outcome_cells({**row, "too_few": True}, [])[1]["text"] == "too few"


# Groups, weeks, track record

GROUP = {
    **{"dimension": "segment", "member": "Family", "observations": 400, "now": 0.93, "low": 0.9, "high": 0.95},
    **{"expected_ends": 28.0, "value": 2_641_212.0, "at_risk": 153_170.0, "share_at_risk": 0.058},
    **{"past_windows": 2, "currency": "EUR"},
}


def test_a_group_of_few_is_named_and_nothing_more():
    rows = suppressed(pl.DataFrame([GROUP, {**GROUP, "member": "Odd", "observations": 3}]))
    title, whole, few = groups_ahead.table_rows(rows, (0.9, 0.05))
    assert title["group"] == "By segment"
    assert [cell["text"] for cell in few["cells"]] == ["Odd", "too few", "", "", "", ""]
    texts_ = [cell.get("text") for cell in whole["cells"]]
    assert texts_ == ["Family", "400", "93%", "€153k", "28", None]
    assert "€2.64m" in whole["cells"][3]["sub"]


def test_a_group_without_an_interval_is_a_dot():
    rows = suppressed(pl.DataFrame([{**GROUP, "low": None, "high": None}]))
    _, row = groups_ahead.table_rows(rows, (0.0, 1.0))
    bar = row["cells"][-1]["bar"]
    assert bar["low"] == bar["at"] == bar["high"]
    assert row["cells"][2]["sub"] == "no interval"


def test_a_forecast_says_how_good_such_forecasts_were():
    assert weeks_ahead.quarter(PROOF) == (
        "Next quarter 78% (95%: 77 to 80%). In the past it was 20% less off than the naive forecast."
    )
    assert "further off" in weeks_ahead.beating(1.4) and "not been held" in weeks_ahead.beating(None)
    row = {"reason": "only 65 of 155 weeks known", "more_weeks": 25}
    assert weeks_ahead.reason(row) == "No forecast yet: only 65 of 155 weeks known. 25 more weeks would do."


def test_where_the_naive_forecast_did_better_it_is_the_one_to_go_by():
    row = {**PROOF, "beats_naive": 1.25}
    said = weeks_ahead.quarter(row)
    assert said.startswith("The naive forecast did better here, so go by that: next quarter 79.1%.")
    assert said.endswith("In the past it was 25% further off than the naive forecast.")
    assert (ahead.heading(row)["text"], ahead.heading(row)["sub"]) == ("79.1%", "naive did better")


def test_the_first_figures_say_of_which_days_they_are():
    assert next_quarter.period(pl.DataFrame([QUARTER], infer_schema_length=None)) == "21 Sep to 21 Dec 2026"
    assert next_quarter.period(pl.DataFrame([{**QUARTER, "now": None}], infer_schema_length=None)) == ""
    assert cards.period(pl.DataFrame({"last_week": [date(2026, 9, 14), None]})) == "24 Aug to 20 Sep 2026"
    assert cards.period(pl.DataFrame({"last_week": [None]}, schema={"last_week": pl.Date})) == ""


@pytest.mark.parametrize(
    ("lower", "at", "upper", "said"),
    [
        (0.0069, 0.0106, 0.0146, "1.1% (0.7 to 1.5)"),
        (0.0006, 0.00126, 0.00194, "0.13% (0.06 to 0.19)"),
        (0.0002, 0.0031, 0.006, "0.31% (0.02 to 0.60)"),  # above nought, so it must not read as nought
        (-0.002, 0.001, 0.004, "0.1% (−0.2 to 0.4)"),
    ],
)
def test_skill_has_as_few_decimals_as_its_interval_warrants(lower, at, upper, said):
    assert proofs.skill({"skill": at, "lower": lower, "upper": upper}) == said


SCORE = {
    **{"kind": "backtest", "target": "week", "nominal": 95, "series": 62, "with_interval": 900, "inside": 855},
    **{"share_inside": 0.95, "beats_naive": 0.8, "beating": 60, "compared": 62},
    **{"keeping": 0, "narrow": 1, "wide": 0, "untold": 61},
}


def test_each_count_of_series_says_of_how_many_and_of_what():
    _, _, _, better, kept = track.score_rows(pl.DataFrame([SCORE]))[1]["cells"]
    assert (better["text"], better["sub"]) == ("20% smaller", "nearer in 60 of 62 series")
    assert (kept["text"], kept["sub"]) == ("1 no (too narrow); 61 too early to tell", "of 62 series")


OUTLOOKS = pl.DataFrame(
    {
        "closes": [date(2026, 6, 22), date(2026, 9, 14), date(2026, 12, 21)],
        "now": [0.92, 0.93, 0.934],
        "low": [0.9, 0.91, 0.907],
        "high": [0.94, 0.95, 0.954],
        "value": [0.925, 0.96, None],
        "inside": [True, False, None],
    }
)


def test_what_was_said_and_what_happened_differ_in_shape():
    figure = judged.said_and_happened(OUTLOOKS)
    go.Figure(figure)
    assert figure["data"][1]["marker"]["symbol"] == ["diamond", "x", "diamond"]
    assert track.said(OUTLOOKS) == "1 of 2 inside their 95% interval; 1 outlook not due yet"


def test_proven_leads_are_filled_and_others_hollow():
    rows = pl.DataFrame({"gap": [0, 13], "skill": [0.004, None], "lower": [0.003, None], "upper": [0.005, None]})
    figure = judged.skill_by_lead(rows.with_columns(passes=pl.Series([True, False])))
    go.Figure(figure)
    assert figure["data"][0]["marker"]["symbol"] == ["circle", "circle-open"]
    assert figure["data"][0]["customdata"] == ["<b>0.4%</b> (95%: 0.3 to 0.5%)", "no interval"]


def test_the_fan_holds_history_forecast_naive_and_two_bands():
    history = pl.DataFrame({"week": [date(2026, 9, 7)], "value": [0.8], "observations": [40]})
    week = {"week": [date(2026, 9, 14), date(2026, 9, 21)], "value": [0.8, 0.81], "naive": [0.79, 0.79]}
    bands = {"lower_inner": [0.78, None], "upper_inner": [0.82, None], "lower": [0.75, 0.74], "upper": [0.85, 0.86]}
    figure = fans.fan(history, pl.DataFrame({**week, **bands}), PROOF)
    go.Figure(figure)
    outer, inner, naive, past, ahead_ = figure["data"]
    assert outer["y"] == [0.85, 0.86, 0.74, 0.75] and inner["y"] == [0.82, 0.78]
    assert (naive["line"]["dash"], ahead_["line"]["dash"]) == ("dot", "dash") and "dash" not in past["line"]
    assert "naive forecast 79.0%" in ahead_["customdata"][0]


@pytest.mark.parametrize(
    ("low", "ratio", "high", "said"),
    [
        (0.9, 1.0, 1.1, "As many went as it said"),
        (0.8, 0.9, 0.95, "10% fewer went than it said"),
        (1.1, 1.2, 1.3, "20% more went than it said"),
    ],
)
def test_calibration_in_words(low, ratio, high, said):
    assert trust._ratio({"ratio": ratio, "ratio_lower": low, "ratio_upper": high}) == said


# The pages


@pytest.fixture
def refused(sample_warehouse: Path, tmp_path: Path, monkeypatch):
    """The sample's version as one without loyalty would be: no outlook, no proof, no forecast."""
    shutil.copytree(sample_warehouse / "versions", tmp_path / "versions")
    with duckdb.connect(str(next((tmp_path / "versions").glob("[0-9]*/marts.duckdb")))) as con:
        names = con.execute("select table_name from duckdb_tables()").fetchall()
        emptied = [name for (name,) in names if name.startswith(("outlook_", "forecast", "evidence", "badges"))]
        for name in set(emptied) - {"outlook_model", "evidence_basis"}:
            con.execute(f"delete from {name}")
        lacks = "No loyalty export holds renewals, lapses or purchases."
        con.execute("update outlook_model set basis = null, refusal = ?", [lacks])
        con.execute("update evidence_basis set basis = null, lacks = ?", [lacks])
    home = next((tmp_path / "versions").glob("[0-9]*"))
    manifest = json.loads((home / "manifest.json").read_text(encoding="utf-8"))
    manifest["parts"]["marts.duckdb"] = (home / "marts.duckdb").stat().st_size
    (home / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    monkeypatch.setenv("BELLWETHER_WAREHOUSE", str(tmp_path))
    settings.cache_clear()
    yield
    monkeypatch.undo()
    settings.cache_clear()


def speaks_in_words(at) -> bool:
    assert not at.exception and not at.error
    said = [NAMED.sub("", text) for text in texts(at)]
    return not [text for text in said if RAW.search(text) or "None" in text or "nan" in text.split()]


@pytest.mark.parametrize("section", SECTIONS)
def test_every_section_draws_and_speaks_in_words(sample_warehouse, app, section):
    at = app("outlook/outlook.py", section=section)
    assert speaks_in_words(at) and at.subheader
    assert "data version 1" in at.caption[-1].value


@pytest.mark.parametrize("section", SECTIONS)
def test_without_loyalty_every_section_says_why_and_what_to_do(refused, app, section):
    at = app("outlook/outlook.py", section=section)
    assert speaks_in_words(at)
    assert any(len(str(one.proto)) > 40 for one in at.info)


def test_without_loyalty_the_first_page_says_what_to_bring(refused, app):
    said = " ".join(str(one.proto) for one in app().info)
    assert "can\\'t be told yet" in said or "can't be told yet" in said
    assert "No indicator could be tried yet" in said and "Bring an export" in said


def test_the_first_page_shows_the_outlook_of_the_marts(sample_warehouse, app):
    engine = asking.open_current(settings())
    sql = "select retained, lower, upper, at_risk from outlook_groups where dimension = 'all'"
    *kept, risk = engine.ask(sql).row(0)
    engine.close()
    shown = {one.label: (one.value, one.delta) for one in app().metric}
    stay = next(value for label, value in shown.items() if label.startswith("Stay until"))
    assert stay == (words.estimate(*kept, "share")[0], "○ first outlook")
    assert shown["At risk, a year"][0] == words.about(risk, "EUR") and risk > 0
    assert "Past outlooks" in shown


def test_a_proof_is_chosen_in_the_address(sample_warehouse, app):
    at = app("outlook/outlook.py", section="What runs ahead", proof="Effort")
    assert at.selectbox(key="proof").value == "effort"
    assert any(text.startswith("**Effort") for text in texts(at))


def test_the_candidates_of_the_marts_are_all_told_apart(sample_warehouse, app):
    engine = asking.open_current(settings())
    said = dict(engine.ask("select title, verdict from evidence join indicators using (indicator) group by all").rows())
    engine.close()
    shown = boards(app("outlook/outlook.py", section="What runs ahead"))
    told = {
        line["cells"][0]["text"]: line["cells"][2]["text"] for line in shown["Candidates by naive correlation"]["rows"]
    }
    assert told and all(proofs.verdict(said[title]) == verdict for title, verdict in told.items())
    failed = shown["Candidates without proof that they run ahead"]["rows"]
    assert {line["cells"][0]["text"] for line in failed} == {one for one, word in said.items() if "leads" not in word}


def test_a_silo_is_chosen_in_the_address(sample_warehouse, app):
    at = app("outlook/outlook.py", section="Weeks ahead", place="Nowhere")
    assert not at.error and at.selectbox(key="place").value == "All silos"
