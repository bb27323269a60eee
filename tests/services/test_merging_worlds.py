"""Two coaches register, merge, take back and write, meeting now and then: both come to see the same, and all of it."""

import os
import random
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from tests.services.pairs import two_coaches
from tests.services.test_merging import client_of, everything, registered
from wor_tui.clock import FixedClock
from wor_tui.services import aliases, caseload, cases, clients, contacts, merging, synchronisation
from wor_tui.services.case_file import case_file
from wor_tui.services.contacts import NewContact
from wor_tui.services.errors import NotFound, NothingToChange
from wor_tui.services.workspace import Workspace

STEPS = 30


class Coaches:
    """Does one thing after another on either device, as a seed decides."""

    def __init__(self, one: Workspace, other: Workspace, seed: int) -> None:
        self.both = (one, other)
        self.random = random.Random(seed)
        self.cases: list[str] = []
        self.contacts: set[str] = set()
        self.made = 0

    def step(self) -> None:
        who = self.random.choice(self.both)
        acts = [
            self.registers,
            self.merges,
            self.merges,
            self.undoes,
            self.writes,
            self.writes,
            self.calls,
            self.decides,
        ]
        try:
            self.random.choice(acts)(who)
        except (NothingToChange, NotFound):
            return

    def known(self, who: Workspace) -> list[str]:
        with who.database.read() as connection:
            return sorted(connection.exec_driver_sql('SELECT id FROM "case"').scalars())

    def registers(self, who: Workspace) -> None:
        self.made += 1
        self.cases.append(registered(who, {"family_name": f"Bos {self.made}", "given_name": "Ria"}))

    def merges(self, who: Workspace) -> None:
        one, other = (client_of(who, self.random.choice(self.known(who))) for _ in range(2))
        proposal = merging.proposed(who, one, other)
        fields = [(each.kind, each.field) for each in proposal.fields]
        merging.merge(who, proposal, self.random.randrange(2), {each: self.random.randrange(2) for each in fields})

    def undoes(self, who: Workspace) -> None:
        shown = case_file(who, self.random.choice(self.known(who)))
        if shown.merged:
            merging.undo(who, self.random.choice(list(shown.merged)).id, shown.bases[shown.case.scope])

    def writes(self, who: Workspace) -> None:
        """To what is shown, or in a form that was open since before it was merged."""
        case = self.random.choice(self.known(who))
        shown = case_file(who, case)
        client = client_of(who, case) if self.random.random() < 0.5 else shown.client.id
        self.made += 1
        field = self.random.choice(["family_name", "phone", "place"])
        value = f"06-{self.made:08d}" if field == "phone" else f"Naam {self.made}"
        clients.edit(who, client, {field: value}, shown.bases[shown.case.scope] if self.random.random() < 0.5 else 0)

    def calls(self, who: Workspace) -> None:
        case = self.random.choice(self.known(who))
        self.contacts.add(contacts.add(who, case, NewContact("phone", who.clock.now())))

    def decides(self, who: Workspace) -> None:
        asked = synchronisation.conflicts(who)
        if asked:
            chosen = self.random.choice(asked)
            synchronisation.resolve(who, chosen.id, self.random.randint(1, len(chosen.options)))


def check(who: Workspace, coaches: Coaches) -> None:
    """Each case shows at exactly one, each contact at exactly one, each counted there, and nothing runs in a circle."""
    listed = caseload.index(who, caseload.View.TEAM).ids
    files = [case_file(who, case) for case in listed]
    entries = Counter(entry.id for file in files for entry in file.timeline if entry.what == "contact")
    assert set(entries) == coaches.contacts
    assert set(entries.values()) <= {1}
    for file, row in zip(files, caseload.rows(who, listed), strict=True):
        assert row.contacts == file.progress.contacts == sum(entry.counts for entry in file.timeline)
        assert row.name == file.client.name
    with who.database.write() as connection:
        for case in coaches.cases:
            shows = aliases.remaining_of(connection, case)
            assert aliases.remaining_of(connection, shows) == shows
            assert shows in listed
        kept = [tuple(row) for row in connection.exec_driver_sql("SELECT * FROM difference ORDER BY 1, 2, 3")]
        aliases.renew(connection)
        aliases.renew_differences(connection)
        assert [tuple(row) for row in connection.exec_driver_sql("SELECT * FROM difference ORDER BY 1, 2, 3")] == kept


def play(workspace: Workspace, folder: Path, clock: FixedClock, seed: int) -> None:
    first = registered(workspace, {"family_name": "Vos"})
    with two_coaches(workspace, folder, clock) as two:
        coaches = Coaches(two.one, two.other, seed)
        coaches.cases.append(first)
        for step in range(STEPS):
            coaches.step()
            clock.advance(timedelta(seconds=7))
            if step % 6 == 5:
                coaches.random.choice([two.one, two.other]).engine.until_done()
        two.meet()
        assert everything(two.one) == everything(two.other)
        for who in coaches.both:
            check(who, coaches)
        # And in the end everybody is apart again.
        for case in coaches.cases:
            shown = case_file(two.one, case)
            for each in shown.merged:
                merging.undo(two.one, each.id, shown.bases[shown.case.scope])
        two.meet()
        assert everything(two.one) == everything(two.other)


@pytest.mark.parametrize("seed", range(2))
def test_two_coaches_who_merge_and_write_agree(
    workspace: Workspace, tmp_path: Path, clock: FixedClock, seed: int
) -> None:
    play(workspace, tmp_path, clock, seed)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(1000, 1000 + int(os.environ.get("WOR_SOAK_SECONDS", "600")) // 10))
def test_many_worlds(workspace: Workspace, tmp_path: Path, clock: FixedClock, seed: int) -> None:
    play(workspace, tmp_path, clock, seed)


def test_a_case_that_ends_while_it_is_merged_elsewhere_shows_once(workspace: Workspace) -> None:
    one, other = (registered(workspace, {"family_name": name}) for name in ("Bos", "Bosch"))
    proposal = merging.proposed(workspace, client_of(workspace, one), client_of(workspace, other))
    cases.end(workspace, other, "completed", workspace.clock.today(), 0)
    merging.merge(workspace, proposal, 0, {})
    assert caseload.index(workspace, caseload.View.TEAM).ids == [one]
    [asked] = [each for each in synchronisation.conflicts(workspace) if each.field == "ended_on"]
    synchronisation.resolve(workspace, asked.id, 1)
