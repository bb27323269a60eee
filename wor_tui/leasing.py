"""When an open vault shows nothing: after too long without contact, and when the organisation sent the device away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wor_tui.lock import Reason
from wor_tui.locking import LockingApp
from wor_tui.screens.trouble import Failed

if TYPE_CHECKING:
    from textual.timer import Timer

    from wor_tui.services.lease import LeaseWatch
    from wor_tui.services.workspace import Workspace


class LeasingApp(LockingApp, inherit_bindings=False):
    """An app that locks when its lease is over, and stays shut until there was contact."""

    _lease: LeaseWatch | None = None
    _lease_timer: Timer | None = None

    async def admitted(self, workspace: Workspace) -> bool:
        """Whether an open vault may show what is in it; if not, the screen that says why is shown."""
        from wor_tui.services.lease import LOOK_S, LeaseWatch  # noqa: PLC0415

        if await self.is_sent_away(workspace):
            return False
        watch = LeaseWatch(workspace, self._ticks.elapsed)
        found = await self.attempt(watch.look)
        if not isinstance(found, Failed) and found is not None and found.over:
            from wor_tui.screens.contact_first import ContactFirstScreen  # noqa: PLC0415

            await self.show_only(ContactFirstScreen(workspace, watch, found))
            return False
        self._lease = watch
        if self._lease_timer is None:
            self._lease_timer = self.set_interval(LOOK_S, self.look_at_lease)
        return True

    async def is_sent_away(self, workspace: Workspace) -> bool:
        """Whether a coordinator ordered this device to be wiped; then only the screen that does it is shown."""
        from wor_tui.services import sent_away  # noqa: PLC0415

        found = await self.attempt(lambda: sent_away.standing(workspace), aloud=False)
        if isinstance(found, Failed) or found is None or not found.ordered:
            return False
        from wor_tui.screens.sent_away import SentAwayScreen  # noqa: PLC0415

        if not isinstance(self.screen, SentAwayScreen):
            await self.show_only(SentAwayScreen(workspace))
        return True

    async def look_at_lease(self) -> None:
        """Lock when it is over; what is being filled in stays as a draft."""
        watch = self._lease
        if watch is None or self.workspace is None or self.locking:
            return
        found = await self.attempt(watch.look, aloud=False)
        if not isinstance(found, Failed) and found is not None and found.over:
            self.lock(Reason.LEASE)
