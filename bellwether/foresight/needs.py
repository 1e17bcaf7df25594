"""The need most likely next: for which reason a customer will turn to us, and how likely within the horizon.

A need is an episode: contacts for one reason, none more than 14 days after the one before. For a customer with a last
reason q and n needs on record in the two years before (n_r of them for reason r):

whether   1 - ((b + T) / (b + T + h))^(a + n): needs come as a Poisson process whose rate differs between customers as a
          gamma (a, b) (Greenwood & Yule 1920; the NBD of Ehrenberg 1959), T weeks on record, h the horizon. A logistic
          line over its log odds and the weeks since the last need sets it right for those who have gone silent.
which     (n_r + s m_r) / (n + s), with m_r = (1 - w) base_r + w next_r|q: own history, drawn by s towards a mixture of
the
          base rate and what follows reason q in all customers' histories, which is itself drawn towards the base rate
          by `PRIOR` needs (Dirichlet-multinomial; mixture transitions after Raftery 1985, JRSS B 47).

s and w are chosen by how well they foretold at earlier origins. Everything walks forward in time: at an origin only
what was known before it counts, and it is judged by the next `horizon` weeks. It is held against the base rate, the
same guess for everybody; where it hits no more often than that, it says so and the base rate is shown.

When not to trust it: reasons that a tool names in new words; customers who turned to us once, for whom it is close to
the base rate.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import polars as pl

from bellwether.foresight.needs_known import WEEK, Origin, table_of
from bellwether.foresight.skill import probability

STRENGTHS, MIXES = (1.0, 3.0, 10.0, 30.0, 300.0), (0.0, 0.3, 0.6, 0.9)
LEAST_ORIGINS, LEAST_JUDGED, TOP = 3, 200, 3
MOST_TRIED = 60_000  # customers on whom the past is tried; of more a random part
AT_ONCE = 100_000  # customers whose chances are laid out at a time
Z95 = 1.959964


@dataclass(frozen=True)
class Needs:
    """What is likely next.

    customers: customer_id, rank (1 is likeliest), reason, chance (that it comes next and within the horizon), of_next
    (that it comes next, whenever), base (the share of all needs that it is), any_need (that any comes within it).
    `card`: how it did, or a `refusal`.
    """

    customers: pl.DataFrame
    card: dict[str, float | int | str | bool | None]


def foretell(episodes: pl.DataFrame, until: datetime, horizon: int = 13, most: int = 8) -> Needs:
    """episodes: customer_id, reason, at (its first contact); until: the end of what is on record.

    Judged at up to `most` origins whose windows have closed.
    """
    table, first = table_of(episodes), episodes["at"].min()
    if table.reasons.size < 2 or not table.at.size:
        return Needs(_nobody(), {"refusal": "No contact on record names both a customer and a reason."})
    origins = [until - step * horizon * WEEK for step in range(most, 0, -1)]
    origins = [origin for origin in origins if origin - 26 * WEEK >= first]
    if len(origins) < LEAST_ORIGINS:
        needed = 26 + LEAST_ORIGINS * horizon
        return Needs(
            _nobody(), {"refusal": f"Too little is on record to try it on: it takes {needed} weeks of contacts."}
        )
    tried = table.part(MOST_TRIED)
    found = [Origin(tried, origin, horizon) for origin in origins]
    judged, strength, mix = _walk(found)
    card = _card(judged, strength, mix, len(origins), horizon)
    now = Origin(table, until, horizon, closed=False)
    if not card["better"]:
        strength, mix = np.inf, 0.0  # the base rate for everybody
    return Needs(_told(now, strength, mix, _line(found)), card)


def _line(origins: Sequence[Origin]) -> np.ndarray:
    """What is added to the log odds of the rate, and what for each log week without a need, by Newton's method."""
    line = np.zeros(2)
    if not origins:
        return line
    came = np.concatenate([origin.next >= 0 for origin in origins]).astype(float)
    odds, idle = (
        np.concatenate(parts) for parts in ([one.rate_odds() for one in origins], [one.idle for one in origins])
    )
    design = np.column_stack([np.ones(len(idle)), idle])
    for _ in range(25):
        chance = probability(odds + design @ line)
        slope = design.T @ (came - chance) - line
        step = np.linalg.solve(design.T @ (design * (chance * (1 - chance))[:, None]) + np.eye(2), slope)
        line = line + np.clip(step, -1, 1)
        if np.abs(step).max() < 1e-8:
            break
    return line


# How it did


def _walk(origins: Sequence[Origin]) -> tuple[list[tuple], float, float]:
    """At each origin but the first what would have been said, with strength and mix chosen at the ones before."""
    choices = [(strength, mix) for strength in STRENGTHS for mix in MIXES]
    losses = np.zeros(len(choices))
    judged = []
    best = choices[0]
    for place, origin in enumerate(origins):
        came = origin.next >= 0
        if place:
            best = choices[int(losses.argmin())]
            said = origin.any_need(_line(origins[:place]))
            judged.append((origin, came, origin.which(*best), said))
        if came.any():
            row = np.flatnonzero(came)
            losses += [-np.log(origin.which(*choice)[row, origin.next[row]]).mean() for choice in choices]
    return judged, *choices[int(losses.argmin())]


def _card(judged, strength: float, mix: float, origins: int, horizon: int) -> dict:
    """Of next needs the share whose reason was the likeliest, or among the three; the same of the base rate's guesses.

    `saved` is the log loss that it saves, as a share of the base rate's: the chances may be sharper where the likeliest
    reason is everybody's.
    """
    found = pl.concat([_of_origin(*one) for one in judged])
    if found.height < LEAST_JUDGED:
        said = f"Only {found.height} next needs could be held against what came; it takes {LEAST_JUDGED}."
        return {"refusal": said, "better": False}
    who = found["who"].to_numpy()
    gain, gain_away = _mean(found["hit"] - found["guess"], who)
    saved, saved_away = _mean(found["base_loss"] - found["loss"], who)
    whole = float(found["base_loss"].mean())
    card = {
        "refusal": "",
        "horizon_weeks": horizon,
        "origins": origins - 1,
        "judged": found.height,
        "observations": len(np.unique(who)),
        **{name: float(found[name].mean()) for name in ("hit", "guess", "hit_three", "guess_three")},
        "gain": gain,
        "gain_low": gain - gain_away,
        "gain_high": gain + gain_away,
        "saved": saved / whole,
        "saved_low": (saved - saved_away) / whole,
        "saved_high": (saved + saved_away) / whole,
        "any_said": float(np.concatenate([said for *_, said in judged]).mean()),
        "any_came": float(np.concatenate([came for _, came, *_ in judged]).mean()),
        "strength": strength,
        "mix": mix,
    }
    return card | {"better": card["saved_low"] > 0}


def _of_origin(origin: Origin, came: np.ndarray, chances: np.ndarray, _) -> pl.DataFrame:
    """One row a need that came: hits and losses, ours and the base rate's."""
    row = np.flatnonzero(came)
    next_, mine = origin.next[row], chances[row]
    three = np.argsort(-mine, axis=1, kind="stable")[:, :TOP]
    usual = np.argsort(-origin.base, kind="stable")[:TOP]
    return pl.DataFrame(
        {
            "who": origin.people[row],
            "hit": (three[:, 0] == next_).astype(float),
            "guess": (usual[0] == next_).astype(float),
            "hit_three": (three == next_[:, None]).any(axis=1).astype(float),
            "guess_three": np.isin(next_, usual).astype(float),
            "loss": -np.log(mine[np.arange(len(row)), next_]),
            "base_loss": -np.log(origin.base[next_]),
        }
    )


def _mean(values: pl.Series, who: np.ndarray) -> tuple[float, float]:
    """A mean and half of its 95% interval, rows clustered by customer."""
    at = float(values.mean())
    sums = np.bincount(np.unique(who, return_inverse=True)[1], values.to_numpy() - at)
    return at, Z95 * float(np.sqrt((sums**2).sum()) / len(values))


def _nobody() -> pl.DataFrame:
    kinds = {"customer_id": pl.String, "rank": pl.Int64, "reason": pl.String}
    return pl.DataFrame(schema=kinds | dict.fromkeys(("chance", "of_next", "base", "any_need"), pl.Float64))


def _told(now: Origin, strength: float, mix: float, line: np.ndarray) -> pl.DataFrame:
    """The likeliest reasons of every customer."""
    any_need = now.any_need(line)
    parts = [slice(low, low + AT_ONCE) for low in range(0, len(now.people), AT_ONCE)]
    return pl.concat([_nobody(), *(_likeliest(now, now.which(strength, mix, one), any_need, one) for one in parts)])


def _likeliest(now: Origin, which: np.ndarray, any_need: np.ndarray, rows: slice) -> pl.DataFrame:
    top, people = min(TOP, which.shape[1]), now.names[now.people[rows]]
    best = np.argsort(-which, axis=1, kind="stable")[:, :top]
    of_next = np.take_along_axis(which, best, axis=1)
    return pl.DataFrame(
        {
            "customer_id": np.repeat(people, top),
            "rank": np.tile(np.arange(1, top + 1), len(people)),
            "reason": now.reasons[best].ravel(),
            "chance": (of_next * any_need[rows, None]).ravel(),
            "of_next": of_next.ravel(),
            "base": now.base[best].ravel(),
            "any_need": np.repeat(any_need[rows], top),
        }
    )
