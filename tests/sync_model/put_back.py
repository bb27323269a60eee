"""A central API that is put back from a backup, with `wor-central restore` or without, and a device that is lost."""

from hypothesis import strategies as st
from hypothesis.stateful import precondition

from tests.sync_model.machine import SyncMachine
from tests.sync_model.script import rule
from tests.sync_model.setting import FIELDS, some_place, which_device


class ServerPutBack(SyncMachine):
    """Three devices; the central API is put back from a backup, again and again."""

    devices = 3
    puts_back = True
    keep_copy = clone = grant = None  # pyright: ignore[reportAssignmentType]
    """Copies of devices, and teams that the older file knows nothing of, are another matter."""

    def __init__(self) -> None:
        super().__init__()
        self.vanished = False

    @rule()
    def back_up_the_server(self) -> None:
        self.world.central.back_up(self.world.folder / "backup")

    @precondition(lambda self: (self.world.folder / "backup").exists())
    @rule(said=st.booleans())
    def put_the_server_back(self, said: bool) -> None:
        """With `wor-central restore`, or by whoever copies the older file into its place."""
        self.world.central.put_back(self.world.folder / "backup", said=said)

    @precondition(lambda self: not self.vanished)
    @rule(number=which_device)
    def vanish(self, number: int) -> None:
        """A device is lost for good, just when a colleague's has all that it made; its place is taken by a new one."""
        device = self.device(number)
        device.until_done()
        self.device(number + 1).until_done()
        self.refused |= device.held()
        device.put_back(self.world.folder / f"device{self.devices}")
        self.vanished = True
        self._begins_anew(number % self.devices)

    @rule(number=which_device, place=some_place, field=st.sampled_from(FIELDS), said=st.booleans())
    def lose_device_and_history(self, number: int, place: int, field: str, said: bool) -> None:
        """What a device sent since the backup is only with a colleague, when both are gone."""
        device, record = self.device(number), self.records[place % len(self.records)]
        device.until_done()
        self.back_up_the_server()
        sight = self.sight(device, record)
        if self.vanished or "name" not in sight:
            return
        self.save(device, record, {field: self.value(device, field)}, device.base(self.scope_of[record]), sight)
        self.new_record(number=number, second=False)
        self.vanish(number=number)
        self.put_the_server_back(said=said)

    @rule(number=which_device, place=some_place, field=st.sampled_from(FIELDS), sent=st.booleans())
    def give_places_out_again(self, number: int, place: int, field: str, sent: bool) -> None:
        """A change that is based on a place of the lost history, when another op has that place."""
        one, other, third = (self.device(number + step) for step in range(3))
        record = self.records[place % len(self.records)]
        for device in (one, other, third, one):
            device.until_done()
        self.back_up_the_server()
        scope = self.scope_of[record]
        for device in (other, one):
            sight = self.sight(device, record)
            if "name" in sight:
                self.save(device, record, {field: self.value(device, field)}, device.base(scope), sight)
            if device is other or sent:
                device.until_done()
            if device is other:
                one.until_done()
        self.put_the_server_back(said=False)
        sight = self.sight(third, record)
        if "name" in sight:
            self.save(third, record, {field: self.value(third, field)}, third.base(scope), sight)
        third.until_done()

    def _check_once(self) -> None:
        """Of what was sent, not of what was offered; what a lost device made may only be offered."""
        with self.world.central.database.reading() as connection:
            made = "SELECT (SELECT count(*) FROM op WHERE group_id NOT LIKE 'offer-%') + (SELECT count(*) FROM refusal)"
            count = connection.exec_driver_sql(made.replace("%", "%%")).scalar_one()
        if not self.ledger.erased:
            # Whoever knew of an erasure told it again.
            assert count <= self.ledger.ops
        if not self.vanished:
            assert count >= self.ledger.ops
