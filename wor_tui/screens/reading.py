"""A screen that shows what is kept: it reads when it opens, and again when something changed."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Generic, TypeVar

from wor_tui.screens.frame import WorScreen
from wor_tui.screens.trouble import Failed

if TYPE_CHECKING:
    from wor_tui.app import WorApp
    from wor_tui.services.workspace import Workspace

Read = TypeVar("Read")


class ReadingScreen(WorScreen[None], Generic[Read]):
    """A subclass gives `read`, which asks the services in a thread, and `show_read`, which shows the answer here."""

    logs = ""
    """What the log calls this list of people; empty when the screen is no such list, or says it itself."""
    ahead: Read | Failed | None = None
    """What was read before the screen was there."""
    empty = True
    """Whether it is still being read for the first time: a key has nothing to work on, and waits."""

    def on_mount(self) -> None:
        """Read."""
        self.data_changed()

    def data_changed(self) -> None:
        """Read again, the newest asking only; the cursors stay."""
        self.run_worker(self.load, exclusive=True, group="load")

    async def read_ahead(self, app: WorApp) -> None:
        """Read before the screen is there: its first picture is the filled one. Nothing may be saved in between."""
        self.ahead = await self.ask_services(app)

    async def ask_services(self, app: WorApp) -> Read | Failed:
        """Read in a thread; what can't be read has been said."""
        return await app.attempt(partial(self.read, app.desk))

    async def load(self) -> None:
        """Read, and show; what stood here stays when it can't be read."""
        found, self.ahead = self.ahead, None
        if found is None:
            found = await self.ask_services(self.wor)
        if not isinstance(found, Failed):
            if self.logs and self.empty:
                from wor_tui.services import readings  # noqa: PLC0415

                readings.listed(self.wor.desk, self.logs)
            await self.show_read(found)
        self.empty = False

    def read(self, desk: Workspace) -> Read:
        """Ask the services, in a thread; raises what they raise."""
        raise NotImplementedError

    async def show_read(self, found: Read) -> None:
        """Show what was read."""
        raise NotImplementedError

    def open_case(self, case_id: str, tab: str = "overview") -> None:
        """To a case."""
        from wor_tui.screens.client import ClientScreen  # noqa: PLC0415

        self.wor.push_screen(ClientScreen(case_id, tab))

    def opens_cases(self) -> bool:
        """Whether this person may open case files."""
        from wor_tui.screens.workbench import sees_cases  # noqa: PLC0415

        return sees_cases(self.wor.desk)
