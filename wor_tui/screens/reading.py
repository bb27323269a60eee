"""A screen that shows what is kept: it reads when it opens, and again when something changed."""

from __future__ import annotations

from wor_tui.screens.frame import WorScreen


class ReadingScreen(WorScreen[None]):
    """A subclass gives `load()`: read in a thread, show here."""

    def on_mount(self) -> None:
        """Read."""
        self.data_changed()

    def data_changed(self) -> None:
        """Read again, the newest asking only; the cursors stay."""
        self.run_worker(self.load, exclusive=True, group="load")

    async def load(self) -> None:
        """Read in a thread, show here."""
        raise NotImplementedError

    def open_case(self, case_id: str, tab: str = "overview") -> None:
        """To a case."""
        from wor_tui.screens.client import ClientScreen  # noqa: PLC0415

        self.wor.push_screen(ClientScreen(case_id, tab))

    def opens_cases(self) -> bool:
        """Whether this person may open case files."""
        from wor_tui.screens.workbench import sees_cases  # noqa: PLC0415

        return sees_cases(self.wor.desk)
