"""Is what the product says of the simulated company true? Over many seeds, because one proves nothing.

`bellwether bench --seeds 20` writes `docs/foresight.md`: were the planted leads found, and were the impostors, which
only look like it, let through; how often did placebos lead; did forecasts keep inside their intervals; were the
commitments that worked, harmed or did nothing told as such.
"""

from __future__ import annotations

import dataclasses
import json
import shutil
import tomllib
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path

import polars as pl

from bellwether import asking, blank
from bellwether.building import Building
from bellwether.foresight.evidence_protocol import Protocol
from bellwether.refresh import refresh
from bellwether.sample import write
from bellwether.settings import ROOT, Settings, settings

TRUTH = ROOT / "data" / "sample" / "truth.toml"
GAPS = Protocol().gaps
ASKED = {
    "proofs": "select indicator, verdict, lead_weeks, naive_correlation, placebo_rate, placebos "
    "from evidence where gap = 0",
    "outlooks": "select retained, lower, upper, happened, inside from outlook_track where kind = 'backtest'",
    "forecasts": "select target, nominal, sum(inside)::bigint as inside, sum(with_interval)::bigint as told "
    "from forecast_scores where kind = 'backtest' group by all",
    "model": "select auc, log_loss, log_loss_naive, ratio, slope from outlook_model",
    "verdicts": "select commitment, word, estimate, lower, upper from verdicts where measure = 'indicator'",
}


def run(folder: Path, seeds: Iterable[int], customers: int, say: Callable[[str], None]) -> list[dict]:
    """One simulated company a seed, through the whole refresh. Done seeds are kept in `folder` and not done again."""
    folder.mkdir(parents=True, exist_ok=True)
    return [_one(folder, seed, customers, say) for seed in seeds]


class _WhatIsJudged(Building):
    """A refresh without what nothing here is told by."""

    def depth(self, con) -> None:
        blank.depth(con)


def _one(folder: Path, seed: int, customers: int, say: Callable[[str], None]) -> dict:
    done = folder / f"{seed}.json"
    if not done.exists():
        say(f"Simulated company {seed}")
        work = folder / "work"
        shutil.rmtree(work, ignore_errors=True)
        write(work / "exports", customers, seed=seed)
        store = f"sqlite:///{work / 'store.db'}"
        here = dataclasses.replace(settings(), exports=work / "exports", warehouse=work / "warehouse", store=store)
        refresh(here, building=_WhatIsJudged)
        done.write_text(json.dumps({"seed": seed, **_said(here)}, default=str), encoding="utf-8")
        shutil.rmtree(work)
    return json.loads(done.read_text(encoding="utf-8"))


def _said(here: Settings) -> dict[str, list[dict]]:
    engine = asking.open_current(here)
    try:
        return {name: engine.ask(sql).to_dicts() for name, sql in ASKED.items()}
    finally:
        engine.close()


def report(told: list[dict], customers: int) -> list[str]:
    """The page, from what `run` found."""
    truth = tomllib.loads(TRUTH.read_text(encoding="utf-8"))
    frames = [pl.DataFrame(one["proofs"]).with_columns(seed=pl.lit(one["seed"])) for one in told]
    proofs = pl.concat(frames, how="diagonal_relaxed")
    return [
        "# Foresight, held against a known truth",
        "",
        f"`bellwether bench --seeds {len(told)}` on {date.today()}: {len(told)} simulated companies of {customers:,}",
        "customers, three years each (`data/sample/README.md` says what is planted). A planted lead counts as found",
        "when the verdict is within one gap step of it; steps are 0, 4, 8, 13 and 26 weeks.",
        "",
        *_leads(proofs, truth["leads"]),
        "",
        *_impostors(proofs, truth["impostors"], list(truth["leads"])),
        "",
        *_placebos(proofs),
        *_intervals(told),
        "",
        *_commitments(told, truth["verdicts"]),
    ]


def _leads(proofs: pl.DataFrame, planted: dict[str, dict]) -> list[str]:
    rows = ["| planted lead | reaches | found within a step | found as |", "|---|---|---|---|"]
    for name, what in planted.items():
        said = proofs.filter(pl.col("indicator") == name)["lead_weeks"].to_list()
        near = sum(_within_a_step(lead, what["lead_weeks"]) for lead in said)
        counts = {lead: said.count(lead) for lead in (*GAPS, None) if lead in said}
        words = ", ".join(f"{_weeks(lead)}: {count}" for lead, count in counts.items())
        rows.append(f"| `{name}` | {what['lead_weeks']} weeks | {near} of {len(said)} | {words} |")
    return rows


def _weeks(lead: int | None) -> str:
    return "no lead" if lead is None else f"{lead} weeks"


def _within_a_step(found: int | None, planted: int) -> bool:
    return found is not None and abs(GAPS.index(int(found)) - GAPS.index(planted)) <= 1


def _impostors(proofs: pl.DataFrame, planted: Iterable[str], leads: Iterable[str]) -> list[str]:
    rows = [
        "| impostor | let through as leading | a plain correlation ranks it above a planted lead | its median place |",
        "|---|---|---|---|",
    ]
    strength = proofs.with_columns(
        place=pl.col("naive_correlation").abs().rank(descending=True, method="min").over("seed"),
    )
    last = strength.filter(pl.col("indicator").is_in(leads)).group_by("seed").agg(pl.col("place").max())
    for name in planted:
        mine = strength.filter(pl.col("indicator") == name).join(last, on="seed", suffix="_of_leads")
        through = mine["lead_weeks"].is_not_null().sum()
        above = (mine["place"] < mine["place_of_leads"]).sum()
        place, among = mine["place"].median(), strength.group_by("seed").len()["len"].max()
        rows.append(f"| `{name}` | {through} of {mine.height} | {above} of {mine.height} | {place:.0f} of {among} |")
    return rows


def _commitments(told: list[dict], planted: dict[str, str]) -> list[str]:
    """What was said of the planted commitments, and of those that did nothing."""
    said = pl.concat(
        [pl.DataFrame(one["verdicts"], infer_schema_length=None).with_columns(seed=pl.lit(one["seed"])) for one in told]
    )
    rows = ["| commitment | planted | said |", "|---|---|---|"]
    for name, word in planted.items():
        counts = said.filter(pl.col("commitment") == name)["word"].value_counts(sort=True)
        words = ", ".join(f"{word}: {count}" for word, count in counts.iter_rows())
        rows.append(f"| `{name}` | {word} | {words} |")
    nothing = said.filter(
        ~pl.col("commitment").is_in([one for one, word in planted.items() if word != "no effect seen"])
    )
    false = nothing["word"].is_in(["worked", "made it worse"]).sum()
    with_interval = nothing.filter(pl.col("lower").is_not_null())
    covered = with_interval.filter(pl.col("lower") <= 0, pl.col("upper") >= 0).height / max(with_interval.height, 1)
    return [
        *rows,
        "",
        f"Of {nothing.height} commitments that did nothing, {false} were told worked or made it worse; of the",
        f"{with_interval.height} that have an interval, it held the truth in {covered:.1%}.",
    ]


def _placebos(proofs: pl.DataFrame) -> list[str]:
    tried = proofs.filter(pl.col("placebo_rate").is_not_null())
    led = (tried["placebo_rate"] * tried["placebos"]).sum()
    among = tried["placebos"].sum()
    return [f"Placebos: {led:.0f} of {among:,} led ({led / among:.1%}; chance alone: 2.5%)."]


def _intervals(told: list[dict]) -> list[str]:
    lines = []
    forecasts = pl.concat([pl.DataFrame(one["forecasts"]) for one in told]).group_by("target", "nominal").sum()
    for row in forecasts.sort("target", "nominal").iter_rows(named=True):
        share = row["inside"] / row["told"]
        lines.append(f"{row['nominal']}% intervals of a {row['target']} held {share:.1%} of {row['told']:,} values.")
    outlooks = [one for each in told for one in each["outlooks"]]
    inside = sum(bool(one["inside"]) for one in outlooks)
    lines.append(f"95% intervals of expected retention held {inside} of {len(outlooks)} quarters.")
    slopes = [one["model"][0]["slope"] for one in told]
    return ["", *(f"- {line}" for line in [*lines, f"Calibration slopes: {min(slopes):.2f} to {max(slopes):.2f}."])]
