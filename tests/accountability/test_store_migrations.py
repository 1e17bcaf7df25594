"""The schema goes up and down with the data in it, on a store of any age, also when several open it at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from stores import disagreements, opened, raw, started

from bellwether.accountability import (
    StoreError,
    commitments,
    events,
    migrate,
    owners,
    recoveries,
    reviews,
    standards,
    talk,
)
from bellwether.accountability.store import move_schema, reading, writing
from bellwether.accountability.tables import METADATA

OLDER = ("silos", "owners", "standards", "agreements", "commitments", "events")


def filled(store) -> None:
    one = started(store, cost=12.5, title="Zoë's plan — 客户")
    owners.lead(store, "Billing", leader="Yara", seen=0, by="Ann")
    owners.own(store, "effort", "Billing", owner="Pim", seen=0, by="Ann")
    standards.set_standard(store, "effort", target=0.5, monthly={"2026-12": 0.7}, seen=0, by="Ann")
    standards.agree(store, "effort", "Billing", agreed_by="Yara", terms=1, by="Ann")
    talk.comment(store, one.id, "So be it.", by="Bob")
    talk.attach(store, one.id, "https://example.org", by="Bob")
    review = reviews.open_review(store, by="Ann")
    reviews.decide(store, review.id, "overdue", sentence="Late.", decision="Wait.", by="Ann")
    recoveries.assign(store, "complaint/tickets/7", to="Yara", due="2026-05-09", seen=0, by="Ann")
    recoveries.resolve(store, "complaint/tickets/7", outcome="made good", words="A cake — 蛋糕", seen=1, by="Yara")


def held(url: str, tables) -> dict:
    return {table: sorted(raw(url, table), key=str) for table in tables}


def seen(store) -> tuple:
    one = commitments.commitments(store)
    said = talk.comments(store), talk.links(store)
    return one, owners.owners(store), *said, reviews.decisions(store), recoveries.recoveries(store)


def test_down_and_up_again_nothing_is_lost(bare):
    store = opened(bare)
    filled(store)
    before, pages = held(bare, OLDER), seen(store)
    store.close()
    move_schema(bare, "0001")
    assert held(bare, OLDER) == before, "the older schema holds all that it can"
    with pytest.raises(Exception, match=r"comments"):
        raw(bare, "comments")
    again = opened(bare)  # opening brings it up
    assert seen(again) == pages
    assert events.differences(again) == ()
    assert disagreements(bare) == []
    again.close()


def test_one_step_down_only_recoveries_are_put_away(bare):
    store = opened(bare)
    filled(store)
    before, kept = seen(store), held(bare, [*OLDER, "comments", "links", "reviews", "decisions"])
    store.close()
    move_schema(bare, "0002")
    assert held(bare, kept) == kept
    with pytest.raises(Exception, match=r"recoveries"):
        raw(bare, "recoveries")
    again = opened(bare)
    assert seen(again) == before and len(before[-1]) == 1
    again.close()


def test_an_older_store_that_was_written_to_comes_up_with_its_data(bare):
    move_schema(bare, "0001")
    store = opened(bare)
    filled(store)
    assert len(talk.comments(store)) == 1
    assert disagreements(bare) == []
    store.close()


def test_the_tables_are_what_the_migrations_make(bare):
    store = opened(bare)
    with reading(store) as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []
    store.close()


def test_opening_knows_the_newest_schema():
    config = Config()
    config.set_main_option("script_location", str(migrate.FOLDER))
    steps = list(ScriptDirectory.from_config(config).walk_revisions())
    assert tuple(step.revision for step in reversed(steps)) == migrate.REVISIONS


def test_many_open_a_new_store_at_once(bare):
    with ThreadPoolExecutor(8) as pool:
        stores = list(pool.map(lambda _: opened(bare), range(8)))
    assert [store.revision() for store in stores] == [0] * 8
    for store in stores:
        store.close()


def test_a_newer_schema_is_left_alone(bare):
    store = opened(bare)
    filled(store)
    with writing(store, "Ann") as tx:
        tx.connection.execute(sa.text("update alembic_version set version_num = '9999'"))
    store.close()
    before = held(bare, OLDER)
    with pytest.raises(StoreError, match='has schema "9999", and this version of Bellwether knows those up to 0004'):
        opened(bare)
    assert held(bare, OLDER) == before


def test_a_step_that_fails_changes_nothing(bare, monkeypatch):
    store = opened(bare)
    filled(store)
    store.close()
    move_schema(bare, "0001")
    before = held(bare, OLDER)

    def fail(connection):
        raise RuntimeError("power cut")

    with monkeypatch.context() as patch:
        patch.setattr(migrate.replay, "rebuild_in", fail)
        with pytest.raises(RuntimeError):
            opened(bare)
    assert held(bare, OLDER) == before
    again = opened(bare)
    assert len(talk.comments(again)) == 1
    again.close()


def test_there_is_no_way_below_the_events(bare):
    with pytest.raises(StoreError, match='There is no schema "base": choose one of 0001, 0002, 0003, 0004'):
        move_schema(bare, "base")
