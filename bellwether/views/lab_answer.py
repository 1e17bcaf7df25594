"""What came of a question in the lab: rows, chart and plan, or a sentence on what to change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl
import streamlit as st

from bellwether.exploring import NEEDS, Drawing
from bellwether.lab.run import LIMITS, Answer
from bellwether.settings import FEWEST_PEOPLE
from bellwether.views import current, explore_charts, lab_save, plain, show, states, words
from bellwether.views.explore_reading import FEW, with_interval

TITLES = {
    "statement": "One SELECT can be asked, nothing else",
    "table": "This table can't be asked",
    "function": "This function can't be called here",
    "parameter": "This is not a filter",
    "form": "This can't be read as a question",
    "people": "This would show single people",
    "error": "The question can't be answered as it stands",
    "memory": "The question needed too much memory",
    "time": "The question took too long",
    "size": "The answer is too large",
    "busy": "Others are asking",
    "lost": "No answer came back",
}
ROWS, CHART, PLAN = "Rows", "Chart", "Plan"
CHARTS = {"line": "Line", "bar": "Bars", "scatter": "Points", "heat": "Heat map"}
UNITS = ("", "share", "score", "seconds", "count", "money")
COUNTS = ("people", "customers", "contacts", "n", "count", "observations", "responses", "answers")


def shown(text: str, bound: Mapping[str, Any], answer: Answer) -> None:
    """The answer, in the form that the reader has chosen."""
    if answer.rows is None:
        _refused(answer)
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        form = st.segmented_control(
            "Shown as", [ROWS, CHART, PLAN], default=ROWS, key="lab form", label_visibility="collapsed", required=True
        )
        st.caption(_about(answer), width="stretch")
        if answer.rows.height:
            show.download(answer.rows, "Lab answer")
        wanted = _wanted(answer.rows)
        if not answer.customers:
            lab_save.button(text, wanted, answer.rows)
    lab_save.told(text)
    if form == PLAN:
        _plan(answer)
    elif not answer.rows.height:
        _none(answer)
    elif form == CHART:
        _chart(answer.rows, wanted)
    else:
        _rows(answer.rows)


def _refused(answer: Answer) -> None:
    line = f"Line {answer.line}: " if answer.line > 1 else ""
    st.error(plain.literal(f"{line}{answer.said}"), title=TITLES.get(answer.kind, ""), icon=":material/block:")


def _about(answer: Answer) -> str:
    """How much there is, how long it took, and what is not shown."""
    told = [words.count(answer.rows.height, "row")]
    if answer.cut:
        told = [f"the first {LIMITS.rows:,} rows; the rest is cut off"]
    told.append(f"{answer.milliseconds / 1000:.1f} s")
    if answer.left_out:
        told.append(f"{words.count(answer.left_out, 'group')} of fewer than five people left out")
    elif answer.people:
        told.append("groups of fewer than five people are left out")
    if answer.customers:
        told.append("single customers: logged")
    return " · ".join(told)


def _none(answer: Answer) -> None:
    if answer.left_out:
        states.too_few("every group", f"Group more coarsely: each group needs {FEWEST_PEOPLE} different people.")
    else:
        states.no_rows("Nothing was found")


def _rows(rows: pl.DataFrame) -> None:
    # No format at all for the others: a column whose format is none is hidden.
    numbers = {name: told for name, kind in rows.schema.items() if (told := _format(kind))}
    flat = rows.with_columns(
        pl.col(name).map_elements(str, return_dtype=pl.String)
        for name, kind in rows.schema.items()
        if isinstance(kind, (pl.Struct, pl.Array))
    )
    height = 38 + 35 * min(rows.height, 11)
    show.table(flat, f"The answer: {words.count(rows.height, 'row')}", "lab rows", numbers, height)


def _format(kind: pl.DataType) -> Any:
    if kind == pl.Date:
        return st.column_config.DateColumn(format="YYYY-MM-DD")
    return st.column_config.NumberColumn(format="localized") if kind.is_numeric() else None


@dataclass(frozen=True)
class _Columns:
    """The columns of an answer, by what they can be in a chart."""

    times: list[str]
    texts: list[str]
    numbers: list[str]

    @classmethod
    def of(cls, rows: pl.DataFrame) -> _Columns:
        kinds = rows.schema.items()
        return cls(
            [name for name, kind in kinds if kind.is_temporal()],
            [name for name, kind in kinds if kind == pl.String],
            [name for name, kind in kinds if kind.is_numeric()],
        )

    @property
    def count(self) -> str:
        return next((name for name in self.numbers if name.lower() in COUNTS), "")

    @property
    def figure(self) -> str:
        return next((name for name in self.numbers if name != self.count), self.count)


def _wanted(rows: pl.DataFrame) -> Drawing | None:
    """The chart as chosen, or as the columns suggest; None where there is no figure, or nothing to draw it along."""
    columns = _Columns.of(rows)
    along = [*columns.times, *columns.texts]
    if not columns.numbers or not (along or len(columns.numbers) > 1):
        return None
    held = st.session_state
    chart = held.get("lab chart", "line" if columns.times else "bar" if columns.texts else "scatter")
    x = _kept(held.get("lab x"), rows, (*along, *columns.numbers)[0])
    y = _kept(held.get("lab y"), rows, columns.figure)
    rest = [name for name in along if name != x]
    colour = _kept(held.get("lab colour"), rows, rest[0] if rest and chart in ("line", "bar") else "")
    if chart == "heat":
        x, y, colour = x, rest[0] if rest else x, y
    count = columns.count or columns.figure
    return Drawing(chart, x=x, y=y, colour=colour, count=count, unit=held.get("lab unit", ""))


def _kept(name: str | None, rows: pl.DataFrame, otherwise: str) -> str:
    return name if name == "" or name in rows.columns else otherwise


def _chart(rows: pl.DataFrame, wanted: Drawing | None) -> None:
    if wanted is None:
        st.info(
            "A chart needs a column of numbers, and one to draw it along: a week, a silo, a channel.",
            title="There is nothing to draw",
            icon=":material/bar_chart_off:",
        )
        return
    left, right = st.columns([16, 84], gap="medium")
    with left:
        _choices(rows, wanted)
    with right:
        missing = [key for key in NEEDS[wanted.chart] if not getattr(wanted, key)]
        drawn = None if missing else _figure(rows, wanted)
        if drawn is None:
            states.no_rows("Nothing can be drawn")
            return
        show.chart(drawn, "Lab answer", f"{CHARTS[wanted.chart]}: {words.count(rows.height, 'row')}", "lab figure")


def _figure(rows: pl.DataFrame, wanted: Drawing):
    marked = rows if FEW in rows.columns else rows.with_columns(pl.lit(False).alias(FEW))
    shares = wanted.unit == "share" and wanted.count != wanted.value
    ready = with_interval(marked, wanted) if shares else marked
    return explore_charts.figure(ready, wanted, current.manifest()["company"]["currency"])


def _choices(rows: pl.DataFrame, wanted: Drawing) -> None:
    """What is drawn, along what, in which colours."""
    columns = _Columns.of(rows)
    names = list(rows.columns)
    along, up, by = (
        (wanted.x, wanted.colour, wanted.y) if wanted.chart == "heat" else (wanted.x, wanted.y, wanted.colour)
    )
    with st.container(gap="xsmall"):
        _pick("Chart", list(CHARTS), wanted.chart, "lab chart", CHARTS.get)
        _pick("Along", names, along, "lab x")
        _pick("Figure", columns.numbers, up, "lab y")
        if wanted.chart != "heat":
            _pick("Colour", ["", *columns.texts], by, "lab colour", lambda name: name or "None")
        _pick("Unit", list(UNITS), wanted.unit, "lab unit", lambda name: name or "None")


def _pick(label: str, options: list[str], now: str, key: str, said=str) -> None:
    """A choice that is kept while the chart is not on screen."""
    held = f"{key} shown"

    def keep() -> None:
        st.session_state[key] = st.session_state[held]

    index = options.index(now) if now in options else 0
    st.selectbox(label, options, index, format_func=said, key=held, on_change=keep)


def _plan(answer: Answer) -> None:
    """What the database does, from the last step down to the tables that it reads."""
    lines = [
        f"{'    ' * step['depth']}{step['name'].replace('_', ' ').lower()}{_more(step['more'])}" for step in answer.plan
    ]
    st.code("\n".join(lines), language=None, wrap_lines=False, height=min(420, 40 + 22 * len(lines)))
    st.caption("Read from the bottom: each step takes the rows of those below it. Numbers of rows are expected ones.")


def _more(told: Mapping[str, Any]) -> str:
    kept = next((told[key] for key in ("Table", "Text", "Conditions", "Groups", "Order By") if key in told), "")
    named = ", ".join(kept) if isinstance(kept, list) else str(kept)
    rows = told.get("Estimated Cardinality")
    expected = f"about {int(rows):,} rows" if str(rows or "").isdigit() else ""
    return "".join(f" · {part}" for part in (named.removeprefix("marts.main."), expected) if part)
