"""The whole cube of role, kind of record, place and act, beside the table of roles in docs/domain.md."""

from itertools import product

import pytest

from sync.schema import ScopeKind
from wor_tui.domain.codes import Role
from wor_tui.domain.kinds import schema
from wor_tui.domain.rights import Act, may

ORGANISATION, PRACTICE, DESK, TEAM, CASE = (
    ScopeKind.ORGANISATION,
    ScopeKind.PRACTICE,
    ScopeKind.DESK,
    ScopeKind.TEAM,
    ScopeKind.CASE,
)
LETTERS = {"r": Act.READ, "c": Act.CREATE, "u": Act.CHANGE, "d": Act.DELETE}
KINDS = sorted({*schema().kinds, "audit", "dataset"})
CARDS = "practice rcu, person rcu, device r"
NAMED = [act for act in Act if act not in LETTERS.values()]

TABLE: dict[Role, dict[ScopeKind, str]] = {
    Role.COACH: {
        ORGANISATION: CARDS,
        DESK: "referral rcu, appointment rcud, consent rc, web r, letter rc",
        TEAM: "client rcud, case rcud, intake rcud, web rcud, consent rc, contact rc, feedback rc",
        CASE: "client rcud, case rcud, intake rcud, web rcud, consent rc, contact rc, feedback rc",
    },
    Role.SUBSTITUTE: {
        ORGANISATION: CARDS,
        DESK: "referral rcu, appointment rcud, consent rc, web r, letter rc",
        TEAM: "client rcu, case rcu, intake rcu, web rcu, consent rc, contact rc, feedback rc",
        CASE: "client rcu, case rcu, intake rcu, web rcu, consent rc, contact rc, feedback rc",
    },
    Role.ASSISTANT: {
        ORGANISATION: CARDS,
        DESK: "referral rcu, appointment rcud, consent rc",
        PRACTICE: "candidate rcud, appointment rcud, consent rc",
    },
    Role.REFERRER: {
        ORGANISATION: CARDS,
        DESK: "referral rcu, appointment rcud, consent rc, web rc, letter r",
        PRACTICE: "candidate rcud, appointment rcud, consent rc, web rcud",
    },
    Role.COORDINATOR: {ORGANISATION: "practice rcud, person rcud, device rcud"},
    Role.AUDITOR: {ORGANISATION: "practice r, person r, device r"},
}
NAMED_ACTS = {
    Role.COACH: "erase client, merge client, export client, hand_over case",
    Role.SUBSTITUTE: "",
    Role.ASSISTANT: "",
    Role.REFERRER: "",
    Role.COORDINATOR: "invite person, invite device, revoke person, revoke device, hand_over case, export dataset",
    Role.AUDITOR: "review_log audit",
}


def granted(role: Role) -> set[tuple[str, Act, ScopeKind]]:
    """What the table says of a role: kind, act and place."""
    found: set[tuple[str, Act, ScopeKind]] = set()
    for place, line in TABLE[role].items():
        for each in line.split(", "):
            kind, letters = each.split()
            found |= {(kind, LETTERS[letter], place) for letter in letters}
    return found


@pytest.mark.parametrize("role", Role)
def test_every_cell_of_the_cube(role: Role) -> None:
    expected = granted(role)
    assert {kind for kind, _, _ in expected} <= set(KINDS)
    for kind, act, place in product(KINDS, LETTERS.values(), ScopeKind):
        assert may(role, kind, act, place) == ((kind, act, place) in expected), (kind, act, place)
    for kind, act in product(KINDS, LETTERS.values()):
        anywhere = any((kind, act, place) in expected for place in ScopeKind)
        assert may(role, kind, act) == anywhere, (kind, act)
    named = {tuple(each.split()) for each in NAMED_ACTS[role].split(", ") if each}
    for kind, act in product(KINDS, NAMED):
        assert may(role, kind, act) == ((str(act), kind) in named), (kind, act)


@pytest.mark.parametrize("role", Role)
def test_what_the_table_grants_can_exist(role: Role) -> None:
    for kind, _act, place in granted(role):
        assert place in schema().kinds[kind].scopes, (kind, place)


@pytest.mark.parametrize("role", Role)
def test_a_kind_that_nobody_was_given_is_nobodys(role: Role) -> None:
    assert not any(may(role, "something new", act, place) for act in Act for place in (*ScopeKind, None))


@pytest.mark.parametrize("role", Role)
def test_ones_own_card_and_device_are_ones_own(role: Role) -> None:
    for kind in ("person", "device"):
        for act in (Act.READ, Act.CREATE, Act.CHANGE):
            assert may(role, kind, act, ORGANISATION, own=True)
        assert not may(role, kind, act, TEAM, own=True)
        assert may(role, kind, Act.DELETE, own=True) == (role is Role.COORDINATOR)
    assert not may(Role.AUDITOR, "client", Act.READ, TEAM, own=True)


def test_every_kind_is_somebodys() -> None:
    for name, kind in schema().kinds.items():
        for place in kind.scopes:
            assert any(may(role, name, Act.READ, place) for role in Role), (name, place)
