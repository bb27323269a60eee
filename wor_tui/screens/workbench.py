"""What lies behind the door: imported in a thread while the passphrase is typed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wor_tui.domain.rights import Act
from wor_tui.screens import client, contact_form, phones
from wor_tui.screens.agenda import AgendaScreen
from wor_tui.screens.background import Background
from wor_tui.screens.caseload import CaseloadScreen
from wor_tui.screens.settings import SettingsScreen
from wor_tui.screens.sync import SyncScreen
from wor_tui.screens.today import TodayScreen

if TYPE_CHECKING:
    from wor_tui.app import WorApp
    from wor_tui.screens.frame import WorScreen
    from wor_tui.screens.reading import ReadingScreen
    from wor_tui.services.workspace import Workspace

# Imported for whoever opens a case first: the three that a coach meets within a minute.
PRELOADED = (client, contact_form, phones)


def sees_cases(workspace: Workspace) -> bool:
    """Whether this person may open case files."""
    return workspace.me.may("case")


def background(app: WorApp, workspace: Workspace) -> Background:
    """What exchanges in the background."""
    return Background(app, workspace)


def first_screen(workspace: Workspace) -> ReadingScreen[Any]:
    """Vandaag for who has cases, the log for who reviews it, the desk for who works at one, else the directory."""
    if sees_cases(workspace):
        return screen("today")
    if workspace.me.may("audit", Act.REVIEW_LOG):
        return screen("log")
    return screen("desk" if workspace.me.may("referral") else "directory")


def screen(name: str) -> ReadingScreen[Any]:
    """A fresh screen by its name."""
    if name == "desk":
        from wor_tui.screens.desk import DeskScreen  # noqa: PLC0415

        return DeskScreen()
    if name == "log":
        from wor_tui.screens.log import LogScreen  # noqa: PLC0415

        return LogScreen()
    if name == "directory":
        from wor_tui.screens.directory import DirectoryScreen  # noqa: PLC0415

        return DirectoryScreen()
    return {
        "today": TodayScreen,
        "caseload": CaseloadScreen,
        "agenda": AgendaScreen,
        "sync": SyncScreen,
        "settings": SettingsScreen,
    }[name]()


def home_screen(workspace: Workspace, name: str) -> WorScreen[None]:
    """The screen that somebody asks for by its name: Vandaag is where whoever works here begins."""
    return first_screen(workspace) if name == "today" else screen(name)


def may_go(workspace: Workspace, action: str) -> bool:
    """Whether this role has that screen."""
    needs = {"go_caseload": "case", "go_agenda": "appointment"}.get(action)
    return needs is None or workspace.me.may(needs)
