"""The state machine: what people, networks and crashes do to a few devices and one central API, and what must hold."""

import json
from typing import Any

from hypothesis.stateful import invariant
from sqlalchemy import select

from sync.client.status import held
from sync.server.models import OP
from sync.wire import RefusalCode
from tests.sync_client.at_work import everything
from tests.sync_model.mishaps import Mishaps
from tests.sync_model.newer import PLAN, SHOE
from tests.sync_model.people import People
from tests.sync_model.setting import FIELDS
from tests.sync_model.world import DEVICES, Device

OF_ERASED = {RefusalCode.ERASED, RefusalCode.GROUP}
"""Why changes of a record that was erased, and what was saved together with them, are refused."""


class SyncMachine(People, Mishaps):
    """Two devices that share one team; a subclass sets `devices` higher (at most 4)."""

    @invariant()
    def nothing_vanishes_from_a_screen(self) -> None:
        self.broken, whole = True, not self.broken
        for number in sorted(self.dirty):
            device = self.device(number)
            sights = self.sights(device)
            for record in self.records:
                after = sights.get(record, {})
                if record not in self.ledger.erased:
                    self.ledger.check_never_vanished(record, self.seen.get((number, record), {}), after)
                self.seen[number, record] = after
            status = device.status()
            assert status.quarantined == 0
            assert status.held == 0 or self.ledger.erased
        self.dirty.clear()
        self.broken = not whole

    def teardown(self) -> None:
        try:
            if not self.broken:
                self._finish()
        finally:
            self.world.close()

    def _finish(self) -> None:
        """Everybody exchanges to the end; a late joiner, who saw none of it, must see the same."""
        everybody = [self.device(number) for number in range(self.devices)]
        late = self.world.device(DEVICES - 1)
        if self.second_team:
            for device in [*everybody, late]:
                device.until_done()
                self.world.grant(self.second_team, device)
        for device in everybody:
            while device.faults.late:
                device.faults.arrives(0)
        for device in [*everybody, *everybody, late]:
            device.until_done()
        reference = canonical(everybody[0])
        for device in [*everybody[1:], late]:
            assert canonical(device) == reference
        for device in [*everybody, late]:
            status = device.status()
            assert (status.unsent, status.quarantined, status.complete) == (0, 0, True)
        self._check_what_is_held(everybody)
        self._check_records(late)
        self._check_what_is_new(everybody, late)
        self._check_what_was_erased([*everybody, late])
        self._check_once()
        type(self).agreed += 1
        type(self).steps += len(self.script)

    def _check_what_is_held(self, everybody: list[Device]) -> None:
        """Only what was made of an erased record, and what was saved together with it, was refused."""
        for device in everybody:
            with device.database.read() as connection:
                assert {item.code for item in held(connection)} <= OF_ERASED
            self.refused |= device.held()
        together = {self.ledger.client_of.get(record, record) for record in self.refused}
        assert together <= self.ledger.erased

    def _check_records(self, late: Device) -> None:
        sights = self.sights(late)
        rows = late.rows("client")
        for record in self.records:
            sight = sights.get(record, {})
            if record in self.ledger.erased:
                assert not sight, "an erased record is shown"
            elif record in rows and rows[record]["deleted_at"] is not None:
                self.ledger.check_gone(record, [(name, value) for name in FIELDS for value in sight.get(name, ())])
            else:
                self.ledger.check_shown(record, sight)
        self._check_made(self.ledger.notes, {record: row["note"] for record, row in late.rows("entry").items()})

    def _check_made(self, made: dict[str, str], shown: dict[str, str]) -> None:
        """All is there but what was refused; of two copies one may have sent what the other was refused."""
        assert shown.items() <= made.items()
        assert made.keys() - shown.keys() <= self.refused

    def _check_what_is_new(self, everybody: list[Device], late: Device) -> None:
        """Whoever upgrades after all came sees what the newer devices made, and old devices changed none of it."""
        shown: list[dict[str, Any]] = []
        for device in [*everybody, late] if self.ledger.plans else []:
            device.upgrade()
            plans = {record: row["text"] for record, row in device.rows(PLAN).items()}
            self._check_made(self.ledger.plans, plans)
            shown.append(plans | {record: row[SHOE] for record, row in device.rows("client").items()})
        assert all(one == shown[0] for one in shown)

    def _check_what_was_erased(self, everybody: list[Device]) -> None:
        """No value of an erased record is in any table of any device, nor its ops' contents at the central API."""
        if not self.ledger.erased:
            return
        values = set[str]().union(*(self.ledger.values_of(record) for record in self.ledger.erased))
        for device in everybody:
            kept = everything(device).decode()
            left = [value for value in values if value in kept]
            assert not left, "a value of an erased record is still here"
        with self.world.central.database.reading() as connection:
            for record in self.ledger.erased:
                kinds = connection.execute(select(OP.c.kind).where(OP.c.record_id == record)).scalars().all()
                assert kinds == ["erase"]

    def _check_once(self) -> None:
        with self.world.central.database.reading() as connection:
            refused = connection.exec_driver_sql("SELECT count(*) FROM refusal").scalar_one()
            if self.copied and (refused or self.ledger.erased):
                # What was refused is sent again by a copy that doesn't know it; what was erased can't be told apart.
                return
            # Of two copies that shared what was unsent, both may send it: then it counts once all the same.
            what = "DISTINCT group_id || record_id || kind" if self.shared_unsent else "*"
            made = connection.exec_driver_sql(f"SELECT count({what}) FROM op").scalar_one()  # noqa: S608 (two constants)
            if self.ledger.erased and self.puts_back:
                # Whoever knew told a central API that was put back; the one that had asked was refused, then.
                assert made + refused >= self.ledger.ops
                return
            assert made + refused == self.ledger.ops, "exactly once"


def canonical(device: Device) -> dict[str, Any]:
    """All that a device shows and holds, in one form; without what only a newer version shows."""
    with device.database.read() as connection:
        live = {
            record: sorted((row[1], row[2], sorted(row[6].items())) for row in json.loads(kept))
            # Of a record whose only op was refused an empty one is left on the device that made it.
            for record, kept in connection.exec_driver_sql("SELECT record, live FROM replica WHERE live <> '[]'")
        }
    conflicts = sorted(
        (one.record, one.field, sorted(str((option.value, option.device, option.at)) for option in one.options))
        for one in device.conflicts()
    )
    rows = {
        record: {name: value for name, value in row.items() if name != SHOE}
        for record, row in device.rows("client").items()
    }
    return {"rows": rows, "entries": device.rows("entry"), "conflicts": conflicts, "live": live}
