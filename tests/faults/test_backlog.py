"""A device with a long backlog, killed (SIGKILL) again and again while it sends and while it receives.

What it says of its progress is exact, it goes on where it was, nothing arrives twice, and its memory stays bounded.
"""

import itertools
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sync.client.changes import Change
from sync.client.limits import Progress
from tests.benchmarks.documents import contacts
from tests.faults.killing import killed, posix_only, seeded
from tests.services.central import Organisation
from wor_tui.clock import SystemClock
from wor_tui.services import enrolment, synchronisation
from wor_tui.services.workspace import Workspace, open_workspace
from wor_tui.vault.keyfile import UnlockedKey
from wor_tui.vault.vault import open_vault

pytestmark = [posix_only, pytest.mark.skipif(sys.platform != "linux", reason="reads a process's memory in /proc")]

Counts = Callable[[str], None]
Tell = Callable[[Any], None]
MEMORY_MB = 150
CONTACTS = 8
AT_ONCE = 2_000


def exchanges(tell: Tell, home: Path, key: UnlockedKey) -> None:
    """Exchange until nothing is left either way; tells each step of it, and `done` at the end."""
    with open_workspace(open_vault(home, key), SystemClock()) as workspace:

        def progress(now: Progress) -> None:
            tell((now.pushed, now.pulled, now.unsent))

        synchronisation.exchange_all(workspace, progress)
        tell("done")
        tell(peak_mb())


def peak_mb() -> float:
    """The most memory that this process has had."""
    status = Path("/proc/self/status").read_text("ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1000


def fill(workspace: Workspace, count: int) -> None:
    """Save `count` changes: clients with a case and contacts, as a coach of many years has."""
    texts = itertools.cycle([str(each["text"]) for each in itertools.islice(contacts(), 500)])
    team, me = workspace.scopes.team, workspace.me.person_id
    made: list[Change] = []
    while len(made) < count:
        client, case = workspace.new_id(), workspace.new_id()
        made.append(Change("client", client, team, {"family_name": f"Jansen {len(made)}", "given_name": "Mieke"}))
        made.append(Change("case", case, team, {"client_id": client, "coach_id": me, "received_on": "2026-09-01"}))
        for day in range(1, CONTACTS + 1):
            values = {
                "case_id": case,
                "happened_at": f"2026-10-{day:02}T09:30:00Z",
                "kind": "phone",
                "minutes": 20,
                "reached": True,
                "note": next(texts),
                "author_id": me,
                "client_bound": True,
            }
            made.append(Change("contact", workspace.new_id(), team, values))
    for start in range(0, count, AT_ONCE):
        with workspace.database.write() as connection:
            workspace.replica.save(connection, made[start : min(start + AT_ONCE, count)], 1)


def looked(home: Path, key: UnlockedKey) -> tuple[int, int]:
    """How many ops are unsent in a closed vault, and how many places of all its scopes have come in."""
    with open_workspace(open_vault(home, key), SystemClock()) as workspace:
        with workspace.database.read() as connection:
            cursors = connection.exec_driver_sql("SELECT sum(cursor) FROM scope").scalar()
        return synchronisation.status(workspace).unsent, cursors or 0


def through_kills(home: Path, key: UnlockedKey, first_s: float) -> tuple[int, float]:
    """Exchange to the end, killed at chance moments: how often, and the most memory that the last run had.

    What each run tells is held against what is in the vault before it and after it.
    """
    chance, _ = seeded()
    kills = 0
    unsent, cursor = looked(home, key)
    while True:
        told = killed(exchanges, home, key, first_s * (0.5 + chance.random()))
        steps = [each for each in told if isinstance(each, tuple)]
        assert all(pushed + left == unsent for pushed, _, left in steps)
        still, reached = looked(home, key)
        _, pulled, left = steps[-1] if steps else (0, 0, unsent)
        # Killed between a commit and the word of it, there may be one step more.
        assert still <= left
        assert reached - cursor >= pulled
        if told and isinstance(told[-1], float):
            assert (still, reached - cursor) == (0, pulled)
            return kills, told[-1]
        unsent, cursor = still, reached
        kills += 1
        first_s *= 1.15


@pytest.mark.parametrize(
    ("unsent", "seconds"), [(1_500, 0.4), pytest.param(20_000, 1.0, marks=pytest.mark.soak),
                            pytest.param(100_000, 3.0, marks=pytest.mark.soak)]
)  # fmt: skip
def test_a_backlog_is_sent_and_received_through_kills(
    unsent: int, seconds: float, tmp_path: Path, counts: Counts
) -> None:
    with Organisation(tmp_path) as organisation:
        sender = organisation.joined("sender", "Ina de Wit")
        receiver = organisation.device("receiver")
        enrolment.join(receiver, organisation.invited("Bas Smit")[0], label="receiver")
        synchronisation.exchange_all(receiver)
        fill(sender, unsent)
        assert synchronisation.status(sender).unsent == unsent
        keys = [(each.vault.home, each.vault.key) for each in (sender, receiver)]
        for each in (sender, receiver):
            each.close()
            organisation.opened.remove(each)

        started = time.monotonic()
        kills, peak = through_kills(*keys[0], seconds)
        sent_s = time.monotonic() - started
        started = time.monotonic()
        received_kills, received_peak = through_kills(*keys[1], seconds)
        received_s = time.monotonic() - started

        rows = []
        for home, key in keys:
            with open_workspace(open_vault(home, key), SystemClock()) as workspace, workspace.database.read() as reader:
                kinds = ("client", '"case"', "contact")
                rows.append([sorted(reader.exec_driver_sql(f"SELECT * FROM {kind}").all()) for kind in kinds])  # noqa: S608
        assert rows[0] == rows[1]
        assert sum(map(len, rows[0])) == unsent
    counts(
        f"backlog of {unsent:,}: sent through {kills} kills in {sent_s:.0f} s ({peak:.0f} MB at most), received "
        f"through {received_kills} in {received_s:.0f} s ({received_peak:.0f} MB)"
    )
    assert max(peak, received_peak) <= MEMORY_MB
