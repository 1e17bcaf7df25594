"""Veldlicht, a simulated company with known truth: home broadband and energy, eight silos, three years of exports."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import polars as pl

from bellwether.sample import (
    attachment,
    billing,
    calls,
    contacts,
    customers,
    episodes,
    ledgers,
    loyalty,
    qualtrics,
    realised,
    sessions,
    surveys,
    tickets,
    world,
)

TOOLS = {"phone": "connect", "app": "sessions", "web": "sessions"}


def write(
    folder: Path, customers: int = 20_000, years: int = 3, seed: int = 1, truth: Path | None = None
) -> dict[str, int]:
    """Write the company's exports into `folder` (made if absent); returns the data rows written to each file.

    `truth` names a JSON file for what came true: leads, impostors, step, season, response, hand-offs, dirty rows.
    The same arguments give the same bytes. Planted numbers come from data/sample/truth.toml. Raises ValueError for
    fewer than 100 customers or less than a year. Don't judge the evidence by a company of fewer than about 10,000.
    """
    made = world.make(customers, years, seed)
    folder.mkdir(parents=True, exist_ok=True)
    people, met, lives = simulate(made)
    asked = surveys.make(made, people, met, lives).join(
        people.select("customer", "customer_id", "name", "email"), on="customer", how="left", maintain_order="left"
    )
    found = billing.events(made, people, lives)
    felt = attachment.make(made, people, lives)
    rows, dirty = {}, {}
    for tool, (written, said) in {
        "zendesk": tickets.write(made, met, folder),
        "connect": calls.write(made, met, folder),
        "sessions": sessions.write(made, met, folder),
        "qualtrics": qualtrics.write(made, asked, folder),
        "billing": billing.write(made, found, people, folder),
        "customers": ledgers.write_customers(made, people, lives, folder),
    }.items():
        rows |= written
        dirty[tool] = said
    rows |= ledgers.write_investments(made, folder) | attachment.write(made, people, felt, folder)
    if truth:
        came_true = realised.describe(made, people, met, lives, asked, found, dirty, rows)
        came_true |= realised.relationship(made, people, met, lives, asked, felt, found)
        truth.write_text(json.dumps(came_true, indent=1) + "\n", encoding="utf-8")
    return rows


def simulate(made: world.World) -> tuple[pl.DataFrame, pl.DataFrame, loyalty.Lives]:
    """The customers, the contacts they really had inside the sample (with ids, names, agents), and how they fared."""
    people = ledgers.names(made, customers.make(made))
    met = contacts.make(made, people, episodes.make(made, people)).filter(pl.col("at") < made.end)
    lives = loyalty.live(made, people, met)
    met = loyalty.present(people, met, lives).filter(pl.col("at") >= made.start)
    known = people.select("customer", "customer_id", "name", "email", "priority")
    met = met.sort("at", "episode", maintain_order=True).join(known, on="customer", how="left", maintain_order="left")
    return people, identify(made, met), lives


def identify(made: world.World, met: pl.DataFrame) -> pl.DataFrame:
    """The tool that holds each contact, its id there in that tool's style, and the agent."""
    rng, number = world.stream(made, "ids"), np.arange(len(met))
    tool = met["channel"].replace_strict(TOOLS, default="zendesk", return_dtype=pl.String)
    hexes = [f"{high:016x}{low:016x}" for high, low in rng.integers(0, 2**63, (len(met), 2))]
    styles = {
        "zendesk": [str(400_000 + each) for each in number],
        "connect": [f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}" for text in hexes],
        "sessions": [f"ses-{each:08d}" for each in number],
    }
    ids = np.select([(tool == name).to_numpy() for name in styles], [np.array(made_) for made_ in styles.values()], "")
    desk = met["team"].str.to_lowercase().str.replace_all(" ", "-")
    return met.with_columns(
        tool=tool,
        interaction_id=pl.Series(ids),
        agent=desk + "-" + pl.Series(rng.integers(1, 10, len(met))).cast(pl.String),
    )
