"""Amazon Connect: one contact record a phone call, nested as the platform writes it, one JSON object a line."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from bellwether.sample import dirt
from bellwether.sample.world import World, stamp, stream

ACCOUNT = "000000000000"
RECIPES = {
    "bad_date": dirt.replaced("InitiationTimestamp", dirt.BAD_DATES),
    "unknown_code": dirt.replaced("queue", ("TestQueue", "Old line", "Suport - Help line")),
    "missing_id": dirt.emptied("ContactId"),
    "negative_duration": dirt.replaced("talk", ("-33", "-600")),
    "closed_before_opened": dirt.swapped("InitiationTimestamp", "DisconnectTimestamp"),
}


def write(world: World, contacts: pl.DataFrame, folder: Path) -> tuple[dict[str, int], dict]:
    """A file a calendar year. Returns the rows written a file and the dirty rows by kind."""
    mine = contacts.filter(pl.col("tool") == "connect")
    year = mine.select(pl.from_epoch("at", time_unit="s").dt.year()).to_series()
    frame, counts = flat(world, mine).with_columns(year=year.cast(pl.String)), dirt.wanted(world, "connect")
    frame = dirt.soil(frame, counts, RECIPES, stream(world, "dirt connect"))
    rows = {}
    for each in frame["year"].unique().sort():
        name = f"amazon_connect_contacts_{each}.jsonl"
        part = nest(frame.filter(pl.col("year") == each))
        part.write_ndjson(folder / name)
        rows[name] = len(part)
    tear(folder / name, counts["bad_json"])
    rows[name] += counts["bad_json"]
    return rows, {"dirty": counts}


def tear(path: Path, count: int) -> None:
    """Append records that break off in the middle, as a full disk leaves them."""
    with path.open("r+", encoding="utf-8") as file:
        first = file.readline()
        file.seek(0, 2)
        file.writelines(f"{first[: 200 + number]}\n" for number in range(count))


def flat(world: World, mine: pl.DataFrame) -> pl.DataFrame:
    """The cells that differ from call to call, as text."""
    outbound = pl.col("initiated_by") == "company"
    connected = pl.when(pl.col("answered") >= 0).then(pl.col("answered")).otherwise(pl.col("at"))
    talk = (pl.col("handle") * 17 // 20).cast(pl.Int64)
    after = pl.col("handle") - talk
    promised = pl.when(pl.col("promised") >= 0).then(pl.from_epoch("promised", time_unit="s"))
    solved = pl.when(pl.col("promised") >= 0).then(pl.col("resolved")).otherwise(-1)
    last = pl.max_horizontal(connected + pl.col("handle"), pl.when(solved < world.end).then(solved).otherwise(-1))
    return mine.select(
        ContactId=pl.col("interaction_id"),
        InitiationMethod=pl.when(outbound).then(pl.lit("OUTBOUND")).otherwise(pl.lit("INBOUND")),
        InitiationTimestamp=stamp(world, pl.col("at")),
        enqueued=pl.when(~outbound).then(stamp(world, pl.col("at"))),
        connected=stamp(world, connected),
        DisconnectTimestamp=stamp(world, connected + talk),
        LastUpdateTimestamp=stamp(world, pl.min_horizontal(last + 60, pl.lit(world.end - 1))),
        wait=pl.when(~outbound).then(pl.col("wait")).cast(pl.String),
        talk=talk.cast(pl.String),
        after=after.cast(pl.String),
        agent=pl.col("agent"),
        queue=pl.concat_str(pl.col("silo"), pl.lit(" - "), pl.col("touchpoint")),
        transferred=pl.when(pl.col("transfers") > 0).then(stamp(world, connected + talk // 2)),
        customerId=pl.when(~pl.col("unknown")).then(pl.col("customer_id")),
        team=pl.col("team"),
        stage=pl.col("stage"),
        reason=pl.col("reason"),
        recognised=pl.col("recognised").cast(pl.String),
        switching=pl.col("switching"),
        transfers=pl.col("transfers").cast(pl.String),
        promisedAt=promised.dt.strftime("%Y-%m-%dT%H:%M:%SZ"),
        resolvedAt=stamp(world, solved),
        cost=pl.col("cost").cast(pl.String),
    )


def nest(flat_: pl.DataFrame) -> pl.DataFrame:
    """The record's own shape, without most of the keys that are always null; some stay, as explicit nulls."""
    null, whole = pl.lit(None, pl.String), pl.Int64
    agent = pl.struct(
        AfterContactWorkDuration=pl.col("after").cast(whole),
        AgentInteractionDuration=pl.col("talk").cast(whole),
        ConnectedToAgentTimestamp="connected",
        Username="agent",
    )
    attributes = pl.struct(
        "customerId",
        "team",
        "stage",
        "reason",
        "recognised",
        "switching",
        "transfers",
        "promisedAt",
        "resolvedAt",
        "cost",
    )
    queue = pl.struct(
        DequeueTimestamp=pl.when(pl.col("enqueued").is_not_null()).then(pl.col("connected")),
        Duration=pl.col("wait").cast(whole),
        EnqueueTimestamp="enqueued",
        Name="queue",
    )
    return flat_.select(
        AWSAccountId=pl.lit(ACCOUNT),
        Agent=agent,
        Attributes=attributes,
        Channel=pl.lit("VOICE"),
        ContactId="ContactId",
        DisconnectTimestamp="DisconnectTimestamp",
        InitialContactId=null,
        InitiationMethod="InitiationMethod",
        InitiationTimestamp="InitiationTimestamp",
        LastUpdateTimestamp="LastUpdateTimestamp",
        NextContactId=null,
        PreviousContactId=null,
        Queue=queue,
        TransferCompletedTimestamp="transferred",
        TransferredToEndpoint=null,
    )
