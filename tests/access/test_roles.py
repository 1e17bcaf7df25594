"""From claims to roles: only what the file names, whatever an identity provider sends."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bellwether.access import roles
from bellwether.access.viewer import ROLES

RULES = """
[claims]
groups = "teams"
name = ["nickname", "name"]

[roles]
executive = ["cx-board"]
owner = ["cx-owners"]
analyst = "cx-insight"
steward = ["sub-7"]

[silos]
"cx-billing" = ["Billing", "Collections"]
"sub-9" = ["Sales"]

[session]
hours = 4
"""


@pytest.fixture
def rules(tmp_path: Path) -> roles.Rules:
    (tmp_path / roles.FILE).write_text(RULES)
    return roles.read(tmp_path)


def test_groups_and_subjects_give_roles_and_silos(rules):
    kim = roles.viewer({"sub": "sub-9", "teams": ["cx-owners", "cx-billing", "staff"], "name": "Kim"}, rules)
    assert kim.roles == {"owner"} and kim.silos == {"Billing", "Collections", "Sales"} and kim.name == "Kim"
    assert roles.viewer({"sub": "sub-7"}, rules).roles == {"steward"}
    assert roles.viewer({"sub": "x", "teams": "cx-insight"}, rules).roles == {"analyst"}
    assert rules.hours == 4 and not rules.beyond_token


@pytest.mark.parametrize(
    "claims",
    [
        {},
        {"teams": ["cx-board"]},  # nobody in particular
        {"sub": "", "teams": ["cx-board"]},
        {"sub": "x", "groups": ["cx-board"]},  # another claim than the one that counts
        {"sub": "x", "teams": ["CX-BOARD", "cx-board ", "cx"]},
        {"sub": "x", "teams": {"cx-board": True}},
        {"sub": "x", "teams": "cx-board,cx-owners"},
        {"sub": "x", "teams": None, "roles": ["steward"], "steward": True, "name": "sub-7", "email": "cx-board"},
    ],
)
def test_whatever_is_not_named_gives_nothing(rules, claims):
    assert roles.viewer(claims, rules).roles == set()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda some: st.lists(some, max_size=3) | st.dictionaries(st.text(max_size=6), some, max_size=3),
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(st.sampled_from(["sub", "teams", "name", "nickname", "roles"]), JSON))
def test_no_claim_of_any_shape_gives_a_role_that_nobody_granted(claims):
    granted = roles.Rules(claim="teams", roles={role: frozenset({f"\0{role}"}) for role in ROLES})
    assert roles.viewer(claims, granted).roles == set()
    assert len(roles.viewer(claims, granted).name) <= 80


def test_without_the_file_nobody_has_a_role(tmp_path):
    assert roles.viewer({"sub": "x", "groups": ["cx-board", *ROLES]}, roles.read(tmp_path)).roles == set()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[roles]\nexecutives = ['a']", 'Did you mean "roles.executive"?'),
        ("[role]\nexecutive = ['a']", 'Did you mean "roles"?'),
        ("[roles]\nexecutive = [1]", "has to be a list of texts"),
        ("roles = 3", "has to be a table"),
        ("[session]\nhours = 0", "above 0, up to 168"),
        ("[session]\nhours = true", "above 0, up to 168"),
        ("[session]\nbeyond_token = 1", "true or false"),
        ("[claims]\ngroups = ''", "has to be a text"),
        ("[roles", "no TOML"),
    ],
)
def test_a_mistake_names_file_place_and_fix(tmp_path, text, said):
    (tmp_path / roles.FILE).write_text(text)
    with pytest.raises(roles.RolesError) as error:
        roles.read(tmp_path)
    assert said in str(error.value) and roles.FILE in str(error.value)
