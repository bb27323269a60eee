"""What was open when the program locked, kept in the vault, so that one key goes on there."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, cast

from sync.client import state
from wor_tui.services.workspace import Workspace

_KEY = "left_open"


@dataclass(frozen=True, slots=True)
class Place:
    """One screen: its name, the record and the case it is about, the part that was shown, the field one was in.

    `crumb` is what the screen calls itself; for a form `record` is the draft's.
    """

    screen: str
    record: str = ""
    case: str = ""
    part: str = ""
    field: str = ""
    crumb: str = ""


def keep(workspace: Workspace, places: Sequence[Place]) -> None:
    """Keep what is open, the lowest first, in place of what was kept; raises a VaultError."""
    with workspace.database.write() as connection:
        state.put(connection, **{_KEY: [asdict(place) for place in places] or None})


def take(workspace: Workspace) -> list[Place]:
    """What was open, and forget it; raises a VaultError."""
    with workspace.database.read() as connection:
        kept: Any = state.get(connection, _KEY)
    if not isinstance(kept, list):
        return []
    keep(workspace, [])
    rows = cast("list[dict[str, str]]", kept)
    return [Place(**{name: str(row.get(name, "")) for name in Place.__slots__}) for row in rows]
