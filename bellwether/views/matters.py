"""What matters: the drivers of an outcome, their shares and weights, how well we do there, and who owns them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl
import streamlit as st

from bellwether.views import go, look, show, words
from bellwether.views.board import Cell, board
from bellwether.views.figures import Figure, note
from bellwether.views.matters_words import ABOUT, KINDS, QUADRANTS, RATED, driver, in_charge, named

MOST = 12


def choice(models: pl.DataFrame) -> dict[str, Any] | None:
    """The model to look at: an outcome, and drivers of one kind. Those that can't be told stand last."""
    if not models.height:
        return None
    told = models.sort(pl.col("lacks").is_not_null(), maintain_order=True)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        about = _control("Outcome", ABOUT, told["about"][0], "outcome")
        kinds = told.filter(about=about)["kind"].to_list()
        kind = _control("Drivers", KINDS, kinds[0] if kinds else "items", "drivers")
    return models.filter(about=about, kind=kind).row(0, named=True)


def _control(label: str, options: Mapping[str, str], first: str, key: str) -> str:
    picked = st.segmented_control(
        label,
        list(options),
        default=first,
        format_func=options.get,
        required=True,
        key=key,
        bind="query-params",
        label_visibility="collapsed",
    )
    return picked or first


def cannot_tell(model: Mapping[str, Any] | None) -> None:
    """Why there is nothing to weigh, and what would show it."""
    why = model["lacks"] if model else "No version holds what matters yet: refresh once more."
    st.info(why, title="What matters can't be told here", icon=":material/balance:")


def _todo(rows: pl.DataFrame) -> str:
    """What to fix first, three at most; only what is clearly more important than if all were alike."""
    clear = [driver(one) for one in rows.filter("is_clear")["driver"].to_list()[:3]]
    if not clear:
        return " What to fix first is not clear." if rows.height else ""
    named = f"{', '.join(clear[:-1])} and {clear[-1]}" if len(clear) > 1 else clear[0]
    return f" Fix first: **{named}**."


def sentence(model: Mapping[str, Any], rows: pl.DataFrame) -> str:
    """What the outcome goes with most, how sure that is, and how much is explained at all."""
    first = rows.row(0, named=True)
    share, sure = words.estimate(first["share"], first["share_low"], first["share_high"], "share", most=0)
    whole, limits = words.estimate(model["value"], model["low"], model["high"], "share", most=1)
    todo = _todo(rows.filter(pl.col("quadrant") == "fix first"))
    weak = " That is little: most of it goes with something else." if model["value"] < 0.1 else ""
    return (
        f"**{driver(first['driver'])}** comes first with **{share}** ({sure}) of what is explained. Together they "
        f"explain {whole} ({limits}) of the differences in {RATED.get(model['rated'], model['rated'])}.{weak}{todo}"
    )


def in_words(rows: pl.DataFrame) -> pl.DataFrame:
    """The drivers as a table, for taking along. rows: answer of `what_matters/drivers`."""
    return rows.select(
        Driver=named(),
        **{"Share of what is explained (LMG)": "share", "Low": "share_low", "High": "share_high"},
        **{"Importance (R2)": "importance", "Importance less chance": "adjusted"},
        **{"Relative weight (R2, Johnson)": "relative_weight", "Correlation": "correlation"},
        **{"Error from sampled orderings": "sampling_error", "How well we do (0 to 100)": "value"},
        Quadrant="quadrant",
        **{"In charge": pl.col("people_in_charge").list.join(", ")},
    )


def table(rows: pl.DataFrame, model: Mapping[str, Any]) -> None:
    """The most important drivers. rows: one model of `what_matters/drivers`."""
    reach = max(rows["share_high"].max() or 0, rows["share"].max() or 0, 0.01)
    whole = max(rows["relative_weight"].sum(), 1e-9)
    lines = [{"cells": _line(row, reach, whole, model)} for row in rows.head(MOST).iter_rows(named=True)]
    columns = [
        {"text": "Driver"},
        {"text": "", "align": "wide"},
        {"text": "Share", "sub": "LMG, 95%", "align": "right"},
        {"text": "By weights", "sub": "Johnson", "align": "right"},
        {"text": "We do", "sub": "0 to 100" if model["kind"] == "items" else "go without", "align": "right"},
        {"text": "So", "sub": "in charge"},
    ]
    go.follow(board(columns, lines, "What the outcome goes with most", "driver table"))


def _line(row: Mapping[str, Any], reach: float, whole: float, model: Mapping[str, Any]) -> list[Cell]:
    share, sure = words.estimate(row["share"], row["share_low"], row["share_high"], "share", most=0)
    place = {name: 100 * row[f"share{end}"] / reach for name, end in (("low", "_low"), ("at", ""), ("high", "_high"))}
    shape, tone, meaning = QUADRANTS[row["quadrant"]]
    unsure = "" if row["is_clear"] else " (not clear)"
    against = row["correlation"] is not None and (row["correlation"] < 0) == (model["kind"] == "items")
    name: Cell = {"head": True, "text": driver(row["driver"]), "sub": "goes the other way" if against else ""}
    if row["indicator_title"]:
        name |= {"pick": {"indicator": row["indicator"], "title": row["indicator_title"], "silo": "All silos"}}
        name |= {
            "href": go.address(row["indicator_title"], "All silos"),
            "label": f"{driver(row['driver'])}: its chart",
        }
    done = f"{row['value']:.0f}" if model["kind"] == "items" else words.value(row["value"] / 100, "share", short=True)
    if row["value"] is None:
        done = words.TOO_FEW_PEOPLE
    return [
        name,
        {"bar": {**place, "target": 100 * row["even_share"] / reach}, "tip": sure},
        {"text": share, "sub": sure, "align": "right"},
        {"text": words.value(row["relative_weight"] / whole, "share", short=True), "align": "right"},
        {"text": done, "align": "right"},
        {
            **{"text": f"{row['quadrant']}{unsure}", "sub": in_charge(row["people_in_charge"]), "shape": shape},
            **{"tone": tone, "tip": meaning},
        },
    ]


def quadrants(rows: pl.DataFrame, model: Mapping[str, Any]) -> None:
    """Importance against how well we do, with the four words."""
    show.chart(map_of(rows.drop_nulls("value"), model), "Importance against performance", _alt(rows), "quadrants")
    st.caption(
        "Up: a larger share of what is explained than if all were alike (line). Right: we do better than on average of "
        "these (line). A hollow mark: the interval of its share crosses the line, so its place is not clear."
    )


def _alt(rows: pl.DataFrame) -> str:
    said = [f"{driver(one['driver'])}: {one['quadrant']}" for one in rows.head(MOST).iter_rows(named=True)]
    return f"Importance against performance. {'; '.join(said)}"


SYMBOLS = {"fix first": "triangle-down", "keep it up": "triangle-up", "watch": "square", "leave as it is": "circle"}
CORNERS = {"fix first": (0, 1), "keep it up": (1, 1), "watch": (0, 0), "leave as it is": (1, 0)}


def _named(rows: pl.DataFrame) -> set[str]:
    """Drivers that are named on the map: the most important first, none whose name would lie over another's."""
    wide = 0.22 * max(rows["value"].max() - rows["value"].min(), 1)
    tall = 0.06 * rows["share"].max()
    found: dict[str, tuple[float, float]] = {}
    for one in rows.sort("share", descending=True).iter_rows(named=True):
        if one["quadrant"] not in ("fix first", "keep it up"):
            continue
        if all(abs(one["value"] - x) > wide or abs(one["share"] - y) > tall for x, y in found.values()):
            found[one["driver"]] = (one["value"], one["share"])
    return set(found)


def map_of(rows: pl.DataFrame, model: Mapping[str, Any]) -> Figure:
    """Drivers as points; only those that matter more than most are named, as far as there is room; others on hover."""
    data, named = [], _named(rows)
    for word, (_, tone, meaning) in QUADRANTS.items():
        some = rows.filter(quadrant=word)
        symbols = [SYMBOLS[word] + ("" if clear else "-open") for clear in some["is_clear"]]
        data.append(
            {
                **{
                    "type": "scatter",
                    "mode": "markers+text",
                    "x": some["value"].to_list(),
                    "y": some["share"].to_list(),
                },
                "text": [driver(one) if one in named else "" for one in some["driver"]],
                "textposition": "top center",
                "textfont": {"size": 12, "color": look.INK},
                "marker": {"symbol": symbols, "size": 11, "color": look.TONES[tone]},
                "customdata": [driver(one) for one in some["driver"]],
                "hovertemplate": f"<b>%{{customdata}}</b>: {word}<br>{meaning}<br>%{{y:.0%}}, %{{x:.0f}}"
                "<extra></extra>",
                "cliponaxis": False,
            }
        )
    even, middle = rows["even_share"][0], rows["even_value"][0]
    line = {"color": "#8696a7", "width": 1, "dash": "dot"}
    low, high = rows["value"].min(), rows["value"].max()
    room = max(high - low, 1) * 0.14
    frame = look.layout(
        360,
        xaxis=look.axis(
            title={"text": "How well we do" if model["kind"] == "items" else "% to whom it did not happen"},
            range=[low - room, high + room],
            showgrid=False,
        ),
        yaxis=look.axis(
            title={"text": "Share of what is explained"}, tickformat=".0%", range=[0, 1.22 * rows["share"].max()]
        ),
        shapes=[
            {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": even, "y1": even, "line": line},
            {"type": "line", "yref": "paper", "y0": 0, "y1": 1, "x0": middle, "x1": middle, "line": line},
        ],
        annotations=[
            note(
                word,
                **{"xref": "paper", "yref": "paper", "x": x, "y": y},
                xanchor="left" if not x else "right",
                yanchor="bottom" if not y else "top",
            )
            for word, (x, y) in CORNERS.items()
        ],
    )
    return {"data": data, "layout": frame}
