"""The central API is put back from a backup: what devices sent since comes back from them, whoever comes first."""

import shutil
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from sync.client import state
from sync.client.errors import Unanswered
from tests.services.central import Organisation
from wor_tui.services import cases, clients, synchronisation
from wor_tui.services.case_file import case_file
from wor_tui.services.caseload import View, index
from wor_tui.services.workspace import Workspace


def central(command: str, organisation: Organisation, file: Path) -> None:
    arguments = [command, "--data", str(organisation.folder / "central"), str(file)]
    subprocess.run([sys.executable, "-m", "sync.server.cli", *arguments], check=True, capture_output=True, timeout=300)


def a_case(workspace: Workspace, name: str) -> str:
    client = {"family_name": name, "given_name": "Zoë", "phone": "06-12345678"}
    return cases.open_by_hand(workspace, client, received_on=workspace.clock.today() - timedelta(days=20))


def change_phone(workspace: Workspace, case_id: str, number: str) -> None:
    file = case_file(workspace, case_id)
    clients.edit(workspace, file.client.id, {"phone": number}, file.bases[file.case.scope])


def settled(*workspaces: Workspace) -> None:
    for _ in range(3):
        for workspace in workspaces:
            synchronisation.exchange_all(workspace)


def seen(workspace: Workspace) -> dict[str, tuple[str, str]]:
    """Name and number of every case."""
    files = [case_file(workspace, case_id) for case_id in index(workspace, View.TEAM).ids]
    return {file.case.id: (file.client.name, file.client.phone) for file in files}


def test_what_was_sent_after_the_backup_comes_back(tmp_path: Path) -> None:
    with Organisation(tmp_path) as organisation:
        ina, bas = organisation.joined("ina", "Ina de Wit"), organisation.joined("bas", "Bas Kuiper")
        before = a_case(ina, "Vries")
        settled(ina, bas)
        central("backup", organisation, tmp_path / "copy.db")
        since = a_case(ina, "Meijer")
        change_phone(bas, before, "030-2222222")
        settled(ina, bas)
        change_phone(ina, since, "030-3333333")
        organisation.stop()
        central("restore", organisation, tmp_path / "copy.db")
        organisation.start()
        settled(bas, ina)
        assert seen(ina) == seen(bas)
        assert seen(ina)[before][1] == "030-2222222"
        assert seen(ina)[since] == ("Meijer, Zoë", "030-3333333")
        for workspace in (ina, bas):
            status = synchronisation.status(workspace)
            assert (status.unsent, status.conflicts, status.held, status.complete) == (0, 0, 0, True)
        late = organisation.joined("late", "Joyce Landveld")
        settled(late)
        assert seen(late) == seen(ina)


@pytest.mark.soak
def test_who_enrolled_after_the_backup_keeps_everything(tmp_path: Path) -> None:
    with Organisation(tmp_path) as organisation:
        organisation.joined("ina", "Ina de Wit")
        central("backup", organisation, tmp_path / "copy.db")
        bas = organisation.joined("bas", "Bas Kuiper")
        case_id = a_case(bas, "Meijer")
        organisation.stop()
        central("restore", organisation, tmp_path / "copy.db")
        organisation.start()
        with pytest.raises(Unanswered):
            synchronisation.exchange_all(bas)
        assert seen(bas)[case_id] == ("Meijer, Zoë", "06-12345678")
        assert synchronisation.status(bas).unsent > 0


def test_what_a_lost_device_had_sent_is_offered_by_who_has_it(tmp_path: Path) -> None:
    """The older file is put in place without a word; the first who knows more makes it known."""
    with Organisation(tmp_path) as organisation:
        ina, bas = organisation.joined("ina", "Ina de Wit"), organisation.joined("bas", "Bas Kuiper")
        before = a_case(ina, "Vries")
        settled(ina, bas)
        central("backup", organisation, tmp_path / "copy.db")
        since = a_case(ina, "Meijer")
        change_phone(ina, before, "030-2222222")
        settled(ina, bas)
        organisation.stop()
        for left in (tmp_path / "central").glob("central.db*"):
            left.unlink()
        shutil.copy(tmp_path / "copy.db", tmp_path / "central" / "central.db")
        organisation.start()
        settled(bas)
        with bas.vault.database.write() as connection:
            writes, _ = state.get(connection, state.LEFT)
            # The makers had their while.
            state.put(connection, left=[writes, 0])
        settled(bas)
        late = organisation.joined("late", "Joyce Landveld")
        settled(late)
        assert seen(late) == seen(bas)
        assert seen(late)[before][1] == "030-2222222"
        assert seen(late)[since] == ("Meijer, Zoë", "06-12345678")
        status = synchronisation.status(bas)
        assert (status.unsent, status.conflicts, status.held, status.complete) == (0, 0, 0, True)
