"""The client's own details."""

from collections.abc import Mapping

from wor_tui.services import records
from wor_tui.services.entry import Entered
from wor_tui.services.records import CARE, Draft
from wor_tui.services.workspace import Workspace


def edit(
    workspace: Workspace, client_id: str, entered: Mapping[str, Entered], base: int, *, draft: Draft | None = None
) -> None:
    """Change fields of a client: only those that the person changed, on the base that the form opened with.

    Raises Invalid, NotFound, NothingToChange.
    """
    records.edit(workspace, "client", client_id, entered, base, purpose=CARE, draft=draft)
