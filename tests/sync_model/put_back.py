"""A central API that is put back from a backup, as `wor-central restore` does."""

from hypothesis.stateful import precondition

from tests.sync_model.machine import SyncMachine
from tests.sync_model.script import rule


class ServerPutBack(SyncMachine):
    """Three devices; the central API is put back from a backup, again and again."""

    devices = 3
    puts_back = True
    keep_copy = clone = grant = None  # pyright: ignore[reportAssignmentType]
    """Copies of devices, and teams that the older file knows nothing of, are another matter."""

    @rule()
    def back_up_the_server(self) -> None:
        self.world.central.back_up(self.world.folder / "backup")

    @precondition(lambda self: (self.world.folder / "backup").exists())
    @rule()
    def put_the_server_back(self) -> None:
        self.world.central.put_back(self.world.folder / "backup", said=True)
