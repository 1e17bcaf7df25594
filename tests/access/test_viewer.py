"""Who may open what, whose rows they read, and that equal rights share a cache while unequal ones never do."""

from __future__ import annotations

import itertools

import pytest

from bellwether.access.viewer import ANALYST, EXECUTIVE, LOCAL, NOBODY, OWNER, ROLES, STEWARD, Viewer

SILOS = ("Billing", "Sales", "Support")


def who(*roles: str, silos: tuple[str, ...] = (), subject: str = "s") -> Viewer:
    return Viewer(subject, "Kim", frozenset(roles), frozenset(silos))


def everybody() -> list[Viewer]:
    """Every set of roles with every set of silos."""
    some = [set_ for size in range(5) for set_ in itertools.combinations(ROLES, size)]
    owned = [set_ for size in range(4) for set_ in itertools.combinations(SILOS, size)]
    return [who(*roles, silos=silos) for roles in some for silos in owned]


def test_nobody_opens_nothing():
    assert not any(NOBODY.may_open(roles) for roles in ([], ["executive"], ROLES))
    assert not NOBODY.may_see("Billing") and not NOBODY.may_write


def test_a_page_that_names_no_role_is_nobodys():
    assert not LOCAL.may_open(())


@pytest.mark.parametrize("role", ROLES)
def test_one_common_role_opens_a_page(role):
    assert who(role).may_open((role, "another"))
    assert not who(role).may_open({*ROLES} - {role})


def test_an_owner_reads_the_rows_of_their_silos_alone():
    owner = who(OWNER, silos=("Billing",))
    assert owner.may_see("Billing")
    assert not owner.may_see("Sales")
    assert not owner.may_see(None)  # a row of no silo could be anybody's


def test_silos_without_the_role_give_no_row():
    assert not who(EXECUTIVE, silos=("Billing",)).may_see("Billing")


@pytest.mark.parametrize("role", (ANALYST, STEWARD))
def test_whose_work_needs_the_rows_reads_them_all(role):
    assert who(role).may_see("Sales") and who(role).may_see(None)


def test_scopes_are_equal_where_rights_are_and_only_there():
    """Two people with equal rights share an answer; two whose rights differ in one page or one row never do."""
    for one, other in itertools.combinations(everybody(), 2):
        pages = [(role,) for role in ROLES]
        same_pages = all(one.may_open(page) == other.may_open(page) for page in pages)
        same_rows = all(one.may_see(silo) == other.may_see(silo) for silo in (*SILOS, None))
        assert (one.scope == other.scope) == (same_pages and same_rows), (one, other)


def test_the_scope_does_not_name_the_person_nor_the_silo():
    assert who(OWNER, silos=("Billing",), subject="a").scope == who(OWNER, silos=("Billing",), subject="b").scope
    assert "Billing" not in who(OWNER, silos=("Billing",)).scope


def test_silos_whose_names_hold_the_separator_stay_apart():
    assert who(OWNER, silos=("a,b",)).scope != who(OWNER, silos=("a", "b")).scope


def test_looking_as_a_role_never_shows_more_and_writes_nothing():
    for role in ROLES:
        seen = LOCAL.as_seen_by(role, SILOS)
        assert seen.roles <= LOCAL.roles and seen.seen_as == role and not seen.may_write
        assert all(LOCAL.may_see(silo) for silo in (*SILOS, None) if seen.may_see(silo))


def test_only_a_steward_looks_as_somebody_else_and_only_once():
    with pytest.raises(ValueError, match="Only a steward"):
        who(EXECUTIVE, ANALYST).as_seen_by(OWNER)
    with pytest.raises(ValueError, match="Only a steward"):
        LOCAL.as_seen_by(STEWARD).as_seen_by(EXECUTIVE)
    with pytest.raises(ValueError, match='no role "root"'):
        LOCAL.as_seen_by("root")


def test_analysts_find_out_and_the_others_decide():
    assert [role for role in ROLES if who(role).may_write] == [EXECUTIVE, OWNER, STEWARD]


def test_an_owner_decides_for_their_silos_and_the_company_is_for_executives_and_stewards():
    def decides(*roles: str) -> list[str | None]:
        viewer = Viewer("kim", "Kim", frozenset(roles), frozenset({"Billing"}))
        return [silo for silo in ("Billing", "Sales", None) if viewer.may_decide(silo)]

    assert decides(OWNER) == decides(OWNER, ANALYST) == ["Billing"]
    assert decides(EXECUTIVE) == decides(STEWARD) == ["Billing", "Sales", None]
    assert decides(ANALYST) == decides() == []
    assert not LOCAL.as_seen_by(OWNER, ["Billing"]).may_decide("Billing")
