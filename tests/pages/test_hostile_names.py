"""Hostile names in a browser: nothing that came in with an export or was typed runs, or becomes part of a page."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from browsing import DESK, drawn
from plain import contacts, write

from bellwether.accountability import moves, talk
from bellwether.accountability.store import open_store
from bellwether.refresh import refresh
from bellwether.settings import ROOT, settings

Error = pytest.importorskip("playwright.sync_api").Error
pytestmark = pytest.mark.browser
NAMES = (
    "<img src=x onerror=hit(1)>",
    "<svg/onload=hit(2)>",
    "<script>hit(3)</script>",
    '"><img src=x onerror="hit(4)">',
    "[Billing](javascript:hit(5))",
    "![Billing](x 'onerror=hit(6)')",
    "<iframe srcdoc='<script>parent.hit(7)</script>'></iframe>",
    "</style><style>body{display:none}</style>",
    "$\\href{javascript:hit(8)}{Billing}$",
    "{{constructor.constructor('hit(9)')()}} :material/home: :red[x]",
    "<a href=javascript:hit(10)>Billing</a>",
    "=HYPERLINK(1)+cmd|' /C calc'!A0",
)
PATIENCE = 120_000  # milliseconds
FILE = "<img src=x onerror=hit(11)>.csv"
# Told of every element that a name could have become, and of every way in which one could have run.
WATCH = """
window.hits = []; window.hit = name => window.hits.push(name);
for (const name of ['alert', 'confirm', 'prompt']) window[name] = () => window.hits.push(name);
document.addEventListener('securitypolicyviolation', told => {
    if (told.blockedURI === 'inline' && told.violatedDirective.startsWith('script')) window.hits.push('inline script');
});
"""
MADE = """() => {
    const roots = [document], found = [];
    for (let at = 0; at < roots.length; at++)
        for (const one of roots[at].querySelectorAll('*')) {
            if (one.shadowRoot) roots.push(one.shadowRoot);
            const leads = a => ['href', 'src', 'action', 'formaction', 'xlink:href', 'data'].includes(a.name);
            const runs = a => leads(a) && /^\\s*javascript:/i.test(a.value);
            const on = [...one.attributes].filter(a => a.name.startsWith('on') || runs(a));
            if (on.length || one.matches('img[src="x"], iframe[srcdoc], object, embed') ||
                (one.matches('script, style') && /hit\\(|body\\{display:none/.test(one.textContent)))
                found.push(one.outerHTML.slice(0, 200));
        }
    return found;
}"""


@pytest.fixture(scope="module")
def hostile(naughty, tmp_path_factory):
    """A small company in which silos, touchpoints, reasons, customers, files, people and promises have such names."""
    folder = tmp_path_factory.mktemp("hostile")
    patch = pytest.MonkeyPatch()
    for name in ("exports", "warehouse", "private", "governance"):
        patch.setenv(f"BELLWETHER_{name.upper()}", str(folder / name))
    patch.setenv("BELLWETHER_STORE", f"sqlite:///{folder / 'store.sqlite'}")
    settings.cache_clear()
    rows = []
    for n in range(len(NAMES) * 6 * 30):
        day = date(2026, 1, 5) + timedelta(weeks=n % 30, days=n % 5)
        name = NAMES[n // 30 % len(NAMES)]
        told = {"silo": name, "touchpoint": name, "reason": name, "customer_id": f"{name} {n % 7}"}
        times = {
            "started_at": f"{day} 10:00:00",
            "promised_at": f"{day} 18:00:00",
            "resolved_at": f"{day} 1{n % 9}:30:00",
        }
        rows.append({"interaction_id": f"i{n}", **told, **times, "team": name})
    rows.append({**rows[0], "interaction_id": NAMES[2], "started_at": NAMES[0]})
    rows += contacts_about(naughty)
    write(folder / "exports", FILE, contacts(*rows))
    (folder / "governance").mkdir()
    shutil.copy(ROOT / "data" / "governance" / "company.toml", folder / "governance")
    store = open_store(f"sqlite:///{folder / 'store.sqlite'}")
    for name in NAMES:
        about = {"owner": name, "silo": name, "indicator": "promise_kept", "expected": 0.1}
        made = moves.propose(store, by=name, title=name, start="2026-09-01", due="2026-11-01", **about)
        talk.comment(store, made.id, name, by=name)
    store.close()
    assert refresh(settings()).published
    yield folder
    patch.undo()
    settings.cache_clear()


def contacts_about(names: list[str]) -> Iterator[dict[str, str]]:
    """Six contacts of six people about each of them: enough to be shown."""
    for n, name in enumerate(names):
        for person in range(6):
            day = date(2026, 1, 5) + timedelta(weeks=(n + person) % 30)
            told = {"silo": "Naughty", "touchpoint": name, "reason": name, "team": name}
            yield {
                **{"interaction_id": f"n{n}.{person}", "customer_id": f"{name} {person}", **told},
                **{"started_at": f"{day} 10:00:00", "promised_at": f"{day} 18:00:00", "resolved_at": f"{day} 11:30:00"},
            }


@pytest.fixture(scope="module")
def at(hostile, serving, tmp_path_factory):
    with serving(tmp_path_factory.mktemp("server")) as address:
        yield address


PAGES = {
    "": "Service leadership",
    "silos?silo=%3Cimg+src%3Dx+onerror%3Dhit%281%29%3E": "Silos",
    "journey": "Journey",
    "recovery": "Recovery",
    "customers": "Customers",
    "accountability?view=Owners+and+standards": "Accountability",
    "quick_wins?commitment=script-hit-3-script": "Quick wins",
    "data": "Data",
}


NAUGHTY = {
    "silos?silo=Naughty&by=touchpoint": "Silos",
    "explore?question=contacts/repeat_contacts_by_reason": "Explore",
    "data": "Data",
}


def opened(page, address: str, title: str) -> None:
    """Go there and wait until the page is drawn to its end; what stands there instead is told.

    A server that nobody has asked yet takes its time.
    """
    page.goto(address)
    try:
        page.get_by_text("data version").wait_for(timeout=PATIENCE)
        drawn(page, title)
    except Error as late:
        raise AssertionError(f"{address} stops at: {page.locator('body').inner_text()[-600:]}") from late


def test_no_name_runs_or_becomes_part_of_a_page(browser, at):
    page = browser.new_page()
    page.set_viewport_size(DESK)
    page.add_init_script(WATCH)
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    seen = 0
    for path, title in PAGES.items():
        opened(page, f"{at}{path}", title)
        assert page.evaluate("window.hits") == [] and asked == [], path
        assert page.evaluate(MADE) == [], path
        assert page.evaluate("getComputedStyle(document.body).display") != "none", path
        seen += sum(page.get_by_text(name).count() for name in NAMES)
    assert seen, "no name stands there as what it is"
    page.close()


def test_of_515_naughty_strings_none_runs_and_each_that_is_shown_is_shown_as_it_is(corpora, naughty, browser, at):
    page = browser.new_page()
    page.set_viewport_size({**DESK, "height": 20_000})  # so that the whole table is drawn
    page.add_init_script(WATCH)
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    told = ""
    for path, title in NAUGHTY.items():
        opened(page, f"{at}{path}", title)
        assert page.evaluate("window.hits") == [] and asked == [], path
        assert page.evaluate(MADE) == [], path
        told += page.locator("body").inner_text()
    page.close()
    seen = [one for one in naughty if one.strip() and " ".join(one.split()) in " ".join(told.split())]
    assert len(seen) > 400, f"{len(seen)} stand there as what they are"


def test_the_watch_sees_what_it_watches_for(browser):
    page = browser.new_page()
    page.add_init_script(WATCH)
    page.goto("data:text/html,<p>")
    page.evaluate("document.body.innerHTML = '<div></div><img src=x onerror=hit(1)>'")
    page.evaluate(
        "document.querySelector('div').attachShadow({mode: 'open'}).innerHTML = '<a href=javascript:hit(2)>x</a>'"
    )
    page.wait_for_function("window.hits.length > 0")
    assert len(page.evaluate(MADE)) == 2
    page.close()
