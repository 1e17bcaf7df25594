"""Known truths: what leads, what looks back, what only sorts, and what nobody can tell yet."""

import json

import polars as pl
import pytest
from evidence_worlds import rare_events, shared_winters, shocks_that_last, weekly, who_they_are

from bellwether.foresight.evidence import evidence
from bellwether.foresight.evidence_panel import panel_inputs


def by_indicator(rows: pl.DataFrame, gap: int = 0) -> dict[str, dict]:
    return {row["indicator"]: row for row in rows.filter(pl.col("gap") == gap).iter_rows(named=True)}


@pytest.fixture(scope="module")
def known(cases):
    return json.loads((cases / "leadlag_synthetic" / "expected.json").read_text())["checks"]


@pytest.fixture(scope="module")
def leadlag(cases):
    return pl.read_csv(cases / "leadlag_synthetic" / "panel.csv.gz")


@pytest.fixture(scope="module")
def told(leadlag):
    # As the reference run: taught from the sixth period on, foretold from the twelfth to the last but one.
    inputs = panel_inputs(leadlag, ["A", "B", "C"], (0,), first=5)
    return by_indicator(evidence(*inputs, weekly(placebos=5)))


def test_verdicts_on_the_panel_with_known_truth(told):
    assert {name: row["verdict"] for name, row in told.items()} == {
        "A": "leads by 0 weeks",
        "B": "looks back",
        "C": "sorts, does not warn",
    }


def test_baseline_and_origins_are_those_of_the_reference_run(told, known):
    for name, case in (("A", "A_leads"), ("B", "B_lags"), ("C", "C_proxy")):
        assert told[name]["baseline_auc"] == pytest.approx(known["results"][case]["baseline_auc"], abs=5e-4)
        assert told[name]["origins"] == 12


def test_skill_agrees_with_the_reference_run(told, known):
    """The reference knows the last reading alone: the two that don't warn agree, the one that does gains a little."""
    for name, case in (("A", "A_leads"), ("B", "B_lags"), ("C", "C_proxy")):
        published, row = known["results"][case]["decomposed"], told[name]
        between, within = (row[step] * row["baseline_log_loss"] for step in ("between", "within"))
        more = between + within - published["between_dLL"] - published["within_dLL"]
        assert -2.5e-4 <= more <= (1e-3 if name == "A" else 2.5e-4)
        assert published["within_ci"][0] <= within <= published["within_ci"][1]
        rise = row["delta_auc_between"] + row["delta_auc_within"]
        assert rise == pytest.approx(published["between_dAUC"] + published["within_dAUC"], abs=1e-3)


def test_a_harmless_reading_does_not_hide_an_event():
    """A rare event presses for three periods, and a quiet period follows it more often than not."""
    for seed in (1, 2):
        inputs = panel_inputs(rare_events(seed), ["event"], (0,))
        assert by_indicator(evidence(*inputs, weekly(fades=2.0)))["event"]["verdict"] == "leads by 0 weeks"
        last_alone = by_indicator(evidence(*inputs, weekly(fades=0.05)))["event"]
        assert last_alone["within"] < 0.7 * by_indicator(evidence(*inputs, weekly(fades=2.0)))["event"]["within"]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_winter_that_all_share_is_no_warning(seed):
    """Who is busy stays longer, and every other quarter is bad for all: readings say nothing about anyone."""
    told = by_indicator(evidence(*panel_inputs(shared_winters(seed), ["wait"], (0,), heard="met"), weekly(placebos=5)))
    assert told["wait"]["lead_weeks"] is None
    assert told["wait"]["placebo_rate"] == 0


def test_intervals_are_as_wide_as_in_the_reference_run(told, known):
    for name, case, step, low, high in (
        ("A", "A_leads", "within", "lower", "upper"),
        ("C", "C_proxy", "between", "between_lower", "between_upper"),
    ):
        published = known["results"][case]["decomposed"][f"{step}_ci"]
        width = (told[name][high] - told[name][low]) * told[name]["baseline_log_loss"]
        assert width == pytest.approx(published[1] - published[0], rel=0.12)


def test_naive_correlation_would_have_crowned_the_proxy(told, known):
    naive = {name: row["naive_correlation"] for name, row in told.items()}
    assert max(naive, key=naive.get) == "C"
    for name, published in known["pooled_corr_I_t_Y_t+1"].items():
        assert naive[name] == pytest.approx(published, abs=0.01)


def test_a_leading_survey_still_leads_when_buyers_answer_more(leadlag):
    inputs = panel_inputs(leadlag, ["A", "C"], (0,), first=5, heard="responded")
    told = by_indicator(evidence(*inputs, weekly()))
    assert told["A"]["verdict"] == "leads by 0 weeks"
    assert told["C"]["verdict"] == "sorts, does not warn"
    silent = leadlag.group_by("customer").agg(pl.col("responded").max()).filter(pl.col("responded") == 0).height
    assert told["A"]["speaks_for"] <= 1 - silent / 4000


@pytest.mark.parametrize("periods_felt", [1, 3])
def test_the_lead_is_as_long_as_the_shock_is_felt(periods_felt):
    inputs = panel_inputs(shocks_that_last(1, periods_felt), ["shock"], (0, 1, 2, 3))
    told = evidence(*inputs, weekly((0, 1, 2, 3)))
    assert told["lead_weeks"].unique().to_list() == [periods_felt - 1]
    assert told["passes"].to_list() == [gap < periods_felt for gap in (0, 1, 2, 3)]


@pytest.mark.parametrize("heard", [0.12, 1.0])
def test_a_proxy_never_leads_however_rarely_it_is_read(heard):
    """Read twice, the last reading tells as much as the first about who they are: that must not pass for a warning."""
    inputs = panel_inputs(who_they_are(3, heard), ["proxy", "trait"], (0,), heard="answered")
    told = by_indicator(evidence(*inputs, weekly()))
    assert told["proxy"]["verdict"] == "sorts, does not warn"
    assert told["trait"]["verdict"] == "looks back"


def test_answering_alone_is_neither_a_good_opinion_nor_a_warning():
    """The value is noise, but those who answer are the loyal ones."""
    world = who_they_are(4, 0.5).with_columns(answered=(pl.col("proxy") > 0.8).cast(pl.Int64))
    told = by_indicator(evidence(*panel_inputs(world, ["trait"], (0,), heard="answered"), weekly()))["trait"]
    assert told["presence"] > 0.002
    assert told["verdict"] == "looks back"


def test_too_few_origins_say_how_many_are_missing():
    told = evidence(*panel_inputs(shocks_that_last(1, 1, periods=9), ["shock"], (0,)), weekly())
    assert told["verdict"].to_list() == ["cannot tell yet"]
    assert told["origins"].to_list() == [3]
    assert told["missing"].to_list() == ["3 more origins"]


def test_too_few_customers_say_how_many_events_are_missing():
    told = evidence(*panel_inputs(shocks_that_last(1, 1, customers=80), ["shock"], (0,)), weekly())
    row = told.row(0, named=True)
    assert row["verdict"] == "cannot tell yet"
    assert row["events"] + row["events_missing"] == 100
    assert row["missing"] == f"{100 - row['events']} more events"


def test_an_interval_that_excludes_nothing_is_no_refutation():
    """Enough events by the book, but the skill could be zero or well worth having."""
    told = evidence(*panel_inputs(shocks_that_last(5, 1, customers=150, strength=0.2), ["shock"], (0,)), weekly())
    row = told.row(0, named=True)
    assert row["events"] >= 100 and row["lower"] < 0 < 0.005 < row["upper"]
    assert row["verdict"] == "cannot tell yet"
    width = row["upper"] - row["lower"]
    assert row["events_missing"] == pytest.approx(row["events"] * ((width / 0.005) ** 2 - 1), abs=1)


def test_an_indicator_that_nobody_has_cannot_be_judged():
    observations, baseline, outcomes = panel_inputs(shocks_that_last(1, 1), ["shock"], (0,))
    row = evidence({"shock": observations["shock"].head(0)}, baseline, outcomes, weekly()).row(0, named=True)
    assert (row["verdict"], row["speaks_for"], row["events"]) == ("cannot tell yet", 0.0, 0)
    assert row["within"] == pytest.approx(0, abs=1e-6)


def test_the_same_input_in_another_order_gives_the_same_evidence():
    observations, baseline, outcomes = panel_inputs(shocks_that_last(1, 1, 400), ["shock"], (0,))
    once = evidence(observations, baseline, outcomes, weekly(placebos=2))
    shuffled = ((name, frame.sample(fraction=1, shuffle=True, seed=1)) for name, frame in observations.items())
    baseline = baseline.sample(fraction=1, shuffle=True, seed=2)
    again = evidence(shuffled, baseline, outcomes.reverse(), weekly(placebos=2))
    assert once.equals(again)


@pytest.mark.parametrize(("better", "leads"), [("higher", True), ("lower", False)])
def test_a_lead_points_where_its_better_points(better, leads):
    """A good shock keeps customers; a definition that calls it bad is wrong, and its warning is none."""
    inputs = panel_inputs(shocks_that_last(1, 1), ["shock"], (0,))
    row = evidence(*inputs, weekly(placebos=2), better={"shock": better}).row(0, named=True)
    assert row["slope"] > 0
    assert (row["lead_weeks"] == 0) is leads
    assert row["share_agreeing"] == (1.0 if leads else 0.0)
