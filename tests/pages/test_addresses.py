"""Ways out that are tried through filters and addresses: nothing answers, the page is up, each try is in the log."""

from __future__ import annotations

import itertools

import pytest
from lab.tries import tries

from bellwether import asking, filters, sql
from bellwether.access import log
from bellwether.settings import settings
from bellwether.views import asked_for

# Each breaks out of a text, a list, a name or a file's path, if anything that is asked for were ever put into SQL.
BREAKS = r"""
' or '1'='1
') or 1=1 --
'; drop view contacts; --
' union select text from comments --
x'/**/or/**/1=1--
'); copy (select 1) to '/tmp/bellwether-out'; --
' || (select version()) || '
\' or 1=1 --
'' or ''=''
$silos
$$ or 1=1 $$
$1; select 1
{{ 1+1 }}; select
${7*7}
%27%20or%201=1; --
" or ""="
"; attach '/etc/passwd' as x; --
`id`
$(id)
; pragma database_list
1; set search_path = x
../../../etc/passwd
..\..\etc\passwd
file:///etc/passwd; --
/etc/passwd' --
silos/../../macros.sql
' and (select count(*) from range(1000000000000)) > 0 --
' || repeat('x', 100000000) || '
(select customer_id from contacts limit 1)
getenv('HOME')
read_text('/etc/passwd')
' or sleep(9) --
<script>alert(1)</script>
""".strip().splitlines()
BREAKS += ["' or 1=1\x00", "'" * 500, "'\n; select 1 --"]
# As they stand in the lab's own list, as the value of a filter.
LAB = [one.sql for one in tries("refused")][::4]
TRIED = [*BREAKS, *LAB]
NOBODY = "nobody has this name"


@pytest.fixture(scope="module")
def engine(sample_warehouse):
    opened = asking.open_current(settings())
    yield opened
    opened.close()


def questions() -> list[tuple[sql.Query, str]]:
    """Every question with each of its filters that takes a text or a list."""
    texts = {name for name, one in filters.KNOWN.items() if one.kind in ("text", "list") and name != "indicator"}
    found = [one for kind in ("answer", "explore") for one in sql.load(settings().queries, kind)]
    return [(one, name) for one in found for name in sorted(one.parameters & texts)]


def test_there_are_more_than_sixty_each_unlike_the_others():
    assert len(set(TRIED)) == len(TRIED) >= 60


def test_a_filter_takes_every_text_as_a_name_that_nobody_has(engine, sample_warehouse):
    """Through every question and filter in turn; each answers as it does to a name that is just not there."""
    told = settings()
    before = {file: file.stat().st_mtime_ns for file in sample_warehouse.rglob("*")}

    def asked(one: sql.Query, name: str, value: str):
        given = [value] if filters.KNOWN[name].kind == "list" else value
        return asking.ask(engine, told, one.id, {name: given})

    places = questions()
    assert len(places) > 60
    for (one, name), value in zip(places, itertools.cycle(TRIED), strict=False):
        assert asked(one, name, value).equals(asked(one, name, NOBODY)), (one.id, name, value)
    flags = engine.ask(
        "select current_setting('enable_external_access') as a, current_setting('lock_configuration') as b"
    )
    assert flags.row(0) == (False, True)
    assert {file: file.stat().st_mtime_ns for file in sample_warehouse.rglob("*")} == before


@pytest.mark.parametrize("value", TRIED)
def test_no_question_and_no_indicator_is_called_so(value):
    for name in (value, f"silos/{value}", f"silos/trend{value}"):
        with pytest.raises(LookupError):
            asking.question(settings(), name)
    with pytest.raises(LookupError):
        asking.known_indicator(settings(), value)


@pytest.mark.parametrize("value", TRIED)
def test_a_day_and_a_number_are_nothing_else(value):
    for name in ("since", "rows"):
        with pytest.raises(ValueError, match=name):
            filters.parse(name, value)


PLACES = {
    "silos/silos.py": ("silo", "indicator", "period", "compared", "channels", "stages"),
    "journey/journey.py": ("measure", "silo", "period"),
    "relationship/relationship.py": ("segments",),
    "recovery/recovery.py": ("silos", "kinds", "failure"),
    "customers/customers.py": ("customer", "part", "segments"),
    "explore/explore.py": ("question", "silos", "rows"),
    "accountability/accountability.py": ("view", "cell"),
    "outlook/outlook.py": ("section", "indicator"),
}


@pytest.mark.parametrize("page", PLACES)
def test_a_page_is_up_and_each_try_is_in_the_log(sample_warehouse, app, page, tmp_path, monkeypatch):
    monkeypatch.setenv("BELLWETHER_PRIVATE", str(tmp_path))
    settings.cache_clear()
    names, place = PLACES[page], list(PLACES).index(page)
    tried = [one for one in TRIED[place :: len(PLACES)] if asked_for.SIGNS.search(one)]
    given = {name: list(tried[at :: len(names)]) for at, name in enumerate(names)}
    at = app(page, **{name: values for name, values in given.items() if values})
    assert at.title and not at.exception, [one.value for one in at.exception]
    noted = {told["about"] for told in log.entries() if told["what"] == log.REFUSED}
    wanted = {f"address: {name}={value[: asked_for.LONGEST]}" for name, values in given.items() for value in values}
    assert wanted <= noted, wanted - noted
    again = len(log.entries())
    assert not at.run().exception and len(log.entries()) == again  # once is enough
    settings.cache_clear()


def test_a_silo_may_be_called_whatever_it_is_called(sample_warehouse, app, tmp_path, monkeypatch):
    from bellwether.views import filter_bar

    monkeypatch.setenv("BELLWETHER_PRIVATE", str(tmp_path))
    settings.cache_clear()
    silos = filter_bar.measured_silos
    monkeypatch.setattr(filter_bar, "measured_silos", lambda: [*silos(), "O'Brien (North)"])
    app("silos/silos.py", silo="O'Brien (North)")
    assert log.entries() == []
    settings.cache_clear()
