"""Going about in the app: from screen to screen, to help, and to everything by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wor_tui import themes
from wor_tui.telling import TellingApp

if TYPE_CHECKING:
    from wor_tui.screens.frame import WorScreen
    from wor_tui.services.workspace import Workspace


class NavigatingApp(TellingApp, inherit_bindings=False):
    """An app in which one goes from screen to screen; forms that are left keep their drafts."""

    workspace: Workspace | None = None
    """What lies behind the door, once it is open."""

    @property
    def desk(self) -> Workspace:
        """The open workspace; only screens behind the door ask for it."""
        assert self.workspace is not None  # noqa: S101 - those screens exist only once it is open
        return self.workspace

    async def show_only(self, screen: WorScreen[None]) -> None:
        """Make `screen` the only one; forms that are left keep their drafts."""
        while len(self.screen_stack) > 2:
            await self.pop_screen()
        if len(self.screen_stack) == 2:
            await self.switch_screen(screen)  # pyright: ignore[reportUnknownMemberType] -- as Textual types it
        else:
            await self.push_screen(screen)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Before the vault is open there is nowhere to go."""
        del parameters
        if action.startswith("go_") or action == "sync_now":
            if self.workspace is None:
                return False
            from wor_tui.screens import workbench  # noqa: PLC0415

            return workbench.may_go(self.workspace, action)
        return True

    async def action_go_today(self) -> None:
        """To Vandaag."""
        await self._go("today")

    async def action_go_caseload(self) -> None:
        """To the caseload."""
        await self._go("caseload")

    async def action_go_agenda(self) -> None:
        """To the agenda."""
        await self._go("agenda")

    async def action_go_sync(self) -> None:
        """To sending and receiving."""
        await self._go("sync")

    async def action_go_settings(self) -> None:
        """To the settings."""
        await self._go("settings")

    async def _go(self, name: str) -> None:
        from wor_tui.screens import workbench  # noqa: PLC0415

        await self.show_only(workbench.home_screen(self.desk, name))

    def action_sync_now(self) -> None:
        """Exchange now."""
        if self.background is not None:
            self.background.now()

    def action_theme_next(self) -> None:
        """The next colour theme, for as long as the program runs."""
        names = [themes.theme_name(name) for name in themes.NAMES]
        self.theme = names[(names.index(self.theme) + 1) % len(names)] if self.theme in names else names[0]

    def action_help(self) -> None:
        """F1: what can be done here."""
        from wor_tui.screens.help import HelpScreen  # noqa: PLC0415

        if not isinstance(self.screen, HelpScreen):
            self.push_screen(HelpScreen(self.screen))

    def action_palette(self) -> None:
        """Everything that can be done here, to be found by typing."""
        from wor_tui.screens.palette import PaletteScreen  # noqa: PLC0415

        if not isinstance(self.screen, PaletteScreen):
            self.push_screen(PaletteScreen(self.screen))
