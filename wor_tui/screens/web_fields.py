"""The scores of a web as fields: six dimensions, each with its aspects when asked, and a note."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

from textual.containers import Vertical
from textual.message import Message
from textual.widgets import Static

from wor_tui.domain.instruments import instrument
from wor_tui.domain.scores import score_of, suggested_dimensions
from wor_tui.i18n import _, language
from wor_tui.screens.bindings import bindings
from wor_tui.screens.dates import number_text
from wor_tui.screens.webs import talked_about
from wor_tui.services.webs import WebEntry
from wor_tui.widgets.score_input import ScoreInput
from wor_tui.widgets.spiderweb_measurement import Measurement

if TYPE_CHECKING:
    from textual.app import ComposeResult


class WebFields(Vertical):
    """Scores typed, stepped or clicked; Enter on a dimension opens its aspects, `p` marks what to talk about."""

    BINDINGS = bindings("web.aspects")

    class Changed(Message):
        """A score or a mark changed."""

    def __init__(self, entry: WebEntry, code: str) -> None:
        """Start with `entry`, by the instrument `code`."""
        super().__init__(id="web-fields")
        self.instrument = instrument(code)
        self.aspects = dict(entry.aspects)
        self.talk = set(entry.talk)
        self._scores = list(entry.scores)
        self._open: set[int] = set()

    def compose(self) -> ComposeResult:
        """The six dimensions; their aspects are made when they are opened."""
        suggested = suggested_dimensions(self.known_aspects)
        for dimension in self.instrument.dimensions:
            place = dimension.number - 1
            yield ScoreInput(
                dimension.label[language()],
                self._scores[place],
                suggestion=suggested[place],
                talk=self.talks(dimension.number),
                markable=bool(dimension.aspects),
                id=f"d{dimension.number}",
            )
            yield Vertical(id=f"aspects-{dimension.number}", classes="aspects")
        yield Static(self.hint(), id="web-hint", classes="muted", markup=False)

    def hint(self) -> str:
        """What the keys do."""
        if self.instrument.aspects:
            return _("Typ 7 of 7,5, of gebruik ← en →. Enter opent de onderwerpen; p = hier wil ik over praten.")
        return _("Typ 7 of 7,5, of gebruik ← en →. De korte vorm heeft alleen deze zes cijfers.")

    async def use(self, code: str) -> None:
        """Go on by another instrument: the scores stay, and aspects that it hasn't got wait for a change back."""
        if code == self.instrument.code:
            return
        self.instrument = instrument(code)
        for number in sorted(self._open):
            await self.query_one(f"#aspects-{number}", Vertical).remove_children()
        self._open.clear()
        for dimension in self.instrument.dimensions:
            self.query_one(f"#d{dimension.number}", ScoreInput).markable = bool(dimension.aspects)
        self.query_one("#web-hint", Static).update(self.hint())
        self.show()
        self.refresh_bindings()
        self.post_message(self.Changed())

    @property
    def known_aspects(self) -> dict[str, float]:
        """The scores of the aspects that the instrument has."""
        return {aspect: score for aspect, score in self.aspects.items() if aspect in self.instrument.aspects}

    @property
    def known_talk(self) -> frozenset[str]:
        """The marked aspects that the instrument has."""
        return frozenset(self.talk & self.instrument.aspects.keys())

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """There are aspects to open only where the instrument has them."""
        del parameters
        return action != "web_aspects" or bool(self.instrument.aspects)

    def talks(self, number: int) -> bool:
        """Whether something in a dimension is marked."""
        return any(aspect.startswith(f"{number}.") for aspect in self.known_talk)

    # As values

    def entry(self, note: str) -> WebEntry:
        """What is filled in now."""
        return WebEntry(tuple(self._scores), self.known_aspects, self.known_talk, note)

    def measurement(self, label: str) -> Measurement:
        """What is drawn now: the given score, else the mean of the aspects."""
        suggested = suggested_dimensions(self.known_aspects)
        scores = tuple(
            given if given is not None else mean for given, mean in zip(self._scores, suggested, strict=True)
        )
        return Measurement(scores, label, talked_about(sorted(self.known_talk), self.instrument.code))

    def filled(self) -> dict[str, str]:
        """As the texts of a draft."""
        values = {f"d{place}": _text(score) for place, score in enumerate(self._scores, 1)}
        values["aspects"] = json.dumps(self.aspects, sort_keys=True) if self.aspects else ""
        values["talk"] = " ".join(sorted(self.talk))
        return values

    def fill(self, values: Mapping[str, str]) -> None:
        """From the texts of a draft."""
        for place in range(1, len(self._scores) + 1):
            if f"d{place}" in values:
                self._scores[place - 1] = score_of(values[f"d{place}"])
        if "aspects" in values:
            self.aspects = dict(json.loads(values["aspects"] or "{}"))
        if "talk" in values:
            self.talk = set(values["talk"].split())
        self.show()
        self.post_message(self.Changed())

    def show(self) -> None:
        """Show all scores again, without a message for each."""
        suggested = suggested_dimensions(self.known_aspects)
        for field in self.query(ScoreInput):
            name = field.id or ""
            if name.startswith("d"):
                place = int(name[1:]) - 1
                field.suggestion = suggested[place]
                field.show_value(self._scores[place], talk=self.talks(place + 1))
            else:
                code = name.removeprefix("a").replace("-", ".")
                field.show_value(self.aspects.get(code), talk=code in self.talk)

    # What the person does

    def on_score_input_changed(self, event: ScoreInput.Changed) -> None:
        """A score."""
        event.stop()
        name = event.score_input.id or ""
        if name.startswith("d"):
            self._scores[int(name[1:]) - 1] = event.value
        else:
            code = name.removeprefix("a").replace("-", ".")
            if event.value is None:
                self.aspects.pop(code, None)
            else:
                self.aspects[code] = event.value
            number = int(code[0])
            self.query_one(f"#d{number}", ScoreInput).suggestion = suggested_dimensions(self.known_aspects)[number - 1]
        self.post_message(self.Changed())

    async def on_score_input_talk_changed(self, event: ScoreInput.TalkChanged) -> None:
        """A mark belongs to an aspect; on a dimension it opens the aspects to choose from."""
        event.stop()
        name = event.score_input.id or ""
        if name.startswith("d"):
            number = int(name[1:])
            event.score_input.show_value(event.score_input.value, talk=self.talks(number))
            if number not in self._open:
                await self.toggle(number)
            fields = self.query(f"#aspects-{number} ScoreInput")
            if fields:
                fields.first().focus()
            return
        code = name.removeprefix("a").replace("-", ".")
        if event.talk:
            self.talk.add(code)
        else:
            self.talk.discard(code)
        number = int(code[0])
        dimension = self.query_one(f"#d{number}", ScoreInput)
        dimension.show_value(dimension.value, talk=self.talks(number))
        self.post_message(self.Changed())

    async def action_web_aspects(self) -> None:
        """Open or close the aspects of the dimension with the cursor."""
        focused = self.screen.focused
        name = (focused.id or "") if isinstance(focused, ScoreInput) else ""
        if name:
            await self.toggle(int(name[1]))

    async def toggle(self, number: int) -> None:
        """Show or hide a dimension's aspects."""
        place = self.query_one(f"#aspects-{number}", Vertical)
        if number in self._open:
            self._open.discard(number)
            self.query_one(f"#d{number}").focus()
            await place.remove_children()
            return
        dimension = self.instrument.dimensions[number - 1]
        self._open.add(number)
        await place.mount_all(
            [
                ScoreInput(
                    aspect.label[language()],
                    self.aspects.get(aspect.code),
                    talk=aspect.code in self.talk,
                    indent=2,
                    id=f"a{aspect.code.replace('.', '-')}",
                )
                for aspect in dimension.aspects
            ]
        )


def _text(score: float | None) -> str:
    return "" if score is None else number_text(score)
