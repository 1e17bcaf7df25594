"""The human touch: right the first time, above all after a digital failure, and what that moment goes with later."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl
import streamlit as st

from bellwether.views import go, look, reading, show, states, words
from bellwether.views.board import Cell, board
from bellwether.views.chosen import ALL_SILOS
from bellwether.views.figures import Figure

HUMAN, AFTER = "human_first_time_right", "right_after_digital_failure"
ABOUT = {"unit": "share", "currency": None, "better": "higher", "target": None}
SIDES = {
    "digital failure": ("right first time", "not right first time"),
    "hand-off": ("held", "fell back or stalled"),
}
NEEDS = "Later loyalty needs an export that says who left and when: `queries/feeds/loyalty.sql` says how."
# The side that should stay longer is a solid line with circles, the other one dotted with diamonds.
DRAWN = (
    (look.ACCENT, "solid", "circle", "rgba(31,78,121,0.12)"),
    (look.TONES["bad"], "dot", "diamond", "rgba(185,72,14,0.10)"),
)


def split(rows: pl.DataFrame) -> dict[str | None, tuple[Any, Any]]:
    """Silo (None: all) -> the sums of human contacts without a digital failure before, and of those after one."""
    found: dict[str | None, dict[str, Any]] = {}
    for row in rows.iter_rows(named=True):
        if row["is_all"] or row["silo"] is not None:
            found.setdefault(None if row["is_all"] else row["silo"], {})[row["indicator"]] = row
    told = {}
    for silo, both in found.items():
        after, human = both.get(AFTER), both.get(HUMAN)
        names = [*reading.SUMS]
        plain = {name: human[name] - (after[name] if after else 0) for name in names} if human else None
        told[silo] = (plain, after)
    return told


def touch(rows: pl.DataFrame) -> None:
    """A line a silo. rows: answer of `journey/touch`, small groups included."""
    found = split(rows)
    if not found:
        states.no_rows("No human contact with a known ending")
        return
    columns = [
        {"text": "Silo"},
        {"text": "Otherwise", "sub": "no digital failure before", "align": "right"},
        {"text": "After a digital failure", "sub": "in the 7 days before", "align": "right"},
        {"text": "Difference", "sub": "95% interval", "align": "right"},
    ]
    lines = [{"cells": _line(silo, *both)} for silo, both in found.items()]
    go.follow(board(columns, lines, "First time right at the human touch, by silo", "touch"))


def touch_table(rows: pl.DataFrame) -> pl.DataFrame:
    """The same, for taking along."""
    told = []
    for silo, (plain, after) in split(rows).items():
        first, second = (reading.figure(one, {**ABOUT, "indicator": HUMAN}) for one in (plain, after))
        told.append({"Silo": silo or ALL_SILOS, "Otherwise": first.value, "After a digital failure": second.value})
    return pl.DataFrame(told, infer_schema_length=None)


def _line(silo: str | None, plain: Any, after: Any) -> list[Cell]:
    about = {**ABOUT, "indicator": HUMAN}
    far = reading.difference(plain, after, about) if plain and after else None
    name: Cell = {"head": True, "text": silo or ALL_SILOS}
    if silo:
        name |= {"pick": {"indicator": AFTER, "title": "Right after a digital failure", "silo": silo}}
        name |= {"href": go.address("Right after a digital failure", silo), "label": f"{silo}: open its chart"}
    said: Cell = {"text": words.NOTHING, "align": "right"}
    if far:
        shape, tone = ("▼", "bad") if far.upper < 0 else ("▲", "good") if far.lower > 0 else ("●", "calm")
        said = {
            "text": words.change(far.estimate, "share"),
            "sub": words.changes(far.lower, far.upper, "share"),
            **{"shape": shape, "tone": tone, "align": "right"},
        }
    return [name, *(_figure(one, about) for one in (plain, after)), said]


def _figure(sums: Any, about: Mapping[str, Any]) -> Cell:
    found = reading.figure(sums, about)
    if found.value is None:
        return {"text": words.TOO_FEW_PEOPLE if found.too_few else "not measured", "align": "right", "tone": "faint"}
    value, sure = words.estimate(found.value, found.low, found.high, "share")
    return {"text": value, "sub": f"{sure}, of {words.count(found.observations)}", "align": "right"}


# Later loyalty


def later(topic: str, told: pl.DataFrame, curves: pl.DataFrame) -> None:
    """What it goes with: a sentence and the curves. told, curves: answers of `journey/loyalty` and `journey/curves`."""
    rows = told.filter(topic=topic, part="all")
    if not rows.height:
        st.info(
            NEEDS, title="What it does to loyalty can't be told from these exports", icon=":material/hourglass_empty:"
        )
        return
    st.markdown(sentence(rows))
    drawn = curves.filter(~pl.col("too_few"), topic=topic)
    if drawn.height:
        show.chart(survival(drawn, SIDES[topic]), f"Still a customer after a {topic}", sentence(rows), f"later {topic}")
    st.caption(
        "Each customer once, followed from the day on which it was known, 14 days after the last contact; who left "
        "before is left out. The difference is taken among customers of the same "
        f"{'silo' if topic == 'digital failure' else 'pair of silos'}. An association: they may differ otherwise."
    )


def curves_table(curves: pl.DataFrame) -> pl.DataFrame:
    """Every curve in words, for taking along; those of too few people are left out."""
    names = {"topic": "After a", "standing": "Standing", "week": "Weeks", "value": "Still a customer", "low": "Low"}
    names |= {"high": "High", "followed": "Followed so far"}
    return curves.filter(~pl.col("too_few")).select(pl.col(name).alias(word) for name, word in names.items())


def sentence(rows: pl.DataFrame) -> str:
    """Both sides half a year on, the gap with its interval, and whether chance explains it."""
    shown = rows.drop_nulls("value")
    parts = [
        f"**{words.estimate(one['value'], one['low'], one['high'], 'share', most=0)[0]}** of the "
        f"{words.count(one['observations'])} where it was *{one['standing']}*"
        for one in shown.iter_rows(named=True)
    ]
    one = rows.row(0, named=True)
    if one["gap"] is None or len(parts) < 2:
        return "Too few customers, or too few who left, to compare later loyalty."
    what = {
        "stay longer": "by more than chance explains",
        "stay less long": "the other way round than one would hope, by more than chance explains",
    }.get(one["word"], "which may well be chance")
    return (
        f"Half a year later still customers: {' and '.join(parts)}. Like for like that is "
        f"**{words.change(one['gap'], 'share')}** ({words.changes(one['gap_low'], one['gap_high'], 'share')}), {what}."
    )


def survival(rows: pl.DataFrame, sides: Sequence[str]) -> Figure:
    """Curves with their intervals. rows: standing, week, value, low, high, followed."""
    data: list[Figure] = []
    for standing, (colour, dash, shape, fill) in zip(sides, DRAWN, strict=True):
        one = rows.filter(standing=standing)
        weeks = one["week"].to_list()
        data.append(
            {
                **{"type": "scatter", "mode": "lines", "x": [*weeks, *reversed(weeks)]},
                **{"y": [*one["high"], *reversed(one["low"].to_list())], "fill": "toself", "fillcolor": fill},
                **{"line": {"width": 0}, "hoverinfo": "skip", "showlegend": False},
            }
        )
        data.append(
            {
                **{
                    "type": "scatter",
                    "mode": "lines+markers",
                    "name": standing,
                    "x": weeks,
                    "y": one["value"].to_list(),
                },
                "line": {"color": colour, "width": 2, "dash": dash, "shape": "hv"},
                "marker": {"symbol": shape, "color": colour, "size": 8, "maxdisplayed": 8},
                "customdata": [words.count(left) for left in one["followed"]],
                "hovertemplate": f"%{{y:.1%}} after %{{x}} weeks, {standing}; %{{customdata}} followed<extra></extra>",
            }
        )
    frame = look.layout(
        270,
        xaxis=look.axis(title={"text": "Weeks", "font": {"size": 12}}, rangemode="tozero", showgrid=False),
        yaxis=look.scale("share", nticks=6),
        showlegend=True,
        legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom", "font": {"size": 13}},
    )
    frame["margin"] = {"l": 8, "r": 8, "t": 32, "b": 8}
    return {"data": data, "layout": frame}
