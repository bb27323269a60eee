"""What stands in a form: read field by field as what it means, and put back as it stood."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from wor_tui.i18n import _
from wor_tui.screens.choices import Choice
from wor_tui.screens.date_field import DateField, wrong_number
from wor_tui.screens.dates import read_time
from wor_tui.screens.fields import Field
from wor_tui.screens.frame import WorScreen
from wor_tui.screens.notes import Note

if TYPE_CHECKING:
    from collections.abc import Mapping

Filled = dict[str, str]
"""What stands in a form: a text for each field, by the field's id."""


class Wrong(Exception):
    """Something typed isn't right: the field, and the sentence for under it."""

    def __init__(self, field: str, sentence: str) -> None:
        """Name the field by its id."""
        super().__init__(field)
        self.field = field
        self.sentence = sentence


class FilledScreen(WorScreen[bool]):
    """A screen with fields, choices and notes, found by their ids; a subclass may add what isn't one of those."""

    opened: Filled
    """What stood in the form when it was opened; empty until then."""

    def filled(self) -> Filled:
        """What stands in the form."""
        values: Filled = {field.id or "": field.value for field in self.query(Field)}
        values |= {choice.id or "": choice.value for choice in self.query(Choice)}
        values |= {note.id or "": note.text for note in self.query(Note)}
        return values

    def fill(self, values: Mapping[str, str]) -> None:
        """Put values into the form; ids that it hasn't got are passed over."""
        for field in self.query(Field):
            if (field.id or "") in values:
                field.value = values[field.id or ""]
        for choice in self.query(Choice):
            if (choice.id or "") in values:
                choice.value = values[choice.id or ""]
        for note in self.query(Note):
            if (note.id or "") in values and note.text != values[note.id or ""]:
                note.text = values[note.id or ""]

    def text(self, name: str) -> str:
        """What stands in a field, a choice or a note."""
        found = self.query_one(f"#{name}")
        if isinstance(found, Field | Choice):
            return found.value
        return found.text.strip() if isinstance(found, Note) else ""

    def day(self, name: str) -> date | None:
        """The date in a field, None when it is empty; raises Wrong."""
        field = self.query_one(f"#{name}", DateField)
        if sentence := field.trouble():
            raise Wrong(name, sentence)
        return field.read()

    def asked_day(self, name: str) -> date:
        """The date in a field that can't be empty; raises Wrong."""
        found = self.day(name)
        if found is None:
            raise Wrong(name, _("Vul een datum in, bijvoorbeeld vandaag of 27-11."))
        return found

    def time(self, name: str) -> tuple[int, int]:
        """The time in a field that can't be empty; raises Wrong."""
        found = read_time(self.text(name))
        if found is None:
            raise Wrong(name, _("Dit is geen tijd. Typ bijvoorbeeld 9:30."))
        return found

    def number(self, name: str) -> int | None:
        """The whole number in a field, None when it is empty; raises Wrong."""
        typed = self.text(name)
        if sentence := wrong_number(typed):
            raise Wrong(name, sentence)
        return int(typed.removesuffix("min").strip()) if typed else None

    def different(self, *names: str) -> dict[str, str]:
        """The fields among `names` that stand otherwise than when the form was opened."""
        now = self.filled()
        return {name: now[name] for name in names if now[name] != self.opened.get(name, "")}
