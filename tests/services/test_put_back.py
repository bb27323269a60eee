"""A vault that was put back or copied: the person is told, and colleagues still see whose changes they are."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.client import state
from tests.services.central import Organisation
from tests.services.test_two_devices import a_case
from tests.services.vaults import PASSPHRASE
from wor_tui.clock import SystemClock
from wor_tui.commands.sync import write_status
from wor_tui.services import synchronisation
from wor_tui.services.caseload import View, index
from wor_tui.services.workspace import Workspace, open_workspace
from wor_tui.vault.vault import open_vault, unlock
from wor_tui.wording import older_sentence


@pytest.fixture(scope="module")
def organisation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Organisation]:
    """A central API with a coordinator."""
    with Organisation(tmp_path_factory.mktemp("put-back")) as made:
        yield made


def opened(organisation: Organisation, home: Path) -> Workspace:
    workspace = open_workspace(open_vault(home, unlock(home, passphrase=PASSPHRASE)), SystemClock())
    organisation.opened.append(workspace)
    return workspace


def people_of_devices(workspace: Workspace) -> dict[str, str]:
    with workspace.database.read() as connection:
        found = connection.exec_driver_sql("SELECT d.id, p.name FROM device d JOIN person p ON p.id = d.person_id")
        return {row[0]: row[1] for row in found}


def test_an_older_vault_says_so_and_is_still_the_same_persons(
    organisation: Organisation, capsys: pytest.CaptureFixture[str]
) -> None:
    ina = organisation.joined("ina", "Ina Kuiper")
    before, home = ina.me.device_id, organisation.folder / "ina"
    ina.close()
    organisation.opened.remove(ina)
    shutil.copytree(home, organisation.folder / "copy")
    ina = opened(organisation, home)
    case_id = a_case(ina, "Bakker")
    synchronisation.exchange_all(ina)
    ina.close()
    organisation.opened.remove(ina)
    shutil.rmtree(home)
    shutil.copytree(organisation.folder / "copy", home)

    ina = opened(organisation, home)
    assert index(ina, View.MINE).ids == []
    assert not synchronisation.status(ina).older
    assert ina.me.device_id == before
    synchronisation.exchange_all(ina)
    assert ina.me.device_id != before
    assert index(ina, View.MINE).ids == [case_id]
    overview = synchronisation.status(ina)
    assert (overview.older, overview.unread, overview.complete, overview.unsent) == ("older", True, True, 0)
    write_status(overview, as_json=False)
    assert older_sentence("older", complete=True) in capsys.readouterr().out
    write_status(overview, as_json=True)
    assert json.loads(capsys.readouterr().out)["older"] == "older"

    synchronisation.exchange_all(organisation.coordinator)
    devices = people_of_devices(organisation.coordinator)
    assert devices[before] == devices[ina.me.device_id] == "Ina Kuiper"
    synchronisation.read_older(ina)
    assert (synchronisation.status(ina).older, synchronisation.status(ina).unread) == ("older", False)
    with ina.database.write() as connection:
        told = state.get(connection, state.OLDER)
        state.put(connection, older=[told[0], told[1] - synchronisation.TOLD_MS, True])
    assert synchronisation.status(ina).older == ""


def test_each_case_has_its_sentence() -> None:
    said = {older_sentence(reason, complete=complete) for reason in ("older", "copied") for complete in (True, False)}
    assert len(said) == 4
