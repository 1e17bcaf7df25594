"""Reality check: what is accomplished, what is left, and the next best step; computed, nothing is filled in."""

from bellwether.views import go, guard, reality, show, unseen
from bellwether.views.current import ask

guard.enter(__file__)
go.leave()
state, silos = ask("reality_check/state"), ask("reality_check/unseen")

reality.headline(state)

show.heading("Five rungs, each on the one before", reality.table(state), "ladder", reality.NOTE)
reality.ladder(state)

show.heading("Looks perfect, because nothing is measured", unseen.table(silos), "unseen")
unseen.unseen(silos)
