"""What happened at each contact: channel, wait, promise, outcome, cost."""

from __future__ import annotations

import numpy as np
import polars as pl

from bellwether.sample import company
from bellwether.sample.customers import tenure_years
from bellwether.sample.episodes import REASONS
from bellwether.sample.world import DAY, NONE, World, chance, log_odds, office, seconds, stream, winter

SWITCHING = ("cancel", "compare", "price match")
SCREENS = ("app", "web")
SPOKEN = ("phone", "chat", *SCREENS)


def make(world: World, people: pl.DataFrame, steps: pl.DataFrame) -> pl.DataFrame:
    """The contacts of `episodes.make` with every column of the interactions feed; moments in UTC seconds or NONE."""
    frame = place(world, people, steps)
    frame = frame.with_columns(known(world, people, frame))
    frame = frame.with_columns(waits(world, people, frame))
    frame = frame.with_columns(promises(world, people, frame))
    return frame.with_columns(ends(world, frame))


def place(world: World, people: pl.DataFrame, steps: pl.DataFrame) -> pl.DataFrame:
    """Silo, team, channel, touchpoint, stage, who began."""
    rng, n = stream(world, "channels"), len(steps)
    silo = np.array(company.SILOS, object)[steps["silo"].to_numpy()]
    reason = np.array(REASONS, object)[steps["reason"].to_numpy()]
    outside = reason == "review"
    channel, team, draw = np.empty(n, object), np.empty(n, object), rng.random((2, n))
    through = list(company.THIRD_PARTY)
    channel[outside] = pick(draw[0][outside], through, [share for _, share in company.THIRD_PARTY.values()])
    silo[outside] = [company.THIRD_PARTY[name][0] for name in channel[outside]]
    for name in company.SILOS:
        here, shares = (silo == name) & ~outside, company.CHANNELS[name]
        channel[here] = pick(draw[0][here], list(shares), list(shares.values()))
        channel[here & (reason == "offer")] = "phone"
        teams = company.TEAMS[name]
        team[silo == name] = pick(draw[1][silo == name], teams, [1 / len(teams)] * len(teams))
    touchpoint = [company.TOUCHPOINTS[at][by] for at, by in zip(silo, channel, strict=True)]
    return steps.with_columns(
        silo=pl.Series(silo, dtype=pl.String),
        reason=pl.Series(reason, dtype=pl.String),
        team=pl.Series(team, dtype=pl.String),
        channel=pl.Series(channel, dtype=pl.String),
        touchpoint=pl.Series(touchpoint),
        stage=pl.Series([company.REASONS[name].stage for name in reason]),
        initiated_by=pl.Series([company.REASONS[name].initiated_by for name in reason]),
        mode=pl.Series(np.where(np.isin(channel, SCREENS), "digital", "human")),
    )


def pick(draw: np.ndarray, names: list[str] | tuple[str, ...], shares: list[float]) -> np.ndarray:
    """Names by their shares, from uniform draws."""
    bounds = np.cumsum(shares)[:-1] / np.sum(shares)
    return np.array(names, object)[np.searchsorted(bounds, draw, side="right")]


def known(world: World, people: pl.DataFrame, frame: pl.DataFrame) -> list[pl.Series]:
    """Recognised (an impostor: only type and tenure stand behind it), switching signal, unknown customer."""
    rng, n, planted = stream(world, "known"), len(frame), world.truth["impostors"]["recognised"]
    who, at = frame["customer"].to_numpy(), frame["at"].to_numpy()
    spoken_to = ((frame["mode"] == "human") & (frame["initiated_by"] != "third_party")).to_numpy()
    years = tenure_years(people["joined"].to_numpy()[who], at)
    odds = planted["base"] + planted["regular"] * people["regular"].to_numpy()[who]
    recognised = rng.random(n) < chance(odds + planted["tenure"] * np.log1p(years))
    shows = rng.random(n) < world.truth["leads"]["switching_signal"]["rate"]
    shows |= (frame["reason"] == "leaving").to_numpy()
    shows &= (frame["initiated_by"] == "customer").to_numpy()
    kind = rng.choice(SWITCHING, n, p=[0.45, 0.35, 0.2])
    no_login = frame["channel"].is_in(["web", "phone"]).to_numpy()
    unknown = no_login & (rng.random(n) < world.truth["size"]["unknown_customer"])
    return [
        pl.Series("recognised", recognised).set(pl.Series(~spoken_to), None),
        pl.Series("switching", kind).set(pl.Series(~shows), None),
        pl.Series("unknown", unknown & ~shows),
    ]


def waits(world: World, people: pl.DataFrame, frame: pl.DataFrame) -> list[pl.Series]:
    """`wait` seconds and `answered` (NONE where nobody waits for an answer), handling seconds, transfers, cost."""
    rng, n, truth = stream(world, "waits"), len(frame), world.truth
    at, channel = frame["at"].to_numpy(), frame["channel"].to_numpy()
    standard = np.array([truth["channels"].get(name, 0) for name in channel])
    prompt = rng.random(n) < chance(prompt_odds(world, people, frame))
    wait = np.where(prompt, standard * rng.uniform(0.05, 1, n), standard * (1.02 + rng.exponential(0.8, n)))
    # Tickets count whole minutes: round so that a prompt answer stays prompt and a late one late.
    minutes = np.where(prompt, wait // 60, np.ceil(wait / 60)) * 60
    wait = np.where(channel == "phone", wait, minutes).astype(np.int64)
    waited = (standard > 0) & (frame["initiated_by"] != "company").to_numpy()
    mean, cost = (np.array([company.HANDLING[name][which] for name in channel]) for which in (0, 1))
    factor = rng.lognormal(-0.125, 0.5, n)
    moved = ~np.isin(channel, ["visit", *SCREENS, *company.THIRD_PARTY]) & (
        rng.random(n) < truth["first_time"]["transfer"]
    )
    tickets = ~np.isin(channel, ["phone", "visit", *SCREENS, *company.THIRD_PARTY])
    return [
        pl.Series("wait", np.where(waited, wait, NONE)),
        pl.Series("answered", np.where(waited, at + wait, NONE)),
        pl.Series("prompt", prompt & waited),
        pl.Series("handle", (mean * factor).astype(np.int64)),
        pl.Series("cost", np.round(cost * (0.5 + factor / 2), 2)),
        pl.Series("transfers", moved * rng.choice([1, 2], n, p=[0.85, 0.15])),
        pl.Series("reopened", tickets & (rng.random(n) < truth["first_time"]["reopened"])),
    ]


def prompt_odds(world: World, people: pl.DataFrame, frame: pl.DataFrame) -> np.ndarray:
    """Log odds of a prompt answer: priority line, winter, the declared change of measuring, and the planted harm."""
    planted, season, at = world.truth["impostors"]["answered_promptly"], world.truth["season"], frame["at"].to_numpy()
    steps = sum(
        step["log_odds"] * ((frame["silo"] == step["silo"]).to_numpy() & (at >= seconds(step["date"])))
        for step in (world.truth["declared_step"], world.truth["harm"])
    )
    return (
        planted["base"]
        + planted["priority"] * people["priority"].to_numpy()[frame["customer"].to_numpy()]
        + season["prompt_log_odds"] * winter(at, season["peak_day"])
        + steps
    )


def promises(world: World, people: pl.DataFrame, frame: pl.DataFrame) -> list[pl.Series]:
    """`promised` (NONE where nothing was promised) and whether it will be `kept`."""
    rng, n, truth = stream(world, "promises"), len(frame), world.truth["promises"]
    silo, human = frame["silo"].to_numpy(), (frame["mode"] == "human").to_numpy()
    said = human & (frame["initiated_by"] == "customer").to_numpy()
    said &= rng.random(n) < np.array([truth["share"].get(name, 0) for name in silo])
    first, last = (np.array([company.PROMISE_DAYS.get(name, (1, 2))[which] for name in silo]) for which in (0, 1))
    since = np.maximum(frame["at"].to_numpy(), frame["answered"].to_numpy())
    promised = since // DAY * DAY + DAY * rng.integers(first, last + 1) + 3600 * rng.integers(10, 18, n)
    share, step = np.array([truth["kept"].get(name, 0.5) for name in silo]), world.truth["step"]
    share[(silo == step["silo"]) & (promised >= seconds(step["date"]))] = step["after"]
    trait = people["keeping"].to_numpy()[frame["customer"].to_numpy()]
    kept = rng.random(n) < chance(log_odds(share) + truth["customer_spread"] * trait)
    return [pl.Series("promised", np.where(said, promised, NONE)), pl.Series("kept", kept & said)]


def ends(world: World, frame: pl.DataFrame) -> list[pl.Series]:
    """`ended` (the contact itself) and `resolved` (what it was about); NONE for a failed attempt."""
    rng, n = stream(world, "ends"), len(frame)
    at, promised, channel = (frame[name].to_numpy() for name in ("at", "promised", "channel"))
    begun = np.maximum(at, frame["answered"].to_numpy())
    ended = begun + np.where(np.isin(channel, SPOKEN) | (channel == "visit"), frame["handle"].to_numpy(), 0)
    by_mail = np.maximum(office(begun + (DAY * rng.exponential(0.7, n)).astype(np.int64)), begun + 300)
    resolved = np.where(np.isin(channel, SPOKEN) | (channel == "visit"), ended, by_mail)
    in_time = promised - ((promised - begun) * rng.uniform(0, 0.7, n)).astype(np.int64)
    in_time = np.clip(office(in_time), np.minimum(begun + 60, promised), promised)
    too_late = promised + 1_800 + (DAY * rng.exponential(2.0, n)).astype(np.int64)
    too_late = np.maximum(office(too_late), promised + 1_200)
    resolved = np.where(promised > 0, np.where(frame["kept"].to_numpy(), in_time, too_late), resolved)
    resolved = np.where(frame["failed"].to_numpy(), NONE, resolved)
    return [pl.Series("ended", ended), pl.Series("resolved", resolved)]
