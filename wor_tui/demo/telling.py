"""Tells invented stories: what brought somebody, what was said and done, and how the spider web looked.

The same seed, number and day give the same story.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from wor_tui.demo.people import listed, person
from wor_tui.demo.stories import (
    FURTHER_ON,
    ConsentTold,
    ContactTold,
    FeedbackTold,
    Stage,
    Story,
    WebTold,
    stages,
)

SEED = 2026
DIMENSIONS = 6
ASPECTS = 7
WEEKDAYS = ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag")

DAYS_AGO: Mapping[Stage, tuple[int, int]] = {
    Stage.RECEIVED: (1, 6),
    Stage.NO_CONSENT: (1, 10),
    Stage.CONTACTING: (6, 13),
    Stage.CONTACT_LATE: (16, 24),
    Stage.REACHED: (7, 14),
    Stage.INTAKE: (13, 18),
    Stage.RUNNING: (33, 84),
    Stage.FEEDBACK_LATE: (20, 30),
    Stage.COMPLETING: (98, 112),
    Stage.COMPLETED: (125, 260),
    Stage.NOT_REACHED: (24, 45),
    Stage.PASSED_ON: (30, 70),
}
"""How many days ago the referral came in, at least and at most."""


def tell(number: int, today: date, seed: int = SEED) -> Story:
    """Tell story `number` (from 0) as it stands on `today`."""
    chance = random.Random(f"{seed}:{number}")  # noqa: S311 -- invented people, no secrets
    stage = stages()[number % len(stages())]
    lives: Sequence[Any] = listed("lives")
    life = chance.choices(lives, [each["weight"] for each in lives])[0]
    gender = chance.choice(life["genders"])
    who = person(chance, today=today, ages=tuple(life["ages"]), gender=gender, newcomer="newcomer" in life)
    practice, referrer = _referred_by(chance, who.address.place)
    received_on = _weekday(today - timedelta(days=chance.randint(*DAYS_AGO[stage])))
    if received_on > today:
        received_on = _workday_before(today)
    channel = chance.choices(
        ["zorgdomein", "secure_mail", "phone", "case_meeting", "self_referral"], [60, 14, 10, 10, 6]
    )[0]
    told = Story(
        number=number,
        stage=stage,
        person=who,
        living_situation=life["living"],
        remarks=chance.choice(
            ["", "", "", "Belt liever in de middag.", "Graag eerst een appje.", "Hoort links beter."]
        ),
        practice=practice,
        referrer=referrer,
        type="welfare",
        channel=channel,
        zd_number=f"ZD{chance.randrange(10**7, 10**8)}" if channel == "zorgdomein" else "",
        reason=life["reason"],
        received_on=received_on,
        track=life["track"],
        colleague=number % 5 == 4,
    )
    return _Teller(chance, life, told, today).told()


class _Teller:
    """Fills one story from the life it was drawn from."""

    def __init__(self, chance: random.Random, life: Any, begun: Story, today: date) -> None:
        self.chance = chance
        self.life = life
        self.story = begun
        self.today = today
        place = next(each for each in listed("places") if each["name"] == begun.person.address.place)
        volunteer = chance.choice(listed("names")["volunteers"])
        day = chance.choice(WEEKDAYS)
        self.words = {
            **begun.person.pronouns,
            "groep": chance.choice(place["groups"][life["activity"]]),
            "dag": day,
            "Dag": day.capitalize(),
            "maatje": volunteer,
            "Maatje": volunteer,
        }

    def told(self) -> Story:
        """The whole story."""
        stage, received = self.story.stage, self.story.received_on
        attempts = self._attempts()
        after_attempts = attempts[-1].happened_at.date() if attempts else received + timedelta(days=1)
        self.story = replace(self.story, consents=self._consents(), contacts=tuple(attempts))
        if stage in (Stage.RECEIVED, Stage.CONTACTING, Stage.CONTACT_LATE):
            return self._with_next("bellen voor een startgesprek")
        if stage is Stage.NO_CONSENT:
            return self._with_next("toestemming vragen via de praktijk")
        if stage is Stage.NOT_REACHED:
            ended = _weekday(after_attempts + timedelta(days=2))
            return replace(self.story, ended_on=min(ended, self.today), ending="not_reached")
        first_call = self._call(_weekday(after_attempts + timedelta(days=self.chance.randint(1, 3))))
        self.story = replace(self.story, contacts=(*attempts, first_call))
        if stage is Stage.REACHED:
            return self._with_next("startgesprek")
        return self._after_intake(first_call.happened_at.date())

    def _after_intake(self, first_call: date) -> Story:
        stage = self.story.stage
        latest = self.today - timedelta(days=1)
        intake_on = min(_weekday(first_call + timedelta(days=self.chance.randint(3, 7))), _workday_before(latest))
        contacts = [*self.story.contacts, self._intake(intake_on)]
        self.story = replace(self.story, intake_on=intake_on, contacts=tuple(contacts), words=self._own_words())
        self.story = replace(self.story, webs=self._webs(intake_on), feedback=self._feedback(intake_on))
        if stage is Stage.PASSED_ON:
            passed_to = self.chance.choice(["neighbourhood_team", "mental_health_care", "social_work"])
            ended = _weekday(intake_on + timedelta(days=6))
            return replace(self.story, ended_on=ended, passed_on_to=passed_to, ending="passed_on")
        self.story = replace(self.story, contacts=(*self.story.contacts, *self._later_contacts(intake_on)))
        if stage is Stage.COMPLETED:
            ended = _weekday(intake_on + timedelta(days=self.chance.randint(88, 100)))
            return replace(self.story, ended_on=min(ended, latest), ending="completed")
        if stage is Stage.COMPLETING:
            return self._with_next("terugkijken en terugkoppelen aan de verwijzer")
        return self._with_next(self.chance.choice(self.life["next"]))

    def _with_next(self, step: str) -> Story:
        days = -self.chance.randint(1, 4) if self.chance.random() < 0.15 else self.chance.randint(0, 12)
        on = _weekday(self.today + timedelta(days=days))
        return replace(self.story, next_step=self._text(step)[:1].lower() + self._text(step)[1:], next_step_on=on)

    def _consents(self) -> tuple[ConsentTold, ...]:
        if self.story.stage is Stage.NO_CONSENT:
            return ()
        on, how = self.story.received_on, self.chance.choice(["spoken", "spoken", "written"])
        purposes = ["contact_details", "reason", "feedback"]
        if self.chance.random() < 0.6:
            purposes.append("web")
        return tuple(ConsentTold(purpose, given=True, how=how, on=on) for purpose in purposes)

    def _attempts(self) -> list[ContactTold]:
        counts = {Stage.RECEIVED: 0, Stage.NO_CONSENT: 0, Stage.NOT_REACHED: 3, Stage.CONTACT_LATE: 2}
        wanted = counts.get(self.story.stage)
        if wanted is None:
            wanted = (
                self.chance.choice([1, 2]) if self.story.stage is Stage.CONTACTING else self.chance.choice([0, 0, 1])
            )
        notes = [
            "Geen gehoor, voicemail ingesproken.",
            "Niet bereikt. Sms gestuurd met mijn naam en nummer.",
            "In gesprek. Later in de week nog eens proberen.",
            "Geen gehoor. Praktijk gevraagd of het nummer klopt.",
        ]
        told: list[ContactTold] = []
        day = self.story.received_on
        for _ in range(wanted):
            day = min(_weekday(day + timedelta(days=self.chance.randint(1, 3))), _workday_before(self.today))
            told.append(ContactTold(self._moment(day), "phone", 2, reached=False, note=self.chance.choice(notes)))
        return told

    def _call(self, day: date) -> ContactTold:
        notes = ["Kort kennisgemaakt. {Zij} is blij dat er gebeld wordt; afspraak gemaakt voor het startgesprek.",
                 "Gebeld. {Zij} had al op het telefoontje gewacht. Startgesprek gepland.",
                 "Fijn gesprek. {Zij} vroeg of de koffie ook goed was in plaats van een kantoor. Ja dus."]  # fmt: skip
        day = min(day, _workday_before(self.today))
        note = self._text(self.chance.choice(notes))
        return ContactTold(self._moment(day), "phone", self.chance.choice([5, 10, 10, 15]), reached=True, note=note)

    def _intake(self, day: date) -> ContactTold:
        kind: str = self.life["intake_kind"]
        return ContactTold(
            self._moment(day), kind, self.chance.choice([45, 60, 60]), True, self._text(self.life["intake"])
        )

    def _later_contacts(self, intake_on: date) -> list[ContactTold]:
        until = min(_workday_before(self.today), _weekday(intake_on + timedelta(days=86)))
        room = (until - intake_on).days
        notes = list(self.life["notes"])
        further = self.story.stage in FURTHER_ON
        chosen = [notes[0], notes[1], notes[3]] if further else notes[: min(room // 25 + 1, 2)]
        if self.story.stage is Stage.INTAKE:
            return []
        told: list[ContactTold] = []
        for place, note in enumerate(chosen, start=1):
            early = self.chance.randint(0, max(room // len(chosen) // 2, 1))
            day = _workday_before(intake_on + timedelta(days=2 + max(room * place // len(chosen) - early, place)))
            kind = self.chance.choice(["phone", "phone", "visit", "walk", "office", "video", "message"])
            minutes = {"phone": 15, "message": 5, "video": 30}.get(kind, 45)
            told.append(ContactTold(self._moment(min(day, until)), kind, minutes, True, self._text(note)))
        if self.chance.random() < 0.25 and room > 14:
            day = _workday_before(intake_on + timedelta(days=room // 2))
            note = "In het sociaal medisch overleg kort besproken hoe het loopt; verwijzer is op de hoogte."
            told.append(ContactTold(self._moment(day, hour=12), "case_meeting", 10, True, note, client_bound=False))
        return sorted(told, key=lambda each: each.happened_at)

    def _webs(self, intake_on: date) -> tuple[WebTold, ...]:
        person_offset = self.chance.choice([-0.5, 0, 0, 0.5])
        first = self._web(intake_on, self.life["dimensions"], person_offset)
        further = self.story.stage in FURTHER_ON or (
            self.story.stage is Stage.RUNNING and (self.today - intake_on).days > 56
        )
        if not further:
            return (first,)
        again = _workday_before(min(intake_on + timedelta(days=self.chance.randint(60, 84)), self.today))
        return (first, self._web(max(again, intake_on + timedelta(days=1)), self.life["after"], person_offset))

    def _web(self, on: date, profile: Sequence[float], offset: float) -> WebTold:
        scores = tuple(_halves(each + offset + self.chance.choice([-0.5, 0, 0, 0, 0.5])) for each in profile)
        if self.story.number % 6 == 5:
            return WebTold(on, "quick", scores, {}, ())
        whole = self.story.number % 3 == 0
        asked = range(1, DIMENSIONS + 1) if whole else sorted({int(each[0]) for each in self.life["talk"]})
        aspects = {
            f"{dimension}.{place}": _halves(
                scores[dimension - 1] + self.chance.choice([-1.5, -1, -0.5, 0, 0, 0.5, 1, 1.5])
            )
            for dimension in asked
            for place in range(1, ASPECTS + 1)
        }
        return WebTold(on, "adult", scores, aspects, tuple(self.life["talk"]))

    def _feedback(self, intake_on: date) -> tuple[FeedbackTold, ...]:
        channel = self.chance.choice(["secure_mail", "zorgdomein", "case_meeting"])
        if self.story.stage in (Stage.INTAKE, Stage.FEEDBACK_LATE):
            return ()
        first = FeedbackTold(1, _weekday(intake_on + timedelta(days=self.chance.randint(1, 6))), channel)
        if self.story.stage is not Stage.COMPLETED:
            return (first,)
        second = FeedbackTold(2, _weekday(intake_on + timedelta(days=self.chance.randint(86, 94))), channel)
        return (first, second)

    def _own_words(self) -> Mapping[str, str]:
        fields = ("notices", "matters", "would_change", "glad_if", "helper", "needs", "own_words")
        return {each: self._text(self.life[each]) for each in fields}

    def _moment(self, day: date, hour: int | None = None) -> datetime:
        at = time(hour or self.chance.randint(9, 16), self.chance.choice([0, 5, 10, 15, 20, 30, 40, 45]))
        return datetime.combine(day, at, ZoneInfo("Europe/Amsterdam")).astimezone(UTC)

    def _text(self, template: str) -> str:
        return template.format_map(self.words)


def _referred_by(chance: random.Random, place: str) -> tuple[str, str]:
    known = listed("practices")
    practice = next(each["key"] for each in known["practices"] if each["place"] == place)
    referrers = [each["key"] for each in known["people"] if each["role"] == "referrer" and each["practice"] == practice]
    return practice, chance.choice(referrers)


def _weekday(day: date) -> date:
    """The day itself, or the Monday after it."""
    return day + timedelta(days=7 - day.weekday()) if day.weekday() >= 5 else day


def _workday_before(day: date) -> date:
    """The last working day before `day`."""
    before = day - timedelta(days=1)
    return before - timedelta(days=before.weekday() - 4) if before.weekday() >= 5 else before


def _halves(score: float) -> float:
    """A score within 0 to 10, in halves."""
    return min(10.0, max(0.0, round(score * 2) / 2))
