"""Who may do what: one pure function over role, kind of record, act and place.

The role is what the central API granted to the person, never what a card in the directory says. What a device has no
keys for it can't read whatever stands here; these rules are for what it has, and for what its app shows.
"""

from collections.abc import Mapping
from enum import StrEnum

from sync.schema import ScopeKind
from wor_tui.domain.codes import Role


class Act(StrEnum):
    """What somebody may do with records of a kind."""

    READ = "read"
    CREATE = "create"
    CHANGE = "change"
    DELETE = "delete"
    INVITE = "invite"
    """Let a person in, or a device more of theirs."""
    REVOKE = "revoke"
    """Shut a person or a device out, and have it wiped."""
    HAND_OVER = "hand_over"
    """Let somebody else go on with a case."""
    ERASE = "erase"
    """Have a person's whole file removed everywhere, as the law gives them the right to."""
    MERGE = "merge"
    """Make one of what was registered twice."""
    EXPORT = "export"
    """Take out of the program, as a file."""
    REVIEW_LOG = "review_log"
    """Read who did what."""


_LETTERS = {"r": Act.READ, "c": Act.CREATE, "u": Act.CHANGE, "d": Act.DELETE}

_READ_DIRECTORY = {"practice": "r", "person": "r", "device": "r"}
_KEEP_CARDS = {"practice": "rcu", "person": "rcu", "device": "r"}
_KEEP_DIRECTORY = {"practice": "rcud", "person": "rcud", "device": "rcud"}
_CASE_FILES = {
    "client": "rcud",
    "case": "rcud",
    "intake": "rcud",
    "web": "rcud",
    "consent": "rc",
    "contact": "rc",
    "feedback": "rc",
}
_CASE_FILES_OF_ANOTHER = {kind: letters.replace("d", "") for kind, letters in _CASE_FILES.items()}
_DESK_OF_A_COACH = {"referral": "rcu", "appointment": "rcud", "consent": "rc", "web": "r", "letter": "rc"}
_OWN_DESK = {"referral": "rcu", "appointment": "rcud", "consent": "rc"}
_OWN_PRACTICE = {"candidate": "rcud", "appointment": "rcud", "consent": "rc"}

_RECORDS: Mapping[Role, Mapping[ScopeKind, Mapping[str, str]]] = {
    Role.COACH: {
        ScopeKind.ORGANISATION: _KEEP_CARDS,
        ScopeKind.DESK: _DESK_OF_A_COACH,
        ScopeKind.TEAM: _CASE_FILES,
        ScopeKind.CASE: _CASE_FILES,
    },
    Role.SUBSTITUTE: {
        ScopeKind.ORGANISATION: _KEEP_CARDS,
        ScopeKind.DESK: _DESK_OF_A_COACH,
        ScopeKind.TEAM: _CASE_FILES_OF_ANOTHER,
        ScopeKind.CASE: _CASE_FILES_OF_ANOTHER,
    },
    Role.ASSISTANT: {
        ScopeKind.ORGANISATION: _KEEP_CARDS,
        ScopeKind.DESK: _OWN_DESK,
        ScopeKind.PRACTICE: _OWN_PRACTICE,
    },
    Role.REFERRER: {
        ScopeKind.ORGANISATION: _KEEP_CARDS,
        ScopeKind.DESK: {**_OWN_DESK, "web": "rc", "letter": "r"},
        ScopeKind.PRACTICE: {**_OWN_PRACTICE, "web": "rcud"},
    },
    Role.COORDINATOR: {ScopeKind.ORGANISATION: _KEEP_DIRECTORY},
    Role.AUDITOR: {ScopeKind.ORGANISATION: _READ_DIRECTORY},
}
"""By role and place: the kinds of record, and of each which of read, create, update (change) and delete."""

_NAMED: Mapping[Role, Mapping[Act, frozenset[str]]] = {
    Role.COACH: {
        Act.ERASE: frozenset({"client"}),
        Act.MERGE: frozenset({"client"}),
        Act.EXPORT: frozenset({"client"}),
        Act.HAND_OVER: frozenset({"case"}),
    },
    Role.SUBSTITUTE: {},
    Role.ASSISTANT: {},
    Role.REFERRER: {},
    Role.COORDINATOR: {
        Act.INVITE: frozenset({"person", "device"}),
        Act.REVOKE: frozenset({"person", "device"}),
        Act.HAND_OVER: frozenset({"case"}),
        Act.EXPORT: frozenset({"dataset"}),
    },
    Role.AUDITOR: {Act.REVIEW_LOG: frozenset({"audit"})},
}
"""By role: the acts that have a name of their own, each with the kinds that it is about."""

_OWN = frozenset({"person", "device"})


def may(role: Role, kind: str, act: Act, place: ScopeKind | None = None, *, own: bool = False) -> bool:
    """Whether somebody with this role may do `act` with records of `kind` in a scope of the kind `place`.

    Without `place`: anywhere. `own`: the record is the person's own card or the card of their own device, which
    everybody makes and changes.
    """
    if act not in _LETTERS.values():
        return kind in _NAMED[role].get(act, frozenset())
    if own and kind in _OWN and act is not Act.DELETE:
        return place in {None, ScopeKind.ORGANISATION}
    places = _RECORDS[role] if place is None else {place: _RECORDS[role].get(place, {})}
    return any(act in {_LETTERS[letter] for letter in kinds.get(kind, "")} for kinds in places.values())
