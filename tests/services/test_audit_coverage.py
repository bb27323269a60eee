"""Every service that changes or reads personal data leaves its line; one that is new has to say so here."""

import ast
import inspect
import pkgutil
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from wor_tui import services

FOLDER = Path(services.__file__).parent
LOGGED = {"save", "note", "note_reading", "wait_for"}
"""The ways of a workspace that write a line; `audit.write` and other services that do so count too."""

NOTHING_TO_TELL = {
    "backups": "copies of what is there, sealed; they name nobody",
    "directory.people": "colleagues at work, no clients",
    "directory.practices": "practices",
    "directory.cards_of_case": "colleagues at work",
    "devices.people": "colleagues and their devices, no clients",
    "escrow.settle": "what was logged when it was accepted",
    "sent_away": "the vault goes; what was saved in it was logged",
    "drafts": "what one types oneself, until it is saved",
    "enrolment.has_owner": "whether anybody works here",
    "leaving.obstacles": "counts",
    "leaving.outside": "a folder",
    "leaving.wipe": "the vault goes, after signing out, which is logged and sent",
    "lease": "when there was contact",
    "key_rights": "what a role may",
    "own_device": "this device's own keys",
    "left_open": "where one was",
    "likeness.look": "compares in the background, for nobody's eyes",
    "log_sending": "the log itself",
    "log_review.may_review": "what a role may",
    "log_review.reviewed": "the log itself, which names no clients",
    "pinning": "a key of the organisation",
    "recovery": "whether a code was written down",
    "recovery_sheet": "keys of the organisation, sealed; it is made when it is founded, which is a line",
    "rights": "what a role may",
    "synchronisation.status": "counts",
    "synchronisation.read_older": "that a sentence was read",
    "synchronisation.exchange": "ops that were logged when they were saved",
    "synchronisation.exchange_all": "ops that were logged when they were saved",
    "vault_keys": "the vault's own keys",
    "erasing.may_erase": "what a role may",
    "erasing.waits": "whether an erasure waits",
    "consents.require": "a rule",
}
"""Services without a line, and why."""

BY_THE_CALLER = {
    "appointments.agenda": "readings.listed",
    "candidates.listed": "readings.listed",
    "letters.contents": "case_file.opened",
    "case_file.case_file": "case_file.opened, readings.seen, readings.put_out",
    "caseload.index": "readings.listed, readings.searched, readings.put_out",
    "caseload.rows": "caseload.index",
    "caseload.give_back": "caseload.index",
    "erasing.person_file": "readings.seen",
    "escrow.waiting": "readings.listed",
    "history": "history.opened",
    "likeness.pairs": "readings.listed",
    "likeness.resembling": "asked before a save, which is logged",
    "merging.proposed": "readings.seen",
    "referrals.inbox": "readings.listed",
    "synchronisation.conflicts": "readings.listed, readings.put_out",
    "synchronisation.outbox": "readings.listed",
    "synchronisation.held": "readings.listed",
    "synchronisation.quarantine": "readings.listed",
    "today.today": "readings.listed",
    "webs.previous": "case_file.opened",
}
"""Services that only read: whoever shows it to a person tells the log, once, and not at each refresh."""

MAKES_A_CHANGE_ONLY = {"adding", "editing", "registering", "starting", "adding_practice", "held", "base"}
"""Functions that put together what another one saves."""


def public() -> Iterator[tuple[str, str, ast.FunctionDef, ast.Module]]:
    for found in pkgutil.iter_modules([str(FOLDER)]):
        tree = ast.parse((FOLDER / f"{found.name}.py").read_text("utf-8"))
        for node in tree.body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and node.args.args:
                annotation = node.args.args[0].annotation
                if isinstance(annotation, ast.Name) and annotation.id == "Workspace":
                    yield found.name, node.name, node, tree


def calls(node: ast.AST) -> set[str]:
    """The names that are called within, `module.name` or `name`."""
    found: set[str] = set()
    for each in ast.walk(node):
        if isinstance(each, ast.Call) and isinstance(each.func, ast.Attribute):
            owner = each.func.value
            found |= (
                {each.func.attr, f"{owner.id}.{each.func.attr}"} if isinstance(owner, ast.Name) else {each.func.attr}
            )
        elif isinstance(each, ast.Call) and isinstance(each.func, ast.Name):
            found.add(each.func.id)
    return found


SERVICES = {f"{module}.{name}": (module, name, node, tree) for module, name, node, tree in public()}


def tells(service: str, seen: frozenset[str] = frozenset()) -> bool:
    """Whether a service writes a line, by itself or through another one."""
    module, _, node, tree = SERVICES[service]
    called = calls(node)
    if any(f"workspace.{way}" in called for way in LOGGED) or "audit.write" in called:
        return True
    private = {each.name: each for each in tree.body if isinstance(each, ast.FunctionDef)}
    for name in called & private.keys():
        within = calls(private[name])
        if any(f"workspace.{way}" in within for way in LOGGED) or "audit.write" in within:
            return True
    further = {f"{module}.{name}" for name in called} | called
    return any(tells(each, seen | {service}) for each in further & SERVICES.keys() if each not in seen | {service})


@pytest.mark.parametrize("service", sorted(SERVICES))
def test_each_service_leaves_its_line_or_says_why_not(service: str) -> None:
    module, name = service.split(".")
    if service in NOTHING_TO_TELL or module in NOTHING_TO_TELL or name in MAKES_A_CHANGE_ONLY:
        return
    if service in BY_THE_CALLER or module in BY_THE_CALLER:
        return
    assert tells(service), f"{service} writes no audit line; let it, or say above why not"


def test_what_the_callers_promise_is_there() -> None:
    named = {way for ways in BY_THE_CALLER.values() for way in ways.split(", ") if "." in way}
    for way in named:
        module, name = way.split(".")
        assert inspect.isfunction(getattr(import_module(f"wor_tui.services.{module}"), name)), way


def test_the_test_would_see_a_service_that_forgets() -> None:
    forgetful = ast.parse("def f(workspace: Workspace):\n    with workspace.database.write() as c:\n        c.delete()")
    node = forgetful.body[0]
    assert isinstance(node, ast.FunctionDef)
    SERVICES["forgetful.f"] = ("forgetful", "f", node, forgetful)
    try:
        assert not tells("forgetful.f")
    finally:
        del SERVICES["forgetful.f"]
