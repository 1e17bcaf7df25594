"""From typed rows to feeds: whole records or none, the last of repeats, promises kept, errors that name the line."""

from __future__ import annotations

import pytest
from desk import bring, named, plain, real

from bellwether.exports import recognise
from bellwether.readers import Refused
from bellwether.sql import QueryError

BASKETS = """
-- feed: loyalty
select
    basket as event_id,
    any_value(customer) as customer_id,
    min(moment) as occurred_at,
    'purchase' as kind,
    sum(amount) as amount,
    min(source_line) as source_line,
from export
group by basket
"""
BASKET_HEADER = "recognise: basket, customer\nrequired: customer\ntime: moment\nnumber: amount\nfold: basket"


@pytest.fixture
def write(tmp_path):
    def of(text: str, name: str = "one.csv"):
        file = tmp_path / name
        file.write_text(text)
        return file

    return of


def test_a_record_of_several_rows_is_taken_whole_or_not_at_all(tmp_path, write):
    file = write(
        "basket,customer,moment,amount\n"
        "b1,k1,2026-01-01,1\n"
        "b2,k1,2026-01-01,2\n"
        "b1,k1,2026-01-01,4\n"
        "b2,k1,2026-01-01,lots\n"
        "b3,k2,2026-01-02,8\n"
        ",k2,2026-01-02,16\n"
    )
    brought = bring(tmp_path, file, plain(tmp_path, BASKET_HEADER, BASKETS))
    assert [(row["event_id"], float(row["amount"]), row["source_line"]) for row in brought.rows("loyalty")] == [
        ("b1", 5.0, 2),
        ("b3", 8.0, 6),
    ]
    assert brought.reasons() == {
        3: "belongs to the same basket as line 5, which can't be used",
        5: "amount is not a number written as 1234.56",
        7: "basket is empty",
    }


def test_a_broken_promise_takes_all_rows_of_its_record_along(tmp_path, write):
    file = write("basket,customer,moment,amount\nb1,k1,,1\nb1,k1,,4\nb2,k1,2026-01-01,2\nb3,k1,2026-01-01,2\n")
    brought = bring(tmp_path, file, plain(tmp_path, BASKET_HEADER, BASKETS))
    assert [row["event_id"] for row in brought.rows("loyalty")] == ["b2", "b3"]
    broken = "occurred_at breaks the promise of loyalty: occurred_at is filled"
    assert brought.reasons() == dict.fromkeys([2, 3], broken)


CONTACTS = """
-- feed: interactions
select
    id as interaction_id, who as customer_id, 'Support' as silo, 'desk' as touchpoint, 'phone' as channel, how as mode,
    moment as started_at, seconds as handle_seconds, price as cost, reason, source_line,
from export

-- feed: comments
select id as comment_id, reason as text, source_line from export where reason is not null
"""
CONTACT_HEADER = "recognise: id, who\ntext: how, reason\ntime: moment\nnumber: seconds, price"
CONTACT_NAMES = "id,who,how,moment,seconds,price,reason\n"


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("b,k,telepathy,2026-01-01,1,1,x", "mode breaks the promise of interactions: mode is one of digital, human"),
        ("b,k,human,2026-01-01,-5,1,x", "handle_seconds breaks the promise of interactions: handle_seconds lies"),
        ("b,k,human,,1,1,x", "started_at breaks the promise of interactions: started_at is filled"),
        (",k,human,2026-01-01,1,1,x", "interaction_id breaks the promise of interactions: interaction_id is filled"),
        ("b,k,human,2026-01-01,1,1e40,x", "cost is more than the feed interactions can hold"),
        ("c,k,human,2026-01-01,1,1,x", "interaction_id stands again in line 4 of the same file"),
    ],
)
def test_a_row_that_breaks_a_promise_leaves_every_feed(tmp_path, write, row, reason):
    good = "c,k,human,2026-01-02,1,1,y\nd,k,human,2026-01-02,1,1,\n"
    file = write(f"{CONTACT_NAMES}a,k,human,2026-01-01,1,1,x\n{row}\n{good}")
    brought = bring(tmp_path, file, plain(tmp_path, CONTACT_HEADER, CONTACTS))
    assert [row["interaction_id"] for row in brought.rows("interactions")] == ["a", "c", "d"]
    assert [row["comment_id"] for row in brought.rows()] == ["a", "c"]
    (line, said), *others = brought.reasons().items()
    assert (line, others) == (3, [])
    assert said.startswith(reason)
    assert '"who":"k"' in brought.quarantine()[0]["record"]


def test_two_statements_may_fill_one_feed(tmp_path, write):
    body = "".join(
        f"\n-- feed: comments\nselect id || '{which}' as comment_id, '{which}' as text, source_line from export\n"
        for which in "xy"
    )
    brought = bring(tmp_path, write("id\na\nb\n", "one.csv"), plain(tmp_path, "recognise: id", body))
    assert sorted(row["comment_id"] for row in brought.rows()) == ["ax", "ay", "bx", "by"]
    assert brought.done.rows == {"comments": {"all": 4}}


def test_what_is_left_out_on_purpose_is_counted_and_says_nothing_against_the_file(tmp_path, write):
    header = "recognise: id\nrefuse: status = 'Spam' because the tool marked it as spam\ntext: status"
    brought = bring(tmp_path, write("id,status\na,Spam\nb,Spam\nc,ok\n"), plain(tmp_path, header))
    assert brought.reasons() == dict.fromkeys([2, 3], "left out: the tool marked it as spam")
    assert (brought.done.read, brought.done.accepted, brought.done.quarantined) == (3, 1, 2)


def test_a_file_that_is_mostly_bad_is_refused_with_its_commonest_fault(tmp_path, write):
    file = write("id,n\na,1\nb,x\nc,y\nd,z\n")
    with pytest.raises(Refused) as raised:
        bring(tmp_path, file, plain(tmp_path, "recognise: id\nnumber: n"))
    assert str(raised.value) == (
        'has 3 rows of 4 that can\'t be used (more than 50%); most often "n" is not a number written as 1234.56, '
        'as in line 3: "x". Mend the export, or the header of plain.'
    )
    assert list((tmp_path / "imports").iterdir()) == []


def test_a_column_may_be_missing_only_where_the_source_says_so(tmp_path, write):
    file = write("id\na\n")
    with pytest.raises(Refused, match="lacks the column n, which plain needs"):
        bring(tmp_path, file, plain(tmp_path, "recognise: id\nnumber: n"))
    brought = bring(tmp_path, file, plain(tmp_path, "recognise: id\nnumber: n\noptional: n, note", name="lenient"))
    assert brought.cells()[2] == {"source_line": 2, "id": "a", "n": None, "note": None}


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (
            "select id as comment_id, id as txt, source_line from export",
            'line 7: "txt" is not a .* Did you mean "text"',
        ),
        ("select id as comment_id, id as text from export", 'line 7: gives no "source_line"'),
        ("select id as comment_id, id as text, source_line from exports", "line 7: does not fill the feed comments"),
        ("select id as comment_id, (id || 'x')::integer as text, source_line from export", "line 7: does not fill"),
    ],
)
def test_a_body_that_does_not_fill_its_feed_is_named_with_its_line(tmp_path, write, body, said):
    source = plain(tmp_path, "recognise: id", f"\n-- feed: comments\n{body}\n")
    with pytest.raises(QueryError, match=f"queries/sources/plain.sql, {said}"):
        bring(tmp_path, write("id\na\n"), source)


def test_a_condition_without_a_reason_or_sense_is_named(tmp_path, write):
    for line, said in [("refuse: id = 'a'", "gives no reason"), ("refuse: idd = 'a' because it is", "does not fit")]:
        with pytest.raises(QueryError, match=said):
            bring(tmp_path, write("id\na\nb\nc\n"), plain(tmp_path, f"recognise: id\n{line}"))


def test_an_import_is_made_once_and_again_when_anything_changes(tmp_path, write):
    file, header = write("id,n\na,1\nb,2\n"), "recognise: id\nnumber: n"
    first = bring(tmp_path, file, plain(tmp_path, header))
    made = (first.home / "import.json").stat().st_mtime_ns
    again = bring(tmp_path, file, plain(tmp_path, header))
    assert (again.done, (again.home / "import.json").stat().st_mtime_ns) == (first.done, made)
    assert bring(tmp_path, file, plain(tmp_path, header + "\nnulls: a", name="other")).done.key != first.done.key
    write("id,n\na,1\nb,3\n")
    assert bring(tmp_path, file, plain(tmp_path, header)).done.key != first.done.key


def test_an_import_that_fails_leaves_nothing_behind(tmp_path, write):
    with pytest.raises(Refused):
        bring(tmp_path, write('id\na\n"b\n'), plain(tmp_path, "recognise: id"))
    assert list((tmp_path / "imports").iterdir()) == []


def test_the_source_that_asks_for_most_takes_the_file(tmp_path, write):
    small = plain(tmp_path, "recognise: id", name="small")
    large = plain(tmp_path, "recognise: id, n", name="large")
    assert recognise(write("n,id\n1,a\n"), [small, large]).id == "large"
    assert recognise(write("id,m\na,1\n"), [small, large]).id == "small"


def test_a_strange_file_is_told_what_it_lacks(tmp_path, write):
    known = [real("olist_orders"), real("olist_reviews")]
    with pytest.raises(Refused, match="lacks the column review_answer_timestamp: add it to the export"):
        recognise(write("review_id,order_id,review_score,review_creation_date\n"), known)
    with pytest.raises(Refused, match='it begins with "colour,size", where column names should stand'):
        recognise(write("colour,size\nred,1\n"), known)
    with pytest.raises(Refused, match=r"its columns fit none of the sources that read CSV\. Save the table as CSV"):
        recognise(write("order_id,size\nred,1\n"), known)
    with pytest.raises(Refused, match='begins with "Dear colleagues"'):
        recognise(write("Dear colleagues\n\nplease find the figures\n"), known)
    with pytest.raises(Refused, match="is no kind of file that Bellwether reads"):
        recognise(write("", "notes.docx"), known)


def test_the_plain_layout_in_another_format_is_told_to_be_saved_as_csv(tmp_path, write):
    known = [real("bellwether_interactions"), real("amazon_connect_contacts")]
    row = '{"interaction_id": "1", "silo": "A", "touchpoint": "T", "channel": "phone", "started_at": "2026-01-01"}'
    for text in (f"{row}\n", f"[{row}]"):
        with pytest.raises(Refused, match="those of bellwether_interactions, which is read as CSV: save it as CSV"):
            recognise(write(text, "contacts.json"), known)
    with pytest.raises(Refused, match="its columns fit none of the sources that read JSON"):
        recognise(write('{"colour": "red"}\n', "contacts.json"), known)


def test_a_file_that_is_needed_beside_is_asked_for(tmp_path, write):
    orders = write(
        "order_id,customer_id,order_status,order_purchase_timestamp,order_approved_at,order_delivered_carrier_date,"
        "order_delivered_customer_date,order_estimated_delivery_date\n"
        "o1,c1,delivered,2018-08-08 10:00:35,2018-08-08 10:10:18,2018-08-10 13:28:00,2018-08-20 23:30:00,"
        "2018-08-20 00:00:00\n"
    )
    with pytest.raises(Refused, match="needs the rows of olist_customers beside it, and no file of that source"):
        bring(tmp_path, orders)
    names = "customer_id,customer_unique_id,customer_zip_code_prefix,customer_city,customer_state\n"
    damaged = write(names + 'c1,"p1,1,x,SP\n', "damaged.csv")
    with pytest.raises(Refused, match=r"beside it, and damaged\.csv ends inside a quoted field"):
        bring(tmp_path, orders, others=[damaged])
    people = write(names + "c1,p1,1,x,SP\n", "people.csv")
    twice = write(names + "c1,p1,1,x,SP\nc2,p2,2,y,RJ\n", "twice.csv")
    delivery, approval = sorted(
        bring(tmp_path, orders, others=[people, twice]).rows("interactions"), key=lambda row: row["silo"]
    )
    assert {delivery["customer_id"], approval["customer_id"]} == {named("p1")}
    assert delivery["resolved_at"] <= delivery["promised_at"]  # half past eleven at night of the day that was promised
