"""What the screens show of two devices and a real central API: joining, the desk, a difference that one decides."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from sync.client import lease
from tests.lock.driving import ended
from tests.screens.driving import at, said, settled, text_of, type_text, until
from tests.services.central import Organisation
from tests.services.test_sent_away import send_away
from tests.services.vaults import PASSPHRASE
from wor_tui.app import WorApp
from wor_tui.clock import SystemClock
from wor_tui.config import Config
from wor_tui.domain.codes import Role
from wor_tui.lock import Locked, Reason
from wor_tui.screens.agenda import AgendaScreen
from wor_tui.screens.appointment_form import AppointmentForm
from wor_tui.screens.client import ClientScreen
from wor_tui.screens.contact_first import ContactFirstScreen
from wor_tui.screens.decide import DecideScreen
from wor_tui.screens.desk import DeskScreen
from wor_tui.screens.recovery import RecoveryScreen
from wor_tui.screens.standing import Line
from wor_tui.screens.start import StartScreen
from wor_tui.screens.sync import SyncScreen
from wor_tui.screens.today import TodayScreen
from wor_tui.screens.vault_work import FoundScreen
from wor_tui.services import caseload, cases, clients, enrolment, referrals, synchronisation
from wor_tui.services.case_file import case_file
from wor_tui.services.workspace import Workspace, open_workspace
from wor_tui.vault import passphrase_cost
from wor_tui.vault.vault import exists, open_vault, unlock


@pytest.fixture(scope="module")
def organisation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Organisation]:
    with Organisation(tmp_path_factory.mktemp("organisation")) as made:
        yield made


@pytest.fixture(scope="module")
def bas(organisation: Organisation) -> Workspace:
    return organisation.joined("bas", "Bas Kuiper")


def opened(organisation: Organisation, home: str, name: str, role: Role = Role.COACH) -> WorApp:
    """The app on a device of its own, that has joined."""
    organisation.joined(home, name, role).close()
    return WorApp(organisation.folder / home, config=Config(), passphrase=PASSPHRASE)


def change_phone(workspace: Workspace, case_id: str, number: str) -> None:
    file = case_file(workspace, case_id)
    clients.edit(workspace, file.client.id, {"phone": number}, file.bases[file.case.scope])


def a_case(workspace: Workspace) -> str:
    return cases.open_by_hand(
        workspace, {"given_name": "Zoë", "family_name": "Meijer"}, received_on=workspace.clock.today()
    )


async def test_a_difference_is_decided_on_the_screen_and_both_agree(organisation: Organisation, bas: Workspace) -> None:
    case_id = a_case(bas)
    synchronisation.exchange_all(bas)
    app = opened(organisation, "ina", "Ina de Wit")
    async with app.run_test(size=(80, 24)) as pilot:
        await at(pilot, TodayScreen)
        await until(pilot, lambda: app.background is not None and app.background.line is Line.UP)
        organisation.stop()
        change_phone(app.desk, case_id, "030-1111111")
        app.saved()
        change_phone(bas, case_id, "030-2222222")
        await until(pilot, lambda: "1 nog niet verstuurd · geen verbinding" in said(app.screen))
        await pilot.press("f8")
        await at(pilot, SyncScreen)
        await until(pilot, lambda: "1 wijziging staat op dit apparaat" in said(app.screen))
        assert "Er wacht niets" not in said(app.screen)
        organisation.start()
        await asyncio.to_thread(synchronisation.exchange_all, bas)
        # Asked for while the last answer was "no connection": what is said now is about now.
        await pilot.press("ctrl+r")
        # The answer stands where the badge is on a short terminal, for some seconds.
        await until(pilot, lambda: bool(list(app._notifications)))
        assert not any("Geen verbinding" in each.message for each in app._notifications)
        await until(pilot, lambda: "≠ 1 verschil" in said(app.screen))
        await pilot.press("enter")
        await at(pilot, DecideScreen)
        await pilot.press("enter")
        assert "Kies eerst" in text_of(app, "#said")
        assert isinstance(app.screen, DecideScreen)
        [conflict] = synchronisation.conflicts(app.desk)
        [wanted] = [option for option in conflict.options if option.value == "030-2222222"]
        assert wanted.by == "Bas Kuiper"
        await pilot.press(str(wanted.take))
        assert not text_of(app, "#said")
        await pilot.press("enter")
        await at(pilot, SyncScreen)
        await until(pilot, lambda: "≠" not in said(app.screen))
        await until(pilot, lambda: synchronisation.status(app.desk).unsent == 0)
        await asyncio.to_thread(synchronisation.exchange_all, bas)
        assert case_file(bas, case_id).client.phone == case_file(app.desk, case_id).client.phone == "030-2222222"
        assert not synchronisation.conflicts(bas)
        await app.action_quit()


async def test_enter_on_what_waits_opens_its_case(organisation: Organisation) -> None:
    app = opened(organisation, "eva", "Eva Smit")
    async with app.run_test(size=(120, 40)) as pilot:
        await at(pilot, TodayScreen)
        organisation.stop()
        try:
            a_case(app.desk)
            app.saved()
            await pilot.press("f8")
            await at(pilot, SyncScreen)
            await until(pilot, lambda: "nog niet verstuurd" in said(app.screen) and "Meijer" in said(app.screen))
            await pilot.press("enter")
            await at(pilot, ClientScreen)
            await app.action_quit()
        finally:
            organisation.start()


async def test_an_assistant_sees_the_desk_and_no_key_that_does_nothing(
    organisation: Organisation, bas: Workspace
) -> None:
    today = bas.clock.today()
    referrals.register(
        bas,
        {
            "client_name": "Truus van Beek", "phone": "06-12345678", "type": "welfare", "channel": "phone",
            "received_on": today - timedelta(days=1),
        },
    )  # fmt: skip
    synchronisation.exchange_all(bas)
    app = opened(organisation, "joyce", "Joyce Landveld", Role.ASSISTANT)
    async with app.run_test(size=(80, 24)) as pilot:
        await at(pilot, DeskScreen)
        await until(pilot, lambda: "Truus van Beek" in said(app.screen))
        assert "Enter openen" not in said(app.screen)
        assert "caseload" not in said(app.screen)
        await pilot.press("f3")
        assert isinstance(app.screen, DeskScreen)
        await pilot.press("n", *"Sjaak", "tab", "tab", *"2359")
        app.screen.query_one("#practice_name").focus()
        await pilot.press(*"Linde", "ctrl+s")
        await at(pilot, DeskScreen)
        await until(pilot, lambda: "23:59 Sjaak" in said(app.screen))
        await pilot.press("f4")
        await at(pilot, AgendaScreen)
        await until(pilot, lambda: "Sjaak" in said(app.screen))
        await pilot.press("enter")
        await at(pilot, AppointmentForm)
        await app.action_quit()


async def test_an_invitation_joins_on_the_first_start(
    organisation: Organisation, bas: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passphrase_cost, "calibrated", lambda: passphrase_cost.FLOOR)
    case_id = a_case(bas)
    synchronisation.exchange_all(bas)
    invitation, _person = organisation.invited("Noor Bakker")
    app = WorApp(tmp_path / "noor", config=Config())
    async with app.run_test(size=(80, 24)) as pilot:
        await at(pilot, StartScreen)
        await pilot.press("2")
        await type_text(pilot, "hallo")
        await pilot.press("ctrl+s")
        assert "geen hele uitnodiging" in said(app.screen)
        await pilot.press("ctrl+a", "ctrl+k")
        app.screen.query_one("#invitation").line.value = invitation  # pyright: ignore[reportAttributeAccessIssue]
        await pilot.press("tab")
        await type_text(pilot, PASSPHRASE)
        await pilot.press("tab")
        await type_text(pilot, PASSPHRASE)
        await pilot.press("enter")
        await at(pilot, RecoveryScreen)
        groups = app.screen.groups  # pyright: ignore[reportAttributeAccessIssue]
        await pilot.press("enter")
        await type_text(pilot, groups[1])
        await pilot.press("enter")
        await type_text(pilot, groups[4])
        await pilot.press("enter")
        await at(pilot, TodayScreen)
        await until(pilot, lambda: app.workspace is not None and synchronisation.status(app.desk).complete)
        assert app.desk.me.name == "Noor Bakker"
        assert case_file(app.desk, case_id).client.name == "Meijer, Zoë"
        await settled(pilot)
        await app.action_quit()


def without_contact_for(home: Path, days: int) -> None:
    """Let a closed vault look as if it was in contact so many days ago; one change of it is unsent."""
    with open_workspace(open_vault(home, unlock(home, passphrase=PASSPHRASE)), SystemClock()) as workspace:
        a_case(workspace)
        with workspace.database.write() as connection:
            lease.keep(connection, lease.begun(workspace.clock_ms() - days * lease.DAY_MS))


async def test_a_device_without_contact_for_too_long_opens_after_contact(organisation: Organisation) -> None:
    app = opened(organisation, "wim", "Wim Post")
    without_contact_for(app.home, 15)
    organisation.stop()
    async with app.run_test(size=(80, 24)) as pilot:
        try:
            await at(pilot, ContactFirstScreen)
            await until(pilot, lambda: "geen verbinding" in said(app.screen))
            shown = " ".join(said(app.screen).replace("│", " ").split())
            assert "langer dan 14 dagen geen contact" in shown
            assert "Er is niets kwijt" in shown
            assert "wachten" in shown
            # Nothing else is to be reached, and nothing of the vault is shown.
            for key in ("f2", "f3", "f8", "escape"):
                await pilot.press(key)
            assert isinstance(app.screen, ContactFirstScreen)
            assert app.workspace is None
        finally:
            organisation.start()
        await pilot.press("enter")
        await at(pilot, TodayScreen)
        await until(pilot, lambda: synchronisation.status(app.desk).unsent == 0)
        # It is over while the program runs: it locks by itself.
        assert app.background is not None
        app.background.stop()
        with app.desk.database.write() as connection:
            lease.keep(connection, lease.begun(app.desk.clock_ms() - 15 * lease.DAY_MS))
        await app.look_at_lease()
        await ended(pilot, app)
    assert app.locked == Locked(Reason.LEASE)


async def test_three_days_before_it_says_so(organisation: Organisation) -> None:
    app = opened(organisation, "tineke", "Tineke Vos")
    without_contact_for(app.home, 12)
    organisation.stop()
    try:
        async with app.run_test(size=(120, 40)) as pilot:
            await at(pilot, TodayScreen)
            await until(pilot, lambda: "nog 2 dagen tot slot" in said(app.screen))
            assert "nog 2 dagen tot slot: maak contact" in said(app.screen)
            await app.action_quit()
    finally:
        organisation.start()


@pytest.mark.soak
async def test_a_device_that_is_sent_away_leaves_its_work_and_is_empty(organisation: Organisation) -> None:
    app = opened(organisation, "gone", "Gerrit Mol")
    lead = organisation.device("leader")
    invitation, _ = enrolment.invite(organisation.coordinator, "Bea de Lange", Role.COACH, leads=True)
    await asyncio.to_thread(synchronisation.exchange_all, organisation.coordinator)
    await asyncio.to_thread(enrolment.join, lead, invitation.text)
    async with app.run_test(size=(80, 24)) as pilot:
        await at(pilot, TodayScreen)
        await until(pilot, lambda: app.background is not None and app.background.line is Line.UP)
        organisation.stop()
        made = a_case(app.desk)
        organisation.start()
        await asyncio.to_thread(send_away, organisation, app.desk)
        app.saved()
        await until(pilot, lambda: isinstance(app.screen, FoundScreen))
        assert "Dit apparaat is leeg" in said(app.screen)
        assert not exists(app.home)
        await pilot.press("escape")
        await until(pilot, lambda: app.return_code is not None)
    await asyncio.to_thread(synchronisation.exchange_all, lead)
    lead.close()
    again = WorApp(lead.vault.home, config=Config(), passphrase=PASSPHRASE)
    async with again.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "in bewaring (F8)" in said(again.screen))
        await pilot.press("f8")
        await until(pilot, lambda: "in bewaring" in said(again.screen) and isinstance(again.screen, SyncScreen))
        await pilot.press("enter")
        await until(pilot, lambda: "Gerrit Mol" in said(again.screen))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(again.screen, FoundScreen))
        assert "Meijer" in said(again.screen)
        await pilot.press("escape", "o")
        await until(pilot, lambda: "Er is niets in bewaring" in said(again.screen))
        assert made in caseload.index(again.desk, "team").ids
        await until(pilot, lambda: synchronisation.status(again.desk).escrow == 0)
        await again.action_quit()
