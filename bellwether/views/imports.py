"""The parts of the Data page: what came in, what was refused or quarantined and why, the contracts, the versions."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl
import streamlit as st

from bellwether import warehouse
from bellwether.settings import settings
from bellwether.views import current, fresh, history, plain, show, words

WHEN = st.column_config.DatetimeColumn(format="D MMM YYYY, HH:mm")
ROWS = st.column_config.NumberColumn(format="localized")
TIME_CODES = {"%Y": "2026", "%y": "26", "%m": "03", "%d": "31", "%H": "14", "%I": "02", "%M": "05", "%S": "59"}
TIME_CODES |= {
    "written as iso": "written as 2026-03-31 14:05:59",
    "%p": "PM",
    "%f": "123456",
    "%z": "+0200",
    "%b": "Mar",
    "%B": "March",
    "%T": "14:05:59",
}


def last_refresh(refused: pl.DataFrame) -> None:
    """How the last refresh ended, where it ended otherwise than well; and the files that were refused."""
    for name, said in warehouse.damaged(settings().warehouse).items():
        st.error(
            f"It {plain.literal(said)}. The newest whole version is shown instead. Refresh again: what was taken in "
            "is not lost.",
            title=f"Version {int(name.split('-')[0])} is damaged",
            icon=":material/broken_image:",
        )
    told = history.last_refresh(settings().warehouse)
    if told.get("stopped"):
        st.error(
            "\n".join(f"- {plain.literal(sentence)}" for sentence in told["stopped"])
            + f"\n\nVersion {current.number()} stays up. Mend the export or the contract, and refresh again.",
            title="The last refresh was not published",
            icon=":material/block:",
        )
    if refused.height:
        st.warning(
            "\n".join(f"- {plain.literal(sentence)}" for sentence in refused["said"]),
            title=f"{words.count(refused.height, 'file')} refused; all others came in",
            icon=":material/unpublished:",
        )


def headline(files: pl.DataFrame, sources: pl.DataFrame, contracts: pl.DataFrame, refused: pl.DataFrame) -> None:
    """The five figures of a steward's day."""
    read, accepted, held = (int(files[name].sum()) for name in ("read", "accepted", "quarantined"))
    broken = contracts.filter(~pl.col("kept")).height
    late = fresh.late(sources, fresh.now())
    with st.grid(5, min_column_width=170, gap="small"):
        _figure("Files taken in", words.count(files.height), f"{words.count(refused.height)} refused")
        _figure("Rows read", words.count(read), "accepted and quarantined together" if read == accepted + held else "")
        share = f"{words.value(held / read, 'share')} of the rows read" if held else "every row could be used"
        _figure("Rows in quarantine", words.count(held), share)
        rules = f"of {words.count(contracts.height, 'rule')}" if contracts.height else "no rule was checked"
        _figure("Contracts broken", words.count(broken), rules)
        _figure("Sources late", words.count(len(late)), _lateness(late, sources))


def _lateness(late: list[str], sources: pl.DataFrame) -> str:
    """Which sources are late, by name where they are few."""
    if not late:
        return f"of {words.count(sources.height, 'source')}, held against {_against(fresh.now())}"
    named = " and ".join(source_titles(pl.Series(late[:2])))
    return named if len(late) < 3 else f"{named}, and {len(late) - 2} more"


def _against(of: fresh.Now) -> str:
    return "the day on which the simulated company ends" if of.simulated else f"today, {words.day(of.day)}"


def _figure(label: str, value: str, note: str) -> None:
    with st.container(border=True, height="stretch", gap="xxsmall"):
        st.metric(label, value)
        st.caption(note)


def source_table(rows: pl.DataFrame) -> None:
    """One line a source: how fresh it is today, and how much of it was accepted."""
    of, every = fresh.now(), current.promised()
    told_fresh = [
        fresh.told(of.age(moment), every.get(source, ""), of)
        for source, moment in rows.select("source", "exported_at").iter_rows()
    ]
    told = rows.select(
        Source=pl.Series(source_titles(rows["source"]), dtype=pl.String),
        **{"Newest export taken": "exported_at", "Freshness": pl.Series(told_fresh, dtype=pl.String)},
        Files="files",
        **{"Rows read": "read", "Accepted": "accepted", "Quarantined": "quarantined"},
    )
    formats = {"Newest export taken": WHEN, "Rows read": ROWS, "Accepted": ROWS, "Quarantined": ROWS}
    show.heading(
        "Sources",
        told,
        "sources",
        f"Held against {_against(of)}, each source on its own. Late: two of the exports that it promises are missing, "
        f"or, where it promises none, it is more than {fresh.UNPROMISED_DAYS} days old.",
    )
    show.table(told, "Sources and their last import", "source table", formats)


def source_titles(ids: pl.Series) -> list[str]:
    """The titles of sources; a source that is gone keeps its id."""
    titles = current.source_titles()
    return [titles.get(name, name) for name in ids]


def file_table(rows: pl.DataFrame) -> None:
    """One line a file; read is accepted and quarantined together, or the line says that it isn't."""
    told = rows.select(
        File="file",
        Source=pl.Series(source_titles(rows["source"]), dtype=pl.String),
        State="state",
        **{"Export taken": "exported_at", "Rows read": "read", "Accepted": "accepted", "Quarantined": "quarantined"},
        **{"Adds up": pl.when("adds_up").then(pl.lit("✓ yes")).otherwise(pl.lit("✗ no"))},
    )
    formats = {"Export taken": WHEN, "Rows read": ROWS, "Accepted": ROWS, "Quarantined": ROWS}
    show.heading("Files", told, "files", "Rows read = rows accepted + rows quarantined, file by file")
    show.table(told, "Files and their rows", "file table", formats)


def quarantine(reasons: pl.DataFrame, rows: pl.DataFrame) -> None:
    """Why rows were not accepted, and the rows: file, line, column, value, reason; filtered to files and reasons."""
    if not reasons.height:
        st.success("Every row of every file was accepted.", icon=":material/check_circle:")
        return
    reasons, rows = (_worded(frame) for frame in (reasons, rows))
    why = reasons.select(
        File="file",
        Column="field",
        Reason="reason",
        Rows="rows",
        **{"First line": "first_line"},
    )
    show.heading("Reasons", why, "reasons")
    show.table(why, "Why rows are in quarantine", "reason table", {"Rows": ROWS})
    with st.container(horizontal=True, vertical_alignment="bottom"):
        files = st.multiselect("Files", _known(reasons, "file"), placeholder="All", key="file", bind="query-params")
        fields = st.multiselect(
            "Columns", _known(reasons, "field"), placeholder="All", key="field", bind="query-params"
        )
        causes = st.multiselect(
            "Reasons", _known(reasons, "reason"), placeholder="All", key="cause", bind="query-params"
        )
    kept = _kept(rows, {"file": files, "field": fields, "reason": causes})
    told = kept.select(File="file", Line="line", Column="field", Value="value", Reason="reason")
    show.heading(
        f"{words.count(told.height, 'row')} shown", told, "quarantine", "At most 200 of each file, column and reason"
    )
    show.table(told, "Rows in quarantine", "quarantine table", {"Line": st.column_config.NumberColumn(format="%d")})


def _worded(rows: pl.DataFrame) -> pl.DataFrame:
    """Reasons without the codes of a time format (`%d/%m/%Y` is said as `31/03/2026`), columns without gaps."""
    plain = pl.col("reason").str.replace_many(list(TIME_CODES), list(TIME_CODES.values()))
    return rows.with_columns(plain, pl.col("field").fill_null("whole row"))


def _known(rows: pl.DataFrame, name: str) -> list[str]:
    return rows[name].drop_nulls().unique(maintain_order=True).to_list()


def _kept(rows: pl.DataFrame, wanted: Mapping[str, list[str]]) -> pl.DataFrame:
    for name, values in wanted.items():
        if values:
            rows = rows.filter(pl.col(name).is_in(values))
    return rows


def contract_table(rows: pl.DataFrame, feeds: pl.DataFrame) -> None:
    """The contracts in plain words, the broken ones first; and what the feeds hold."""
    if rows.height:
        state = pl.when("kept").then(pl.lit("● kept")).otherwise(pl.lit("▼ broken"))
        told = rows.select(
            State=state, Feed="feed", Rule="sentence", Rows="rows", Breaches="breaches", Examples="examples"
        )
        show.heading("Contracts", told, "contracts", "What has been agreed about each feed, checked at every refresh")
        show.table(told, "Contract results", "contract table", {"Rows": ROWS, "Breaches": ROWS})
    else:
        st.info("No contract was checked for this version.", icon=":material/rule:")
    held = feeds.select(Feed="feed", Rows="rows", **{"First month": "first_month", "Last month": "last_month"})
    show.heading("Feeds", held, "feeds")
    show.table(held, "Rows of each feed", "feed table", {"Rows": ROWS})


def version_table(folder: Path) -> None:
    """The versions that are kept, and what changed between two of them."""
    rows = history.versions(folder)
    told = rows.select(Version="number", **{"Built (UTC)": "built_at"}, Files="files", Rows="rows")
    show.heading("Versions", told, "versions", "Each is complete and never changes; older ones are removed in time")
    show.table(told, "Kept versions", "version table", {"Built (UTC)": WHEN, "Rows": ROWS})
    if rows.height < 2:
        st.caption("There is one version so far. The next refresh that changes anything makes another to compare with.")
        return
    numbers = rows["number"].to_list()
    show.heading("What changed between two of them")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        new = st.selectbox("Version", numbers, 0, key="version", width=140, bind="query-params")
        old = st.selectbox("compared with", numbers, 1, key="before", width=140, bind="query-params")
    _between(folder, rows, old, new)


def _between(folder: Path, rows: pl.DataFrame, old: int, new: int) -> None:
    names = dict(rows.select("number", "version").iter_rows())
    first, second = (_manifest(folder, names[number]) for number in (old, new))
    told = history.told_between(first, second)
    st.markdown("\n".join(f"- {sentence}" for sentence in told) or "Neither files nor definitions changed.")
    table = history.feeds_between(first, second)
    show.table(
        table, f"Rows of each feed in version {old} and {new}", "between", dict.fromkeys(table.columns[1:], ROWS)
    )


def _manifest(folder: Path, name: str) -> dict[str, Any]:
    return warehouse.read_manifest(folder / "versions" / name)
