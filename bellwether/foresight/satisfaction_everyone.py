"""What everyone would say, beside what the survey says, and how far the survey flatters.

Three figures of the same contacts, each 0 to 100:

survey    the mean of the answers.
seen      the mean that all contacts would be given if those who did not answer were like those who did, as far as what
          is on record of a contact tells: the mean of what is foretold, set right by the weighted errors of the answers
          (augmented inverse probability weighting: Robins, Rotnitzky & Zhao 1994, JASA 89; Bang & Robins 2005,
          Biometrics 61). Right if either the foretelling or the chance to answer is. Both were fitted on other rows:
          the one on earlier quarters, the other on the other half of the customers (cross-fitting: Chernozhukov and
          others 2018, Econometrics Journal 21).
everyone  the same without the points by which those who answer are rosier (`satisfaction_silence`).

Intervals are 95%, from each customer's influence on the figures, those on the parameters of the silence included, and
on the difference as one. Overlap: kinds of contacts that nobody ever answered about are no part of it and are counted;
`effective` is how many answers of equal weight would say as much (Kish 1965).

When not to trust it: `everyone` stands and falls with what silence tells; without it `seen` is the last word, and a
survey that the unhappy avoid flatters more than that.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from bellwether.foresight import satisfaction_silence as silence
from bellwether.foresight.satisfaction import NUMBERS, WORDS, with_means
from bellwether.foresight.satisfaction_rules import CannotTell, Rules
from bellwether.foresight.satisfaction_trees import fit_trees

Z95 = 1.959964
ALL = "All silos"
TRIMMED = 20.0  # a weight above so many times the mean one counts as that (Lee, Lessler & Stuart 2011, PLoS ONE 6)


def chances(rows: pl.DataFrame, rules: Rules) -> np.ndarray:
    """The chance that a contact has an answer, a row each: fitted on one half of the customers for the other.

    rows: customer_id, interaction_id, said, and the features.
    """
    rows = with_means(rows)
    half = (rows["customer_id"].fill_null(rows["interaction_id"]).hash(seed=rules.seed) % 2).to_numpy()
    answered = rows["said"].is_not_null().to_numpy()
    found = np.full(rows.height, answered.mean())
    for side in (0, 1):
        teaches = half != side
        if answered[teaches].sum() < rules.least_answers / 2:
            continue
        found[half == side] = _chance(rows.filter(teaches), rows.filter(~teaches), rules)
    return np.clip(found, 1e-4, 1.0)


def _chance(teaches: pl.DataFrame, rows: pl.DataFrame, rules: Rules) -> np.ndarray:
    """Of many silent ones a part is enough; it counts for all of them."""
    rng = np.random.default_rng(rules.seed)
    answered = teaches["said"].is_not_null().to_numpy()
    silent = np.flatnonzero(~answered)
    part = rng.choice(silent, min(len(silent), rules.most_silent), replace=False)
    at = rng.permutation(np.concatenate([np.flatnonzero(answered), part]))
    y = answered[at].astype(float)
    weight = np.where(y == 1, 1.0, len(silent) / max(len(part), 1))
    # What a customer said before is part of what the silence tells; the chance is that of a contact.
    trees = fit_trees(teaches[at], y, WORDS, NUMBERS, rules, weight, chance=True)
    return trees.foretell(rows)


def everyone(rows: pl.DataFrame, chance: np.ndarray, found: silence.Silence | CannotTell, rules: Rules) -> pl.DataFrame:
    """One row a silo and one for all: see above; figures with `_low` and `_high`, and `flatters` = survey - everyone.

    rows: contacts of the window: customer_id, interaction_id, silo, touchpoint, channel, said (null: not answered),
    foretold, and the columns of `silence.PAST`. `word`: why a row has no figure of everyone, "" where it has.
    """
    asked = _asked(rows)
    inside, chance = rows.filter(asked), chance[asked]
    if inside.is_empty():
        return pl.DataFrame()
    world = _World(inside, chance, found)
    groups = [(ALL, np.ones(inside.height, bool), rows.height)]
    silos = rows.group_by("silo").len().sort("silo")
    groups += [(name, (inside["silo"] == name).to_numpy(), size) for name, size in silos.iter_rows()]
    told = [world.figures(mask) | {"silo": name, "interactions": size} for name, mask, size in groups]
    return pl.DataFrame([_judged(one, rules) for one in told], infer_schema_length=None)


def _asked(rows: pl.DataFrame) -> np.ndarray:
    """Contacts of a kind that somebody has answered about."""
    kind = ("touchpoint", "channel", "initiated_by")
    return rows.select(pl.col("said").is_not_null().any().over(kind))["said"].to_numpy()


class _World:
    """The contacts of the window as arrays, and each customer's influence on what is foretold and on the parameters."""

    def __init__(self, rows: pl.DataFrame, chance: np.ndarray, found: silence.Silence | CannotTell) -> None:
        self.rows = rows
        self.answered = rows["said"].is_not_null().to_numpy()
        self.said = rows["said"].fill_null(0.0).to_numpy()
        self.foretold = rows["foretold"].to_numpy()
        weight = np.where(self.answered, 1 / chance, 0.0)
        self.weight = np.minimum(weight, TRIMMED * weight[self.answered].mean())
        # A contact of nobody known is a customer of its own.
        who = rows["customer_id"].fill_null("\t" + rows["interaction_id"])
        names, self.who = np.unique(who.to_numpy(), return_inverse=True)
        self.found, self.names = found, names
        self.tilt = np.zeros(rows.height)
        if isinstance(found, silence.Silence):
            past = rows.select(silence.PAST)
            self.tilt = silence.tilt(found.theta, past)
            self.slopes = silence.gradient(found.theta, lambda theta: silence.tilt(theta, past))

    def figures(self, mask: np.ndarray) -> dict[str, float | int | None]:
        """survey, seen, everyone and flatters of some of the contacts, each with its interval."""
        answers = int(self.answered[mask].sum())
        told = {"contacts": int(mask.sum()), "answers": answers}
        told["people"] = len(np.unique(self.who[mask & self.answered]))
        if answers < 2:
            return told
        survey, on_survey = self._ratio(mask & self.answered, self.said, np.ones(len(mask)))
        error, on_error = self._ratio(mask & self.answered, self.said - self.foretold, self.weight)
        mean, on_mean = self._ratio(mask, self.foretold, np.ones(len(mask)))
        told |= _interval("survey", survey, on_survey) | _interval("seen", mean + error, on_mean + on_error)
        weights = self.weight[mask & self.answered]
        told["effective"] = float(weights.sum() ** 2 / (weights**2).sum())
        if isinstance(self.found, CannotTell):
            return told
        rosier, on_rosier = self._ratio(mask, self.tilt, np.ones(len(mask)))
        spread = self._of_parameters(mask)
        full = mean + error - rosier
        # Customers outside of the window have a say in the parameters only: their influence is added as squares.
        told |= _interval("everyone", full, on_mean + on_error - on_rosier, spread)
        return told | _interval("flatters", survey - full, on_survey - on_mean - on_error + on_rosier, spread)

    def _ratio(self, mask: np.ndarray, values: np.ndarray, weight: np.ndarray) -> tuple[float, np.ndarray]:
        """A weighted mean, and each customer's influence on it."""
        weight = np.where(mask, weight, 0.0)
        mean = float(weight @ values / weight.sum())
        pull = weight * (values - mean) / weight.sum()
        return mean, np.bincount(self.who, pull, minlength=len(self.names))

    def _of_parameters(self, mask: np.ndarray) -> float:
        """The variance that the parameters of the silence bring, clustered by customer."""
        moved = self.found.influence @ self.slopes[:, mask].mean(axis=1)
        return float((moved**2).sum())


def _interval(name: str, at: float, influence: np.ndarray, more: float = 0.0) -> dict[str, float]:
    away = Z95 * float(np.sqrt((influence**2).sum() + more))
    return {name: at, f"{name}_low": at - away, f"{name}_high": at + away}


def _judged(told: dict, rules: Rules) -> dict:
    """What can't be told is left out, with the word for it and about how many more answers it takes."""
    if told["answers"] < rules.least_answers / 4:
        kept = {name: told[name] for name in ("silo", "interactions", "contacts", "answers", "people")}
        few = rules.least_answers // 4
        return kept | {"word": "too few answers", "more_answers": few - told["answers"]}
    if "everyone" not in told:
        return told | {"word": "silence not on record", "more_answers": None}
    half = (told["everyone_high"] - told["everyone_low"]) / 2
    if half > rules.widest:  # the error falls with the root of the answers
        more = int(np.ceil(told["answers"] * ((half / rules.widest) ** 2 - 1)))
        gone = ("everyone", "everyone_low", "everyone_high", "flatters", "flatters_low", "flatters_high")
        return {**told, **dict.fromkeys(gone), "word": "too wide", "more_answers": more}
    return told | {"word": "", "more_answers": None}
