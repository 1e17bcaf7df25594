"""Invitations, who answers them, and what they say: mostly who they are and what is already behind them."""

from __future__ import annotations

import numpy as np
import polars as pl

from bellwether.sample.loyalty import Lives, active, efforts, shocks
from bellwether.sample.world import DAY, NONE, WEEK, World, chance, stream, week_of

# item: (points of the scale, middle, points a unit of opinion, share of the customer's satisfaction, own noise)
INTIMACY = {
    "understood": (7, 4.9, 1.0, 0.8, 0.7),
    "respected": (7, 5.5, 0.8, 0.6, 0.7),
    "valued": (7, 4.7, 1.1, 0.9, 0.6),
    "empathy": (7, 4.8, 1.0, 0.7, 0.8),
    "surprised": (7, 3.2, 1.2, 0.4, 1.0),
}
COMMENTS = {
    "glad": ("Quick and friendly.", "They knew who I was, for once.", "All good, thank you.", "Een goed gesprek."),
    "so so": ("It works.", "Fine, but it took a while.", "OK", "Prima, maar wel wachten."),
    "cross": (
        "I had to tell my story three times.",
        "Nobody called back,\nand the bill was wrong again.",
        "The engineer never came.",
        'Veel te lang gewacht; "we bellen u" is nooit gebeurd.',
    ),
}


def make(world: World, people: pl.DataFrame, contacts: pl.DataFrame, lives: Lives) -> pl.DataFrame:
    """One row an invitation: when it was sent, whether and when it was answered, and the scores (null if not).

    `contacts` must carry `interaction_id`. `mood` is latent satisfaction at that moment, `would_say` the csat that each
    who was asked after a contact would give, answered or not; neither is ever written.
    """
    asked = pl.concat([after_contacts(world, contacts), relationship(world, people, lives)])
    asked = asked.filter(pl.col("sent") < world.end - DAY).sort("sent", "customer", maintain_order=True)
    mood = moods(world, people, asked)
    asked = asked.with_columns(pl.Series("mood", mood), *replies(world, asked, mood))
    return asked.with_columns(scores(world, asked, mood)).with_row_index("invitation")


def after_contacts(world: World, contacts: pl.DataFrame) -> pl.DataFrame:
    """An invitation some hours after a share of the contacts, with what that contact was like."""
    rng, share = stream(world, "invitations"), world.truth["response"]["after_contact"]
    extra = efforts(contacts).select("episode", "extra")
    chosen = contacts.filter(
        pl.Series(rng.random(len(contacts)) < share), pl.col("initiated_by") != "third_party", ~pl.col("unknown")
    )
    return chosen.join(extra, on="episode", how="left", maintain_order="left").select(
        "customer",
        "interaction_id",
        "silo",
        "touchpoint",
        "stage",
        "channel",
        "extra",
        survey=pl.lit("contact"),
        prompt=pl.col("prompt") | (pl.col("wait") < 0),
        recognised=pl.col("recognised").fill_null(True),
        sent=pl.max_horizontal("ended", "answered") + pl.Series(rng.integers(3_600, 2 * DAY, len(chosen))),
    )


def relationship(world: World, people: pl.DataFrame, lives: Lives) -> pl.DataFrame:
    """Each customer in turn, so that every week asks the same share of all."""
    rng, every = stream(world, "relationship"), world.truth["response"]["relationship_weeks"]
    first = rng.integers(0, every, world.customers)
    week = first[:, None] + every * np.arange(world.weeks // every + 1)[None, :]
    customer, turn = np.nonzero(week < world.weeks)
    sent = world.start + WEEK * week[customer, turn] + DAY + rng.integers(9 * 3600, 16 * 3600, len(customer))
    here = active(people, lives, customer, sent) & (sent > people["joined"].to_numpy()[customer] + 8 * WEEK)
    none = pl.lit(None, pl.String)
    return pl.DataFrame({"customer": customer[here], "sent": sent[here]}).select(
        "customer",
        interaction_id=none,
        silo=none,
        touchpoint=pl.lit("Relationship survey"),
        stage=pl.lit("use"),
        channel=pl.lit("email"),
        extra=pl.lit(0, pl.Int64),
        survey=pl.lit("relationship"),
        prompt=pl.lit(True),
        recognised=pl.lit(True),
        sent="sent",
    )


def moods(world: World, people: pl.DataFrame, asked: pl.DataFrame) -> np.ndarray:
    """Latent satisfaction: the customer's own, lowered for some weeks after a bill shock that is past already."""
    planted = world.truth["bill_shock"]
    fallen = np.zeros((world.customers, world.weeks), bool)
    bad = shocks(world, people)
    for offset in range(planted["survey_from_week"], planted["survey_to_week"]):
        week = week_of(world, bad["known"].to_numpy()) + offset
        inside = (week >= 0) & (week < world.weeks)
        fallen[bad["customer"].to_numpy()[inside], week[inside]] = True
    who = asked["customer"].to_numpy()
    hit = fallen[who, week_of(world, asked["sent"].to_numpy())]
    return people["satisfied"].to_numpy()[who] + planted["survey_effect"] * hit


def replies(world: World, asked: pl.DataFrame, mood: np.ndarray) -> list[pl.Series]:
    """Whether, and when: `opened`, `began`, `finished` in UTC seconds or NONE. The unhappy answer less."""
    rng, planted, n = stream(world, "replies"), world.truth["response"], len(asked)
    answers = rng.random(n) < chance(planted["base"] + planted["satisfaction"] * mood)
    sent = asked["sent"].to_numpy()
    opened = sent + 60 + (DAY * rng.exponential(0.8, n)).astype(np.int64)
    began = opened + rng.integers(5, 3_600, n)
    finished = began + rng.integers(40, 900, n)
    answers &= finished < world.end
    looks = (answers | (rng.random(n) < 0.36)) & (opened < world.end)
    return [
        pl.Series("answers", answers),
        pl.Series("opened", np.where(looks, opened, NONE)),
        pl.Series("began", np.where(answers, began, NONE)),
        pl.Series("finished", np.where(answers, finished, NONE)),
    ]


def scores(world: World, asked: pl.DataFrame, mood: np.ndarray) -> list[pl.Series]:
    """Scores on each instrument; null where not asked or not answered."""
    rng, n, impostors = stream(world, "scores"), len(asked), world.truth["impostors"]
    after = (asked["survey"] == "contact").to_numpy()
    prompt, recognised = (asked[name].to_numpy().astype(float) for name in ("prompt", "recognised"))
    nps, satisfied = impostors["net_promoter"], impostors["satisfied"]
    feel = nps["satisfaction"] * mood + nps["noise"] * rng.standard_normal(n)
    served = (
        satisfied["satisfaction"] * mood
        + satisfied["prompt"] * (prompt - 0.7)
        + satisfied["recognised"] * (recognised - 0.6)
        + satisfied["noise"] * rng.standard_normal(n)
    )
    ease = 0.4 * mood - 0.7 * np.minimum(asked["extra"].to_numpy(), 3) + 0.8 * rng.standard_normal(n)
    items = {
        "nps": (~after, 7.3 + 2.0 * feel, 0, 10),
        "csat": (after, 3.8 + 0.9 * served, 1, 5),
        "ces": (after, 5.9 + 1.1 * ease, 1, 7),
    }
    for name, (points, middle, slope, share, noise) in INTIMACY.items():
        opinion = share * mood + 0.4 * (recognised - 0.6) + noise * rng.standard_normal(n)
        items[name] = (np.ones(n, bool), middle + slope * opinion, 1, points)
    answers = asked["answers"].to_numpy()
    columns = []
    for name, (put, value, low, high) in items.items():
        score = pl.Series(name, np.clip(np.rint(value), low, high).astype(np.int64))
        columns.append(score.set(pl.Series(~(put & answers)), None))
        if name == "csat":
            columns.append(score.set(pl.Series(~put), None).alias("would_say"))
    return [*columns, comments(rng, answers, np.where(after, served, feel))]


def comments(rng: np.random.Generator, answers: np.ndarray, feel: np.ndarray) -> pl.Series:
    """Free text of four in ten answers; some of it has quotes and a line break, as real text has."""
    n = len(feel)
    tone = np.where(feel > 0.5, 0, np.where(feel > -0.7, 1, 2))
    texts = np.array(list(COMMENTS.values()), object)[tone, rng.integers(0, 4, n)]
    return pl.Series("comment", texts, dtype=pl.String).set(pl.Series(~answers | (rng.random(n) > 0.4)), None)
