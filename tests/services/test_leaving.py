"""Signing a device out and destroying its vault: refused while anything would be lost, and ended after lost answers."""

from collections.abc import Iterator

import pytest

from sync.client import leaving as sync_leaving
from sync.client import state
from sync.client.errors import BrokenAnswer, Leaving, NotAdmitted, Unreachable
from sync.client.transport import Transport
from tests.services.central import Organisation
from tests.services.vaults import PASSPHRASE
from wor_tui.cli import main
from wor_tui.services import cases, drafts, leaving, synchronisation
from wor_tui.services.leaving import NotYet, Obstacles
from wor_tui.services.workspace import Workspace
from wor_tui.vault.vault import exists


@pytest.fixture(scope="module")
def organisation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Organisation]:
    with Organisation(tmp_path_factory.mktemp("leaving")) as made:
        yield made


def refused(workspace: Workspace) -> Obstacles:
    with pytest.raises(NotYet) as found:
        leaving.sign_out(workspace)
    return found.value.obstacles


def test_alone_nothing_is_anywhere_else(workspace: Workspace) -> None:
    found = refused(workspace)
    assert found.alone


def test_what_would_be_lost_keeps_it_and_the_rest_goes(organisation: Organisation) -> None:
    ina = organisation.joined("ina", "Ina")
    cases.open_by_hand(ina, {"family_name": "Bakker"})
    unsent = synchronisation.status(ina).unsent
    assert refused(ina) == Obstacles(alone=False, unsent=unsent, held=0, drafts=0)
    drafts.save(ina, "contact", "", {"note": "x"}, {})
    synchronisation.exchange_all(ina)
    assert refused(ina) == Obstacles(alone=False, unsent=0, held=0, drafts=1)
    drafts.drop(ina, "contact", "")
    with ina.database.write() as connection:
        connection.exec_driver_sql("UPDATE op SET state = 'held', code = 'erased' WHERE n = 1")
    assert refused(ina).held == 1
    with ina.database.write() as connection:
        connection.exec_driver_sql("UPDATE op SET state = 'accepted', code = NULL WHERE n = 1")
    home = ina.vault.home
    leaving.sign_out(ina)
    leaving.wipe(ina, backups_too=False)
    assert not exists(home)
    assert not [path for path in home.rglob("*") if path.name.startswith("vault.")]


def test_without_a_connection_it_stays_and_one_goes_on_working(organisation: Organisation) -> None:
    bep = organisation.joined("bep", "Bep")
    organisation.stop()
    try:
        with pytest.raises(Unreachable):
            leaving.sign_out(bep)
        cases.open_by_hand(bep, {"family_name": "Smit"})
    finally:
        organisation.start()
    synchronisation.exchange_all(bep)
    assert not leaving.obstacles(bep)


def test_a_lost_answer_lets_nobody_save_until_it_is_told_again(
    organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    cor = organisation.joined("cor", "Cor")
    sent = Transport.post

    def loses(self: Transport, path: str, *message: object, **more: object) -> object:
        answer = sent(self, path, *message, **more)  # pyright: ignore[reportArgumentType, reportCallIssue]
        if path == sync_leaving.PATH:
            raise BrokenAnswer("lost")
        return answer

    monkeypatch.setattr(Transport, "post", loses)
    with pytest.raises(BrokenAnswer):
        leaving.sign_out(cor)
    monkeypatch.undo()
    with pytest.raises(Leaving):
        cases.open_by_hand(cor, {"family_name": "Smit"})
    with pytest.raises(NotAdmitted):
        synchronisation.exchange_all(cor)
    leaving.sign_out(cor)


def test_a_request_that_never_arrived_is_forgotten_by_the_next_exchange(organisation: Organisation) -> None:
    dirk = organisation.joined("dirk", "Dirk")
    with dirk.database.write() as connection:
        state.put(connection, leaving=True)
    synchronisation.exchange_all(dirk)
    cases.open_by_hand(dirk, {"family_name": "Smit"})


def test_the_command_line_has_the_same_rules(organisation: Organisation, capsys: pytest.CaptureFixture[str]) -> None:
    els = organisation.joined("els", "Els")
    home = els.vault.home
    drafts.save(els, "contact", "", {"note": "x"}, {})
    els.close()
    secret = home.parent / "secret"
    secret.write_text(PASSPHRASE)
    given = ["vault", "wipe", "--home", str(home), "--passphrase-file", str(secret)]
    assert main([*given, "--yes"]) == 1
    assert "nog niet opgeslagen" in capsys.readouterr().err
    from wor_tui.clock import SystemClock  # noqa: PLC0415
    from wor_tui.services.workspace import open_workspace  # noqa: PLC0415
    from wor_tui.vault.vault import open_vault, unlock  # noqa: PLC0415

    with open_workspace(open_vault(home, unlock(home, passphrase=PASSPHRASE)), SystemClock()) as opened:
        drafts.drop(opened, "contact", "")
    assert main(given) == 2
    assert exists(home)
    assert main([*given, "--yes"]) == 0
    assert not exists(home)
