"""What every form does: keeps a draft while one types, puts it back, saves with Ctrl+S, and loses nothing on Esc."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.containers import VerticalScroll
from textual.widgets import Static, TextArea

from wor_tui.i18n import _
from wor_tui.screens import trouble
from wor_tui.screens.bindings import bindings
from wor_tui.screens.choices import Choice
from wor_tui.screens.fields import Field
from wor_tui.screens.form_values import Filled, FilledScreen, Wrong
from wor_tui.screens.trouble import Failed
from wor_tui.services import drafts
from wor_tui.services.errors import NothingToChange

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from textual.app import ComposeResult
    from textual.timer import Timer

__all__ = ["Filled", "FormScreen", "Wrong"]

DRAFT_AFTER_S = 0.4
"""Stillness after which what was typed is kept."""


class FormScreen(FilledScreen):
    """A form about one record; dismissed with True when it was saved.

    A subclass gives `form` (the draft's name), `fields()`, and `work()`, which checks and returns what saves. Fields,
    choices and notes are found by their ids; `filled()` and `fill()` may add what isn't one of those.
    """

    CSS_PATH = "forms.tcss"
    BINDINGS = bindings("form.save", "form.discard")
    AUTO_FOCUS = ""
    form: ClassVar[str] = ""

    def __init__(self, record: str, bases: Mapping[str, int] | None = None) -> None:
        """A form about `record`, the id under which its draft is kept; `bases`: what it shows reflects these seqs."""
        super().__init__()
        self.record = record
        self.bases: Mapping[str, int] = bases or {}
        self.changed = False
        self.opened: Filled = {}
        self._timer: Timer | None = None
        self._saving = False
        self._left = False

    def fields(self) -> ComposeResult:
        """The form's own fields."""
        yield from ()

    def work(self) -> Callable[[], object]:
        """What saves the form in a thread; raises Wrong."""
        raise NotImplementedError

    def body(self) -> ComposeResult:
        """The line about the draft, the fields, the sentence about trouble."""
        yield from self.top()
        with VerticalScroll(id="form", can_focus=False):
            yield from self.fields()
        yield Static("", id="wrong", classes="trouble", markup=False)

    def about(self) -> str:
        """Whom the form is about, for the line above it."""
        return ""

    def top(self) -> ComposeResult:
        """Whom it is about, and the line about the draft."""
        if self.about():
            yield Static(self.about(), id="about", markup=False)
        yield Static("", id="draft", classes="muted", markup=False)

    def first_field(self) -> str:
        """The selector of where the cursor starts."""
        return "Input, Choice, Note"

    async def on_mount(self) -> None:
        """Put the draft back, if there is one."""
        self.query_one("#draft").display = False
        self.opened = self.filled()
        self.query(self.first_field()).first().focus()
        found = await self.wor.attempt(lambda: drafts.load(self.wor.desk, self.form, self.record))
        if isinstance(found, Failed) or found is None:
            return
        self.fill({name: str(value) for name, value in found.values.items()})
        # What is in the draft was typed over what was shown then.
        self.bases = found.bases or self.bases
        self.changed = True
        self.refresh_bindings()
        self.show_draft(_("Uw concept staat er weer. F5 gooit het weg."))

    def show_draft(self, sentence: str) -> None:
        """A line above the form about its draft."""
        line = self.query_one("#draft", Static)
        line.update(sentence)
        line.display = bool(sentence)

    # The draft

    def on_field_changed(self, event: Field.Changed) -> None:
        """Somebody typed."""
        event.stop()
        self.touched()

    def on_choice_changed(self, event: Choice.Changed) -> None:
        """Somebody chose."""
        event.stop()
        self.touched()

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """Somebody wrote."""
        event.stop()
        self.touched()

    def touched(self) -> None:
        """Keep the draft once the typing pauses."""
        if self._left or not self.opened or (not self.changed and self.filled() == self.opened):
            return
        if not self.changed:
            self.changed = True
            self.refresh_bindings()
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(DRAFT_AFTER_S, self.keep_draft_soon)

    def keep_draft_soon(self) -> None:
        """Keep the draft in a worker, the newest only."""
        self.run_worker(self.keep_draft, group="draft", exclusive=True)

    async def keep_draft(self, *, aloud: bool = True) -> Failed | None:
        """Keep what stands in the form as its draft; returns what stopped that."""
        if not self.changed or self._left:
            return None
        values = {name: value for name, value in self.filled().items() if value != self.opened.get(name, "")}
        bases = self.bases
        return await self.wor.attempt(
            lambda: drafts.save(self.wor.desk, self.form, self.record, values, bases), aloud=aloud
        )

    @property
    def saving(self) -> bool:
        """Whether the form is being saved now: it may need no draft in a moment."""
        return self._saving

    async def drop_draft(self) -> None:
        """The draft isn't needed any more."""
        await self.wor.attempt(lambda: drafts.drop(self.wor.desk, self.form, self.record))

    @property
    def draft(self) -> tuple[str, str]:
        """The draft's name: the service that saves the form forgets the draft in the same transaction."""
        return self.form, self.record

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """There is a draft to throw away only once something was typed."""
        return self.changed if action == "form_discard" else super().check_action(action, parameters)

    # Leaving

    async def action_back(self) -> None:  # pyright: ignore[reportIncompatibleMethodOverride] -- Textual awaits it
        """One level back; what was typed stays as a draft."""
        if self.changed:
            await self.keep_draft()
            self.wor.say(_("Nog niet opgeslagen; uw concept is bewaard."))
        self.leave(saved=False)

    async def action_form_discard(self) -> None:
        """Back to how the form was opened."""
        self.fill(self.opened)
        self.changed = False
        self.refresh_bindings()
        if self._timer is not None:
            self._timer.stop()
        await self.drop_draft()
        self.show_draft("")
        self.say_wrong("")
        for field in self.query(Field):
            field.complain("")

    def leave(self, *, saved: bool) -> None:
        """Close the form."""
        self._left = True
        if self._timer is not None:
            self._timer.stop()
        self.dismiss(saved)

    # Saving

    def say_wrong(self, sentence: str) -> None:
        """The sentence at the bottom of the form."""
        self.query_one("#wrong", Static).update(sentence)

    def all_right(self) -> None:
        """Raise Wrong for the first field whose own check says that something is wrong."""
        for field in self.query(Field):
            if field.display and (sentence := field.trouble()):
                raise Wrong(field.id or "", sentence)

    def complain(self, name: str, sentence: str) -> bool:
        """The sentence under the field `name`, and the cursor in it; False when it has no place of its own there."""
        for choice in self.query(Choice):
            if choice.id == name:
                choice.focus()
        for field in self.query(Field):
            if field.id == name:
                field.complain(sentence)
                field.focus()
                return True
        return False

    def saved_sentence(self) -> str:
        """What the toast says."""
        return _("Opgeslagen op dit apparaat.")

    async def action_form_save(self) -> None:
        """Check, save, and close."""
        if self._saving:
            return
        self.say_wrong("")
        try:
            work = self.work()
        except Wrong as wrong:
            if not self.complain(wrong.field, wrong.sentence):
                self.say_wrong(wrong.sentence)
            return
        except NothingToChange as nothing:
            await self.leave_unchanged(trouble.sentence(nothing))
            return
        self._saving = True
        outcome = await self.wor.attempt(work, aloud=False)
        self._saving = False
        if isinstance(outcome, Failed):
            if isinstance(outcome.error, NothingToChange):
                await self.leave_unchanged(outcome.sentence)
                return
            if not self.complain(trouble.field_of(outcome.error), outcome.sentence):
                self.say_wrong(outcome.sentence)
            return
        sentence = self.saved_sentence()
        self.leave(saved=True)
        self.wor.saved(sentence)

    async def leave_unchanged(self, sentence: str) -> None:
        """Saving what stands there already is leaving: nothing is written, and a draft of it isn't needed."""
        if self.changed:
            await self.drop_draft()
        self.leave(saved=False)
        self.wor.say(sentence)
