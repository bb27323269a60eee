"""The rules of the state machine that networks, disks, clocks and machines carry out."""

import contextlib

from hypothesis import strategies as st
from hypothesis.stateful import precondition

from sync.client.errors import Unanswered
from tests.sync_model.faults import FAULTS
from tests.sync_model.script import rule
from tests.sync_model.setting import Setting, some_place, which_device
from tests.sync_model.world import DEVICES, Killed
from wor_tui.vault.errors import DiskFull

faults = st.one_of(st.just(""), st.sampled_from(FAULTS))
YEARS_MS = 10 * 365 * 86_400_000


class Mishaps(Setting):
    """Requests are lost, doubled, cut and held up; processes die; disks fill; clocks jump; files are copied."""

    @rule(number=which_device, fault=faults, push=st.integers(1, 4), page=st.integers(1, 3), cut=st.floats(0, 0.999))
    def exchange(self, number: int, fault: str, push: int, page: int, cut: float) -> None:
        device = self.device(number)
        device.faults.truncate_at = cut
        before = device.outbox_bytes()
        try:
            device.exchange(fault, push=push, page=page)
        except Unanswered:
            assert device.outbox_bytes() == before, "trouble on the way touched the outbox"
        self.dirty.add(number % self.devices)

    @rule(number=which_device, statement=st.integers(0, 40))
    def die_in_an_exchange(self, number: int, statement: int) -> None:
        device = self.device(number)
        try:
            device.exchange(die_after=statement)
        except Killed:
            device.kill()
        self.dirty.add(number % self.devices)

    @rule(
        number=which_device,
        fault=faults,
        after=st.integers(0, 4),
        push=st.integers(1, 3),
        page=st.integers(1, 3),
        cut=st.floats(0, 0.999),
        statement=st.one_of(st.none(), st.integers(0, 80)),
    )
    def exchange_all(
        self, number: int, fault: str, after: int, push: int, page: int, cut: float, statement: int | None
    ) -> None:
        """Many small exchanges, each under way while the answer before it is taken in; one of them may go wrong."""
        device = self.device(number)
        device.faults.truncate_at = cut
        try:
            device.exchange(fault, push=push, page=page, die_after=statement, all_of_it=True, after=after)
        except Unanswered:
            pass
        except Killed:
            device.kill()
        self.dirty.add(number % self.devices)

    @rule(fault=faults, after=st.integers(0, 4), statement=st.one_of(st.none(), st.integers(0, 60)))
    def join_by_snapshot(self, fault: str, after: int, statement: int | None) -> None:
        """The device that joins late begins, or goes on, and may be killed between or in the parts of a snapshot."""
        late = self.world.device(DEVICES - 1)
        try:
            late.exchange(fault, die_after=statement, all_of_it=True, after=after)
        except Unanswered:
            pass
        except Killed:
            late.kill()
        late.faults.late.clear()

    @precondition(lambda self: any(self.device(number).faults.late for number in range(self.devices)))
    @rule(place=some_place)
    def a_late_request_arrives(self, place: int) -> None:
        """A request that was held up comes after all, behind newer ones."""
        held_up = [device for device in map(self.device, range(self.devices)) if device.faults.late]
        held_up[place % len(held_up)].faults.arrives(place)

    @rule(number=which_device, pages=st.integers(0, 4), save=st.booleans())
    def run_out_of_disk(self, number: int, pages: int, save: bool) -> None:
        """The disk is full for a while, during a save and an exchange."""
        device = self.device(number)
        with device.full_disk(pages):
            if save:
                record = self.new_id()
                self.scope_of[record] = device.team
                with contextlib.suppress(DiskFull):
                    self.save(device, record, {"name": self.value(device, "name") + "x" * 9000}, 0, {})
                    self.records.append(record)
            with contextlib.suppress(DiskFull):
                device.exchange()
        self.dirty.add(number % self.devices)

    @rule(number=which_device, years=st.sampled_from([-10, -1, 0, 1, 10]))
    def set_the_clock(self, number: int, years: int) -> None:
        self.device(number).skew_ms = years * YEARS_MS // 10

    @rule(number=which_device)
    def kill_and_reopen(self, number: int) -> None:
        self.device(number).kill()

    @rule(number=which_device)
    def keep_copy(self, number: int) -> None:
        """A backup, or a synchronising folder's older version: with whatever is unsent."""
        device = self.device(number)
        to = self.world.folder / f"kept{number % self.devices}"
        device.copied_to(to)
        self.copies[number % self.devices] = to

    @precondition(lambda self: self.copies)
    @rule(place=some_place)
    def restore_client(self, place: int) -> None:
        """A device whose work was sent is put back as it was when it was copied."""
        number = sorted(self.copies)[place % len(self.copies)]
        self.replace_files(number, self.copies[number])

    @rule(number=which_device)
    def clone(self, number: int) -> None:
        """Another computer goes on with a copy of this device's files; both live on, with whatever is unsent."""
        device, other = self.device(number), (number + 1) % self.devices
        self.shared_unsent |= device.status().unsent > 0
        to = self.world.folder / "cloned"
        device.copied_to(to)
        self.replace_files(other, to)
        self.copies.pop(other, None)

    @rule()
    def restart_the_server(self) -> None:
        self.world.central.restart()
