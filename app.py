"""The app: who looks, which pages are theirs, and what surrounds each of them. Start it with `bellwether serve`."""

import streamlit as st

from bellwether.views import asked_for, current, door, guard, house, listing, saved, signed_in, states, you

st.set_page_config(page_title="Bellwether", page_icon=house.MARK, layout="wide")
st.logo(house.WORDMARK, size="medium")
standing = signed_in.standing()
me = guard.viewer()
pages = {
    st.Page(
        one.file,
        title=one.title,
        icon=one.icon,
        help=one.asks,
        visibility="visible" if me.may_open(one.roles) else "hidden",
    ): one
    for one in listing.PAGES
}
menu = {section: [page for page, one in pages.items() if one.section == section] for section in listing.SECTIONS}
page = st.navigation(menu, position="top" if me.roles else "hidden")
listed = pages[page]

with states.explained():
    if standing.why:
        door.door(standing)
    you.worn()
    current.pin()
    saved.pin()
    guard.enter(listed.file)
    asked_for.heed()
    if current.home() is None:
        states.nothing_yet()
    else:
        house.head(listed.title, listed.asks, listed.filters)
        page.run()
        house.footer()
        current.settle(listed.title)
    current.follow()
    saved.follow()
