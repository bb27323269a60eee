"""Looking who was registered twice among 100,000 clients: `python -m tests.benchmarks.likeness_bench [clients]`.

3,000 family names and 200 given names, of which some are common; one in 500 is registered twice, word for word.
"""

import random
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

from wor_tui.clock import SystemClock
from wor_tui.domain.identifiers import new_id
from wor_tui.services import enrolment, likeness
from wor_tui.services.workspace import Workspace, open_workspace
from wor_tui.vault.passphrase_cost import FLOOR
from wor_tui.vault.vault import create

CLIENTS, TWICE_IN, CHANGED, ASKED = 100_000, 500, 1_000, 50
SYLLABLES = (
    "ba",
    "den",
    "hoek",
    "jan",
    "kra",
    "lin",
    "mul",
    "ron",
    "smit",
    "sma",
    "tuin",
    "ver",
    "vis",
    "wou",
    "zan",
    "oor",
)
_INSERT = (
    "INSERT INTO client (id, scope, family_name, given_name, birth_date, postcode, phone, apart)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, '{}')"
)


def filled(workspace: Workspace, clients: int) -> None:
    """That many clients, none of them looked at."""
    chance = random.Random(7)
    family_names = ["".join(chance.choices(SYLLABLES, k=3)).capitalize() for _ in range(3_000)]
    given_names = ["".join(chance.choices(SYLLABLES, k=2)).capitalize() for _ in range(200)]
    scope = workspace.scopes.team
    rows: list[tuple[str, ...]] = []
    while len(rows) < clients:
        if rows and chance.random() < 1 / TWICE_IN:
            rows.append((new_id(), *chance.choice(rows)[1:]))
            continue
        # Common ones: the lower the place in the list, the more often.
        family = f"{chance.choice(('', '', 'van ', 'de '))}{family_names[int(3_000 * chance.random() ** 3)]}"
        given = given_names[int(200 * chance.random() ** 2)]
        born = date(1935, 1, 1) + timedelta(days=chance.randrange(25_000))
        postcode = f"{chance.randrange(1000, 1150)} {chr(65 + chance.randrange(26))}{chr(65 + chance.randrange(26))}"
        phone = f"06-{chance.randrange(10_000_000, 99_999_999)}"
        rows.append((new_id(), scope, family, given, born.isoformat(), postcode, phone))
    with workspace.database.write() as connection:
        connection.exec_driver_sql(_INSERT, rows)
        connection.exec_driver_sql("INSERT INTO unlooked SELECT id FROM client")


def measure(workspace: Workspace) -> None:
    """Print the figures."""
    longest, started, cpu = 0.0, time.perf_counter(), time.process_time()
    looked = 0
    while True:
        rounds = iter((False, True))
        begun = time.perf_counter()
        done = likeness.look(workspace, rounds.__next__)
        longest = max(longest, time.perf_counter() - begun)
        looked += done
        if not done:
            break
    whole, spent = time.perf_counter() - started, time.process_time() - cpu
    sys.stdout.write(
        f"first look at {looked}: {whole:.1f} s, {spent:.1f} s of a processor, longest step {longest:.3f} s\n"
    )
    with workspace.database.write() as connection:
        connection.exec_driver_sql("INSERT INTO unlooked SELECT id FROM client ORDER BY random() LIMIT ?", (CHANGED,))
    begun = time.perf_counter()
    likeness.look(workspace)
    sys.stdout.write(f"{CHANGED} that changed: {time.perf_counter() - begun:.2f} s\n")
    begun = time.perf_counter()
    for number in range(ASKED):
        born = date(1960, 1, 1) + timedelta(days=number)
        likeness.resembling(workspace, {"given_name": "Jan", "family_name": "Jansen", "birth_date": born})
    sys.stdout.write(f"asking while registering: {(time.perf_counter() - begun) / ASKED * 1000:.1f} ms\n")
    begun = time.perf_counter()
    found = likeness.pairs(workspace)
    probable = sum(each.probable for each in found)
    sys.stdout.write(f"{len(found)} pairs ({probable} probable) listed in {time.perf_counter() - begun:.2f} s\n")


if __name__ == "__main__":
    with (
        tempfile.TemporaryDirectory() as folder,
        open_workspace(create(Path(folder) / "home", "verzonnen mensen", FLOOR).vault, SystemClock()) as opened,
    ):
        enrolment.begin_alone(opened, "Marieke de Wit")
        filled(opened, int(sys.argv[1]) if len(sys.argv) > 1 else CLIENTS)
        measure(opened)
