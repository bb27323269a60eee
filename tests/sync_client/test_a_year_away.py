"""A device that comes back after a year with work that it never sent: all of it arrives, or is held with its reason."""

import pytest

from sync import seal
from sync.client import keyring, outbox, state
from sync.client.changes import Change
from sync.client.errors import Unanswered
from sync.client.status import held
from sync.identifiers import uuid7
from tests.sync_client.at_work import erase, everything, names, save
from tests.sync_model import world as worlds
from tests.sync_model.machine import canonical
from tests.sync_model.world import Device, World

DAY_MS = 86_400_000
MONTH_MS = 30 * DAY_MS
WEEK_MS = 7 * DAY_MS


def another_key(world: World, team: str, *devices: Device) -> None:
    """The scope gets its second key, and these devices are given it."""
    private = seal.KeyPair.new().private
    with world.central.database.writing() as connection:
        connection.exec_driver_sql("UPDATE scope SET key_epoch = 2 WHERE scope_id = ?", (team,))
        for device in devices:
            with device.database.read() as reading:
                public, own = keyring.device_keys(reading).sealing_public, state.device_of(reading)
                organisation = state.get(reading, state.ORGANISATION)
            wrapped = seal.wrap(private, public, organisation=organisation, scope=team, epoch=2, device=own)
            connection.exec_driver_sql(
                "INSERT INTO keygrant (organisation_id, device_id, scope_id, epoch, wrapped) VALUES (?, ?, ?, 2, ?)",
                (organisation, own, team, wrapped),
            )


def phone(device: Device, record: str, number: str, base: int) -> None:
    with device.database.write() as connection:
        device.replica.save(connection, [Change("client", record, device.team, {"phone": number}, base)], 1)


@pytest.mark.parametrize("clock_ms", [0, -40 * 365 * DAY_MS], ids=["its clock is right", "its battery was flat"])
def test_it_comes_back_with_all_it_had(world: World, monkeypatch: pytest.MonkeyPatch, clock_ms: int) -> None:
    here, colleague, away, late = (world.device(number) for number in range(4))
    both, gone, mine = save(here, "both"), save(here, "canary gone"), save(away, "sent before")
    for device in (here, away, here, colleague):
        device.until_done()

    def later(ms: int) -> None:
        monkeypatch.setattr(worlds, "later_ms", worlds.later_ms + ms)

    # Not sent: a new record, a field that will be in conflict, something of who will be erased, and with it a save.
    before = away.base()
    unsent = save(away, "made away")
    phone(away, both, "06-away", before)
    phone(away, gone, "06-canary", before)
    with pytest.raises(Unanswered):
        away.exchange("drop_before")
    with pytest.raises(Unanswered):
        away.exchange("drop_after", push=1)
    made = {unsent, both, gone}

    for month in range(12):
        later(MONTH_MS)
        save(colleague, f"month {month}")
        colleague.until_done()
        if month == 2:
            phone(here, both, "06-here", here.base())
        here.until_done()
        if month == 5:
            world.central.back_up(world.folder / "backup")
            erase(here, gone)
            here.until_done()
            later(WEEK_MS)
            world.central.put_back(world.folder / "backup", said=True)
        if month == 8:
            another_key(world, away.team, here, colleague, away, late)
    later(WEEK_MS)
    with here.database.read() as connection:
        kept = connection.exec_driver_sql("SELECT count(*) FROM op WHERE state = 'accepted'").scalar_one()
    assert kept < 4, "what others keep of a year ago is long tidied away"

    away.skew_ms = clock_ms
    away.kill()
    away.open()
    assert away.status().unsent == len(made)
    away.until_done()
    for device in (here, colleague, away):
        device.until_done()
    late.until_done()
    stands = away.status()
    assert (stands.unsent, stands.quarantined, stands.complete, stands.stopped) == (0, 0, True, None)
    with away.database.read() as connection:
        assert [(item.record, item.code) for item in held(connection)] == [(gone, "erased")]
    assert names(away) == {"both", "sent before", "made away", *(f"month {month}" for month in range(12))}
    assert mine in away.rows("client")
    assert gone not in away.rows("client")
    for device in (here, colleague, away):
        assert canonical(device)["rows"] == canonical(here)["rows"]
        (conflict,) = device.conflicts()
        assert {option.value for option in conflict.options} == {"06-away", "06-here"}
        assert b"canary" not in everything(device)
    with away.database.write() as connection:
        outbox.drop(connection, held(connection)[0].n)
    save(away, "and goes on", uuid7())
    away.until_done()
    late.until_done()
    assert "and goes on" in names(late)
