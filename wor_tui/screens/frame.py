"""What every screen has around it: where you are and the sync badge on top, the keys that work here at the bottom."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, TypeVar, cast

from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import Screen
from textual.style import Style
from textual.widget import Widget
from textual.widgets import Static

from wor_tui.actions import ACTIONS
from wor_tui.i18n import _, language
from wor_tui.screens.bindings import bindings

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.events import Click, Resize
    from textual.notifications import SeverityLevel

    from wor_tui.app import WorApp

SMALLEST = (60, 15)
"""Columns and rows below which a screen says that the terminal is too small."""

KEY_NAMES = {
    "escape": "Esc",
    "enter": "Enter",
    "slash": "/",
    "plus": "+",
    "minus": "-",
    "colon": ":",
    "space": "Spatie",
    "delete": "Del",
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
    "home": "Home",
    "end": "End",
    "pageup": "PgUp",
    "pagedown": "PgDn",
}

ROOMY = 100
"""Columns from which the badge says it in full."""

Result = TypeVar("Result")


def key_name(key: str) -> str:
    """How a key is written on the screen: `^S`, `F6`, `Esc`, `n`."""
    if key in KEY_NAMES:
        return KEY_NAMES[key]
    if key.startswith("ctrl+"):
        return f"^{key[5:].upper()}"
    if key.startswith("shift+"):
        return f"⇧{key_name(key[6:])}"
    return key.upper() if len(key) > 1 and key[0] == "f" and key[1:].isdigit() else key


def character_of(key: str) -> str | None:
    """The character that a key types into a field, or None."""
    if len(key) == 1:
        return key
    return {"slash": "/", "colon": ":", "plus": "+", "minus": "-", "space": " "}.get(key)


class KeyBar(Widget):
    """The footer: the keys that work here and now, F1 always at the right; each can be clicked."""

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {"keybar--key", "keybar--word"}

    def on_mount(self) -> None:
        """Follow every change of the keys that work."""
        self.screen.bindings_updated_signal.subscribe(self, self.changed)  # pyright: ignore[reportUnknownMemberType]

    def changed(self, _screen: object) -> None:
        """Other keys work now."""
        self.refresh()

    def keys(self, *, last: bool = False) -> list[tuple[str, str, bool]]:
        """(key, words, enabled) of each action that works here, the nearest to the focus first.

        `last`: only those that stand at the right: back, and help.
        """
        found: dict[str, tuple[str, str, bool]] = {}
        focused = self.screen.focused
        for key, active in self.screen.active_bindings.items():
            known = ACTIONS.get(active.binding.id or "")
            if known is None or not known.shown or known.id in found:
                continue
            if focused is not None and not active.binding.priority:
                character = character_of(key)
                if character is not None and focused.check_consume_key(key, character):
                    continue
            found[known.id] = (key, known.name(language()), active.enabled)
        right, far = ("back", "help"), ("form.discard", "go.today", "go.caseload", "go.agenda", "palette")
        if last:
            return [found[name] for name in right if name in found]
        order = [name for name in found if name not in right and name not in far]
        return [found[name] for name in (*order, *(name for name in far if name in found))]

    def render(self) -> Content:
        """One line: as many keys as fit; a long one makes way for the shorter ones after it."""
        key_style = self.get_visual_style("keybar--key")
        word_style = self.get_visual_style("keybar--word")
        end = Content("")
        for key, words, _enabled in self.keys(last=True):
            part = Content.assemble((key_name(key) + " ", key_style), (words + " ", word_style))
            end += part.stylize(Style.from_meta({"key": key})) + Content(" ")
        room = self.size.width - end.cell_length
        line = Content(" ")
        for key, words, enabled in self.keys():
            part = Content.assemble(
                (key_name(key) + " ", key_style),
                (f"{words}  ", word_style if enabled else word_style + Style(dim=True)),
            )
            if line.cell_length + part.cell_length > room:
                continue
            line += part.stylize(Style.from_meta({"key": key}))
        return line.pad_right(max(0, room - line.cell_length)) + end

    def on_click(self, event: Click) -> None:
        """A click on a key is the key."""
        if (key := event.style.meta.get("key")) is not None:
            self.app.simulate_key(key)  # pyright: ignore[reportUnknownMemberType] -- App's result type is open


class Crumbs(Static):
    """Where you are: `Caseload › Janssen, M. › Intake`."""

    def show(self, crumbs: list[str], demo: bool) -> None:
        """Show the way to here; demo data is always marked as such."""
        line = Content(" › ").join([Content(crumb) for crumb in crumbs])
        if crumbs:
            line = line.stylize("bold", len(line) - len(crumbs[-1]))
        self.update(Content.assemble((" DEMO ", "reverse"), " ", line) if demo else line)


class Badge(Static):
    """How the saved changes stand, in words; the app keeps it true."""


class Notice(Static):
    """What was said last, in a line of its own where it covers nothing one works with; a click sends it away.

    It stands above the keys; on a short terminal in the place of the breadcrumb, so that nothing has to make way.
    """

    def show(self, sentence: str, severity: SeverityLevel) -> None:
        """Say a sentence; an empty one takes the line away."""
        self.set_class(severity == "warning", "-warning")
        self.set_class(severity == "error", "-error")
        self.stands(bool(sentence))
        self.update(f"{'✓' if severity == 'information' else '!'} {sentence}")

    def on_click(self) -> None:
        """Read."""
        self.stands(False)

    def stands(self, there: bool) -> None:
        """Come or go; the breadcrumb makes way where it has to."""
        self.display = there
        self.screen.set_class(there, "-said")


class TooSmall(Static):
    """Covers the screen when the terminal is too small to read it; what is under it stays as it is."""


class WorScreen(Screen[Result]):
    """A screen with the frame around it.

    A subclass gives `crumb()`, and its content in `body()`. `data_changed()` is called when another device's changes
    have come in: a list reads itself again there, a form does nothing.
    """

    BINDINGS = bindings("back")
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (80, "-normal"), (120, "-wide")]  # noqa: RUF012 -- as Textual declares it
    VERTICAL_BREAKPOINTS = [(0, "-short"), (30, "-tall")]  # noqa: RUF012 -- as Textual declares it

    @property
    def wor(self) -> WorApp:
        """The app, as what it is."""
        return cast("WorApp", self.app)  # pyright: ignore[reportUnknownMemberType] -- App's result type is open

    def crumb(self) -> str:
        """This screen's place in the breadcrumb."""
        return ""

    def explanation(self) -> str:
        """What F1 says about this screen above its keys."""
        return ""

    def body(self) -> ComposeResult:
        """The screen's own content."""
        yield from ()

    def compose(self) -> ComposeResult:
        """The frame, with the body in it."""
        with Horizontal(id="top"):
            yield Crumbs(id="crumbs", markup=False)
            yield Badge(id="badge", markup=False)
        with Vertical(id="body"):
            yield from self.body()
        yield Notice(id="notice", markup=False)
        yield KeyBar(id="keys")
        yield TooSmall(id="too-small", markup=False)

    def on_screen_resume(self) -> None:
        """Show where we are."""
        self.show_frame()

    def show_frame(self) -> None:
        """Fill the breadcrumb and the badge again."""
        crumbs = [screen.crumb() for screen in self.wor.screen_stack if isinstance(screen, WorScreen)]
        self.query_one(Crumbs).show([crumb for crumb in crumbs if crumb], self.wor.demo)
        self.show_badge()

    def show_notice(self, sentence: str, severity: SeverityLevel) -> None:
        """Say a sentence above the keys; an empty one takes the line away."""
        self.query_one(Notice).show(sentence, severity)

    def show_badge(self) -> None:
        """Fill the badge again."""
        self.query_one(Badge).update(self.wor.badge(short=self.size.width < ROOMY))

    def on_resize(self, event: Resize) -> None:
        """Say so when there isn't enough room."""
        too_small = event.size.width < SMALLEST[0] or event.size.height < SMALLEST[1]
        self.set_class(too_small, "-too-small")
        self.show_badge()
        if too_small:
            sentence = _(
                "Dit venster is te klein ({columns}×{rows}). Maak het minstens {least_columns}×{least_rows}; "
                "alles staat er nog."
            )
            self.query_one(TooSmall).update(
                sentence.format(
                    columns=event.size.width,
                    rows=event.size.height,
                    least_columns=SMALLEST[0],
                    least_rows=SMALLEST[1],
                )
            )

    def data_changed(self) -> None:
        """Changes came in from elsewhere, or another screen saved something."""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """The lowest screen has no way back."""
        del parameters
        return action != "back" or len(self.wor.screen_stack) > 2

    def action_back(self) -> None:
        """One level back."""
        self.dismiss()

    def leave_after_work(self, result: Result) -> None:
        """Dismiss this screen after work: also from under the help, and not again when somebody went on meanwhile."""
        if self in self.wor.screen_stack:
            self.pop_until_active()
            self.dismiss(result)
