"""Who looks: a person, the roles that they have, and whose rows they may read."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass

EXECUTIVE, OWNER, ANALYST, STEWARD = ROLES = ("executive", "owner", "analyst", "steward")
# Whose work needs the single contact and the single customer, of every silo.
READ_EVERY_ROW = frozenset({ANALYST, STEWARD})
# Who decides; analysts find out.
DECIDE = frozenset({EXECUTIVE, OWNER, STEWARD})


@dataclass(frozen=True)
class Viewer:
    """Somebody who looks at the app.

    `subject` is what the identity provider calls them, `name` what people do. `silos`: those they own. `seen_as`: the
    role that a steward has put on, "" as a rule; whoever wears one writes nothing.
    """

    subject: str
    name: str
    roles: frozenset[str]
    silos: frozenset[str] = frozenset()
    seen_as: str = ""

    def may_open(self, roles: Collection[str]) -> bool:
        """Whether a page that these roles may open is theirs. No roles: nobody's."""
        return not self.roles.isdisjoint(roles)

    def may_see(self, silo: str | None) -> bool:
        """Whether the rows of a silo (one contact, one customer, one failure) are theirs to read.

        Roll-ups are everybody's: every silo is read with the same ruler. A row without a silo is only for those who
        read all of them.
        """
        return self.reads_all or (OWNER in self.roles and silo is not None and silo in self.silos)

    @property
    def reads_all(self) -> bool:
        """Whether the rows of every silo are theirs."""
        return not READ_EVERY_ROW.isdisjoint(self.roles)

    @property
    def may_write(self) -> bool:
        """Whether what they decide is kept: not while they only look through somebody else's eyes."""
        return not self.seen_as and not DECIDE.isdisjoint(self.roles)

    def may_decide(self, silo: str | None) -> bool:
        """Whether what they decide for a silo is kept; None: for the whole company, which no owner of silos does."""
        everywhere = not self.roles.isdisjoint((EXECUTIVE, STEWARD))
        return self.may_write and (everywhere or (silo is not None and silo in self.silos))

    @property
    def scope(self) -> str:
        """What they may see as one word for keys of a cache: equal for equal rights, whoever has them."""
        if self.reads_all:
            return f"{'+'.join(sorted(self.roles))}:every-row"
        owned = sorted(self.silos) if OWNER in self.roles else []
        told = hashlib.sha256("\0".join(owned).encode()).hexdigest()[:16] if owned else "no-row"
        return f"{'+'.join(sorted(self.roles))}:{told}"

    def as_seen_by(self, role: str, silos: Collection[str] = ()) -> Viewer:
        """The same person with one role alone. Raises ValueError unless they are a steward and the role is known."""
        if STEWARD not in self.roles or self.seen_as:
            raise ValueError("Only a steward looks through the eyes of another role.")
        if role not in ROLES:
            raise ValueError(f'There is no role "{role}": it is one of {", ".join(ROLES)}.')
        owned = frozenset(silos) if role == OWNER else frozenset()
        return Viewer(self.subject, self.name, frozenset({role}), owned, seen_as=role)


NOBODY = Viewer("", "", frozenset())
# Where no identity provider is configured there is one user, who sits at this machine.
LOCAL = Viewer("local", "", frozenset(ROLES))
