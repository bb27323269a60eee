"""Textual bindings out of the registry of actions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.binding import Binding

from wor_tui.actions import action

if TYPE_CHECKING:
    from textual.binding import BindingType


def bindings(*identifiers: str) -> list[BindingType]:
    """Bindings of these actions, in this order, for a class's BINDINGS; raises UnknownAction.

    The words are left out: they are looked up by id when they are shown, in the language of that moment.
    """
    return [
        Binding(
            ",".join(known.keys),
            known.method,
            known.id,
            id=known.id,
            show=known.shown,
            priority=known.priority,
        )
        for known in map(action, identifiers)
    ]
