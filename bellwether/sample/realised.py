"""What came true, as data: what tests and the evidence can be held against."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from bellwether.sample import company, planted_drivers
from bellwether.sample.loyalty import Lives, active, readings
from bellwether.sample.world import DAY, WEEK, World, seconds, week_of

CURVE_WEEKS = 40


def describe(
    world: World,
    people: pl.DataFrame,
    met: pl.DataFrame,
    lives: Lives,
    asked: pl.DataFrame,
    found: pl.DataFrame,
    dirty: dict,
    rows: dict[str, int],
) -> dict[str, Any]:
    """Planted numbers beside what became of them. `rows` counts dirty rows; all else is before any row was soiled."""
    truth = world.truth
    return {
        "company": {name: str(value) for name, value in truth["company"].items()},
        "customers": world.customers,
        "weeks": world.weeks,
        "seed": world.seed,
        "first_day": day(world.start),
        "rows": rows,
        "dirty": dirty,
        "contacts": counted(met, "silo"),
        "tools": counted(met, "tool"),
        "loyalty": counted(found, "kind"),
        "initiated_by": counted(met, "initiated_by"),
        "lapses_by_13_weeks": lapses(world, lives),
        "active_at_start_and_end": here(world, people, lives),
        "not_measured": {"promise_kept": [silo for silo in company.SILOS if silo not in truth["promises"]["share"]]},
        "leads": {name: lead(world, people, lives, name, frame) for name, frame in readings(world, met).items()},
        "impostors": {
            name: planted | {"correlation": correlation(world, lives, met, asked, name)}
            for name, planted in truth["impostors"].items()
        },
        "entangled": truth["entangled"],
        "bill_shock": truth["bill_shock"],
        "step": step(world, met),
        "declared_step": declared(world, met),
        "season": season(world, met),
        "response": response(asked) | {"score_after_contact": scores(world, asked)},
        "hand_offs": {pair: hand_off(met, pair) for pair in truth["hand_offs"]},
        "drivers_of_satisfied": planted_drivers.shares(world, asked),
    }


def relationship(
    world: World,
    people: pl.DataFrame,
    met: pl.DataFrame,
    lives: Lives,
    asked: pl.DataFrame,
    felt: pl.DataFrame,
    found: pl.DataFrame,
) -> dict[str, Any]:
    """How attached those who were asked felt, and who had lapsed or fallen silent at the end of the last whole month.

    Silent: a customer, and in the 26 weeks before no contact of their own (known or not), no answer, and nothing done
    about their contract (`found`) but to let it be renewed: who joined, came back, moved or brought somebody is there.
    """
    month = np.datetime64(world.end, "s").astype("datetime64[M]")
    at = int(month.astype("datetime64[s]").astype(np.int64)) - 2 * 3600  # midnight in Amsterdam, in summer
    own = met.filter(pl.col("initiated_by") == "customer").select("customer", "at")
    said = [asked.filter("answers").select("customer", at="finished"), felt.select("customer", "at")]
    done = found.filter(~pl.col("kind").is_in(["renewal", "lapse"])).select("customer", "at")
    signs = pl.concat([own, *said, done])
    lately = signs.filter(pl.col("at").is_between(at - 26 * WEEK, at, closed="left"))["customer"].unique()
    everyone = np.arange(world.customers)
    here = active(people, lives, everyone, np.full(world.customers, at))
    quiet = here & ~np.isin(everyone, lately.to_numpy())
    return {
        "attachment": world.truth["attachment"] | {"answers": counted(felt, "feels")},
        "states": {"day": str(month), "customers": int(here.sum()), "silent": int(quiet.sum())},
    }


def day(at: int) -> str:
    return str(np.datetime64(at, "s").astype("datetime64[D]"))


def counted(frame: pl.DataFrame, column: str) -> dict[str, int]:
    return dict(frame.group_by(column).len().sort(column).iter_rows())


def share(values: pl.Series) -> float | None:
    return None if values.is_empty() else round(float(values.mean()), 4)


def lapses(world: World, lives: Lives) -> list[int]:
    at = np.concatenate([lives.lapsed, lives.lapsed_again])
    return np.bincount(week_of(world, at[at >= 0]) // 13, minlength=world.weeks // 13).tolist()


def here(world: World, people: pl.DataFrame, lives: Lives) -> list[int]:
    everyone = np.arange(world.customers)
    moments = (world.start, world.end - 1)
    return [int(active(people, lives, everyone, np.full(world.customers, at)).sum()) for at in moments]


def lead(world: World, people: pl.DataFrame, lives: Lives, name: str, frame: pl.DataFrame) -> dict[str, Any]:
    """The planted window, and the weekly lapse rate by weeks since a bad and since a good reading became known."""
    bad = (frame["level"] > 0).to_numpy()
    return world.truth["leads"][name] | {
        "readings": len(frame),
        "bad": int(bad.sum()),
        "lapse_rate_after_bad": lapse_curve(world, people, lives, frame.filter(pl.Series(bad))),
        "lapse_rate_after_good": lapse_curve(world, people, lives, frame.filter(pl.Series(~bad))),
    }


def lapse_curve(world: World, people: pl.DataFrame, lives: Lives, frame: pl.DataFrame) -> list[float]:
    """For 0, 1, 2 ... weeks after the week in which it became known: of those still here, the share that lapses."""
    who, known, curve = frame["customer"].to_numpy(), week_of(world, frame["known"].to_numpy()), []
    ends = [week_of(world, times[who]) for times in (lives.lapsed, lives.lapsed_again)]
    for offset in range(CURVE_WEEKS):
        week = known + offset
        at_risk = (week < world.weeks) & active(people, lives, who, world.start + week * WEEK)
        falls = at_risk & ((week == ends[0]) | (week == ends[1]))
        curve.append(round(float(falls.sum() / max(at_risk.sum(), 1)), 5))
    return curve


def correlation(world: World, lives: Lives, met: pl.DataFrame, asked: pl.DataFrame, name: str) -> float:
    """Customers' mean reading against whether they never lapsed: what a naive dashboard would show."""
    sources = {
        "recognised": met.filter(pl.col("recognised").is_not_null()).select("customer", value="recognised"),
        "answered_promptly": met.filter(pl.col("wait") >= 0).select("customer", value="prompt"),
        "net_promoter": asked.select("customer", value="nps").drop_nulls(),
        "satisfied": asked.select("customer", value="csat").drop_nulls(),
    }
    mean = sources[name].group_by("customer").agg(pl.col("value").cast(pl.Float64).mean()).sort("customer")
    stayed = lives.lapsed[mean["customer"].to_numpy()] < 0
    return round(float(np.corrcoef(mean["value"].to_numpy(), stayed)[0, 1]), 4)


def step(world: World, met: pl.DataFrame) -> dict[str, Any]:
    planted = world.truth["step"]
    mine = met.filter(pl.col("silo") == planted["silo"], pl.col("promised") > 0)
    after = pl.col("promised") >= seconds(planted["date"])
    return planted | {
        "date": str(planted["date"]),
        "share_before": share(mine.filter(~after)["kept"]),
        "share_after": share(mine.filter(after)["kept"]),
        "promises_before": len(mine.filter(~after)),
    }


def declared(world: World, met: pl.DataFrame) -> dict[str, Any]:
    planted = world.truth["declared_step"]
    mine = met.filter(pl.col("silo") == planted["silo"], pl.col("wait") >= 0)
    after = pl.col("at") >= seconds(planted["date"])
    return planted | {
        "date": str(planted["date"]),
        "share_before": share(mine.filter(~after)["prompt"]),
        "share_after": share(mine.filter(after)["prompt"]),
    }


def season(world: World, met: pl.DataFrame) -> dict[str, Any]:
    """December to February against June to August: contacts a day, and the share answered promptly."""
    month = met.select(pl.from_epoch("at", time_unit="s").dt.month()).to_series()
    parts = {"winter": month.is_in([12, 1, 2]), "summer": month.is_in([6, 7, 8])}
    days = pl.Series(np.arange(world.start, world.end, DAY) // DAY).cast(pl.Date).dt.month()
    length = {"winter": days.is_in([12, 1, 2]).sum(), "summer": days.is_in([6, 7, 8]).sum()}
    waited = met["wait"] >= 0
    return world.truth["season"] | {
        "contacts_a_day": {name: round(int(part.sum()) / length[name], 1) for name, part in parts.items()},
        "answered_promptly": {name: share(met.filter(part & waited)["prompt"]) for name, part in parts.items()},
    }


def response(asked: pl.DataFrame) -> dict[str, Any]:
    """How many answer, by thirds of latent satisfaction, and how much rosier those who answer are."""
    cuts = asked["mood"].quantile(1 / 3), asked["mood"].quantile(2 / 3)
    thirds = {
        "unhappy": asked.filter(pl.col("mood") < cuts[0]),
        "middling": asked.filter(pl.col("mood").is_between(*cuts)),
        "happy": asked.filter(pl.col("mood") > cuts[1]),
    }
    return {
        "invitations": len(asked),
        "answers": int(asked["answers"].sum()),
        "share_by_third": {name: share(part["answers"]) for name, part in thirds.items()},
        "mean_satisfaction_of_all": share(asked["mood"]),
        "mean_satisfaction_of_those_who_answer": share(asked.filter("answers")["mood"]),
    }


def scores(world: World, asked: pl.DataFrame) -> dict[str, Any]:
    """The csat of those asked after a contact, 0 to 100: what all would say, and what those say who answer.

    Over all weeks and over the last 52, in all and by silo.
    """
    after = asked.filter(pl.col("would_say").is_not_null())
    periods = {"all_weeks": after, "last_52_weeks": after.filter(pl.col("sent") >= world.end - 52 * WEEK)}
    return {
        name: {"all": both(part)} | {silo: both(rows) for (silo,), rows in sorted(part.group_by("silo"))}
        for name, part in periods.items()
    }


def both(asked: pl.DataFrame) -> dict[str, float | int | None]:
    percent = (pl.col("would_say") - 1) * 25
    would, said = asked.select(percent).to_series(), asked.filter("answers").select(percent).to_series()
    return {"asked": len(would), "answered": len(said), "of_all": share(would), "of_those_who_answer": share(said)}


def hand_off(met: pl.DataFrame, pair: str) -> dict[str, float | int | None]:
    """The first time an episode passes from one silo to the other: did it stall, did it fall back?"""
    origin, target = pair.split(">")
    human = met.filter(pl.col("mode") == "human", pl.col("initiated_by") == "customer")
    passes = (
        human.sort("episode", "at", maintain_order=True)
        .with_columns(
            before=pl.col("silo").shift(1).over("episode"),
            gap=pl.col("at").diff().over("episode"),
            next=pl.col("silo").shift(-1).over("episode"),
        )
        .filter(pl.col("before") == origin, pl.col("silo") == target)
        .unique("episode", keep="first", maintain_order=True)
    )
    stalls, back = passes["gap"] > 7 * DAY, (passes["next"] == origin).fill_null(False)
    held = share(~(stalls | back))
    return {"episodes": len(passes), "stalls": share(stalls), "falls_back": share(back), "held": held}
