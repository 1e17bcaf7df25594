"""Qualtrics: the response export with its three header rows, and the history of the e-mailed invitations."""

from __future__ import annotations

import json
import string
from pathlib import Path

import numpy as np
import polars as pl

from bellwether.sample import dirt
from bellwether.sample.world import World, stamp, stream

SURVEYS = {"relationship": "SV_3vlRelation00001", "contact": "SV_8vlContact000001"}
# column: (question text of the second header row, import id of the third)
STANDARD = {
    "StartDate": ("Start Date", "startDate"),
    "EndDate": ("End Date", "endDate"),
    "Status": ("Response Type", "status"),
    "IPAddress": ("IP Address", "ipAddress"),
    "Progress": ("Progress", "progress"),
    "Duration (in seconds)": ("Duration (in seconds)", "duration"),
    "Finished": ("Finished", "finished"),
    "RecordedDate": ("Recorded Date", "recordedDate"),
    "ResponseId": ("Response ID", "_recordId"),
    "RecipientLastName": ("Recipient Last Name", "recipientLastName"),
    "RecipientFirstName": ("Recipient First Name", "recipientFirstName"),
    "RecipientEmail": ("Recipient Email", "recipientEmail"),
    "ExternalReference": ("External Data Reference", "externalDataReference"),
    "LocationLatitude": ("Location Latitude", "locationLatitude"),
    "LocationLongitude": ("Location Longitude", "locationLongitude"),
    "DistributionChannel": ("Distribution Channel", "distributionChannel"),
    "UserLanguage": ("User Language", "userLanguage"),
}
QUESTIONS = {
    "nps": ("Q1_NPS", "How likely are you to recommend Veldlicht to a friend or colleague?", "QID1"),
    "csat": ("Q2_CSAT", "How satisfied are you with this contact, overall?", "QID2"),
    "ces": ("Q3_CES", "Veldlicht made it easy for me to handle my issue.", "QID3"),
    "understood": ("Q4_1", "Thinking of Veldlicht - I felt understood.", "QID4_1"),
    "respected": ("Q4_2", "Thinking of Veldlicht - I was treated with respect.", "QID4_2"),
    "valued": ("Q4_3", "Thinking of Veldlicht - I felt valued as a customer.", "QID4_3"),
    "empathy": ("Q4_4", "Thinking of Veldlicht - They put themselves in my place.", "QID4_4"),
    "surprised": ("Q4_5", "Thinking of Veldlicht - They pleasantly surprised me.", "QID4_5"),
    "comment": ("Q5", "What would you like to tell us, in your own words?", "QID5_TEXT"),
}
EMBEDDED = ("survey", "customer_id", "silo", "touchpoint", "stage", "channel", "interaction_id", "InvitationSentAt")
ZONED = ("StartDate", "EndDate", "RecordedDate")
RECIPES = {
    "bad_date": dirt.replaced("RecordedDate", dirt.BAD_DATES),
    "out_of_range": dirt.replaced("Q4_1", ("0", "9", "77")),
    "missing_id": dirt.emptied("ResponseId"),
    "closed_before_opened": dirt.swapped("StartDate", "EndDate"),
    "preview": dirt.replaced("Status", ("Survey Preview",)),
    "spam": dirt.replaced("Status", ("Spam",)),
}
SENT_RECIPES = {"bad_date": dirt.replaced("sentAt", dirt.BAD_DATES), "missing_id": dirt.emptied("contactId")}


def write(world: World, asked: pl.DataFrame, folder: Path) -> tuple[dict[str, int], dict]:
    """Both files. `asked` carries customer_id, name and email. Returns the rows written a file, and the dirty rows."""
    asked = named(world, asked)
    answers = responses(world, asked.filter("answers").sort("finished", "invitation"))
    counts, sent_counts = dirt.wanted(world, "responses"), dirt.wanted(world, "invitations")
    answers = dirt.soil(answers, counts, RECIPES, stream(world, "dirt responses"))
    sent = dirt.soil(history(world, asked), sent_counts, SENT_RECIPES, stream(world, "dirt invitations"))
    rows = {
        "qualtrics_responses.csv": dirt.write_csv(
            answers, folder / "qualtrics_responses.csv", counts["wrong_cells"], header(world)
        ),
        "qualtrics_distribution_history.csv": dirt.write_csv(
            sent, folder / "qualtrics_distribution_history.csv", sent_counts["wrong_cells"]
        ),
    }
    return rows, {"responses": counts, "invitations": sent_counts}


def named(world: World, asked: pl.DataFrame) -> pl.DataFrame:
    """Ids in the tool's own style."""
    rng, letters = stream(world, "qualtrics ids"), np.array(list(string.ascii_letters + string.digits))
    drawn = letters[rng.integers(0, len(letters), (len(asked), 12))]
    ids = [f"R_{''.join(row)}{number:x}" for number, row in enumerate(drawn)]
    return asked.with_columns(response_id=pl.Series(ids))


def header(world: World) -> str:
    """Column names, question texts, and import ids as JSON: the dates' one names the zone."""
    zone = world.truth["company"]["zone"]
    names = [*STANDARD, *(name for name, _, _ in QUESTIONS.values()), *EMBEDDED]
    texts = [*(text for text, _ in STANDARD.values()), *(text for _, text, _ in QUESTIONS.values()), *EMBEDDED]
    ids = [*(found for _, found in STANDARD.values()), *(found for _, _, found in QUESTIONS.values()), *EMBEDDED]
    zones = [{"timeZone": zone} if name in ZONED else {} for name in names]
    keys = [{"ImportId": found} | zoned for found, zoned in zip(ids, zones, strict=True)]
    rows = (names, texts, [json.dumps(key, separators=(",", ":")) for key in keys])
    return "".join(",".join(quoted(cell) for cell in row) + "\n" for row in rows)


def quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"' if any(mark in cell for mark in ',"\n') else cell


def responses(world: World, answers: pl.DataFrame) -> pl.DataFrame:
    """All text; local times of the stated zone."""

    def local(name: str) -> pl.Expr:
        zoned = pl.from_epoch(name, time_unit="s").dt.replace_time_zone("UTC")
        return zoned.dt.convert_time_zone(world.truth["company"]["zone"]).dt.strftime("%Y-%m-%d %H:%M:%S")

    null, name = pl.lit(None), pl.col("name").str.split(" ")
    columns = {
        "StartDate": local("began"),
        "EndDate": local("finished"),
        "Status": pl.lit("IP Address"),
        "IPAddress": null,
        "Progress": pl.lit("100"),
        "Duration (in seconds)": pl.col("finished") - pl.col("began"),
        "Finished": pl.lit("True"),
        "RecordedDate": local("finished"),
        "ResponseId": pl.col("response_id"),
        "RecipientLastName": name.list.last(),
        "RecipientFirstName": name.list.first(),
        "RecipientEmail": pl.col("email"),
        "ExternalReference": pl.col("customer_id"),
        "LocationLatitude": null,
        "LocationLongitude": null,
        "DistributionChannel": pl.lit("email"),
        "UserLanguage": pl.lit("NL"),
        **{column: pl.col(item) for item, (column, _, _) in QUESTIONS.items()},
        **{name: pl.col(name) for name in EMBEDDED[:-1]},
        "InvitationSentAt": stamp(world, pl.col("sent")),
    }
    return answers.select(expression.cast(pl.String).alias(name) for name, expression in columns.items())


def history(world: World, asked: pl.DataFrame) -> pl.DataFrame:
    """One row an invitation, answered or not; the answered ones name their response."""
    draw = pl.Series(stream(world, "bounces").random(len(asked)))
    unseen = pl.when(draw < 0.02).then(pl.lit("HardBounce")).otherwise(pl.lit("Success"))
    seen = pl.when(draw < 0.05).then(pl.lit("SurveyStarted")).otherwise(pl.lit("Opened"))
    status = pl.when("answers").then(pl.lit("SurveyFinished")).when(pl.col("opened") >= 0).then(seen).otherwise(unseen)
    sent_on = pl.from_epoch("sent", time_unit="s").dt.strftime("%y%m%d")
    null, survey = pl.lit(None), pl.col("survey").replace_strict(SURVEYS, return_dtype=pl.String)
    columns = {
        "contactId": pl.format("CID_{}", pl.col("invitation") + 1),
        "contactLookupId": pl.format("CGC_{}", "customer"),
        "distributionId": pl.format("EMD_{}{}", survey.str.slice(3, 8), sent_on),
        "status": status,
        "surveyLink": pl.format("https://q.example/{}", survey),
        "contactFrequencyRuleId": null,
        "responseId": pl.when("answers").then(pl.col("response_id")),
        "responseCompletedAt": stamp(world, pl.col("finished")),
        "sentAt": stamp(world, pl.col("sent")),
        "openedAt": stamp(world, pl.col("opened")),
        "responseStartedAt": stamp(world, pl.col("began")),
        "surveySessionId": null,
        "externalDataReference": pl.col("customer_id"),
        **{name: pl.col(name) for name in EMBEDDED if name not in ("customer_id", "InvitationSentAt")},
    }
    return asked.select(expression.cast(pl.String).alias(name) for name, expression in columns.items())
