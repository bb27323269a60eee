"""Puts invented stories into a vault, through the same checks and the same write path as the screens."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from sync.client.changes import Change
from wor_tui.clock import AMSTERDAM
from wor_tui.demo.people import listed
from wor_tui.demo.stories import AFTER_INTAKE, Stage, Story
from wor_tui.demo.telling import tell
from wor_tui.domain.ages import age, signatures_needed
from wor_tui.domain.codes import ByWhom, ConsentForm, ConsentPurpose, MeetingOutcome, ReferralStatus
from wor_tui.domain.identifiers import intake_id
from wor_tui.domain.referral import ICPC
from wor_tui.domain.text import full_name
from wor_tui.services import appointments, audit, candidates, directory, records
from wor_tui.services.entry import Entered
from wor_tui.services.records import CARE
from wor_tui.services.workspace import Workspace

WHOLE_STORIES = 600
"""So many stories are told whole; of the ones after them only what a caseload shows, so that a large one stays
within what a laptop's disk can hold."""
STORIES_AT_ONCE = 200

Progress = Callable[[int, int], None]
"""Called with how many stories are saved, and how many there will be."""

STATUS: Mapping[Stage, ReferralStatus] = {
    Stage.RECEIVED: ReferralStatus.RECEIVED,
    Stage.NO_CONSENT: ReferralStatus.RECEIVED,
    Stage.CONTACTING: ReferralStatus.CONTACTED,
    Stage.CONTACT_LATE: ReferralStatus.CONTACTED,
    Stage.REACHED: ReferralStatus.CONTACTED,
    Stage.INTAKE: ReferralStatus.INTAKE,
    Stage.RUNNING: ReferralStatus.ARRANGEMENT,
    Stage.FEEDBACK_LATE: ReferralStatus.ARRANGEMENT,
    Stage.COMPLETING: ReferralStatus.ARRANGEMENT,
    Stage.COMPLETED: ReferralStatus.COMPLETED,
    Stage.NOT_REACHED: ReferralStatus.NOT_REACHED,
    Stage.PASSED_ON: ReferralStatus.PASSED_ON,
}


@dataclass(frozen=True, slots=True)
class Around:
    """What stories refer to: ids of people and practices, and the desk's scope of each practice, by their keys;
    and the scope of the team."""

    people: Mapping[str, str]
    practices: Mapping[str, str]
    desks: Mapping[str, str]
    team: str


def fill(workspace: Workspace, around: Around, count: int, progress: Progress | None = None) -> None:
    """Save `count` stories as they stand today, many in each transaction; raises what saving raises."""
    today = workspace.clock.today()
    stories = (tell(number, today) for number in range(count))
    saved = 0
    while batch := list(islice(stories, STORIES_AT_ONCE)):
        changes = [change for story in batch for change in _Told(workspace, around, story).changes()]
        workspace.save(changes, CARE, event="demo.fill", action=audit.CREATE)
        saved += len(batch)
        if progress is not None:
            progress(saved, count)


def plan_appointments(workspace: Workspace, around: Around) -> None:
    """Put a few longer appointments into the first desk's agenda, today and on the days after it."""
    today = workspace.clock.today()
    planned = (
        (0, time(9, 20), "mevr. R. de B.", "gp", "triage", "Patiënt graag even laten bijkomen met koffie."),
        (0, time(14, 0), "dhr. M. K.", "poh_ggz", "frequency", ""),
        (1, time(10, 40), "mevr. S. el A.", "poh_ggz", "case_meeting", "Tolk is gebeld."),
        (2, time(11, 20), "dhr. H. ter H.", "gp", "frequency", ""),
        (4, time(15, 20), "mevr. J. P.", "gp", "triage", "Komt met dochter."),
    )
    for days, at, name, function, reason, note in planned:
        starts_at = datetime.combine(today + timedelta(days=days), at, ZoneInfo(AMSTERDAM)).astimezone(UTC)
        appointments.plan(
            workspace,
            {
                "practice_id": around.practices["linde"],
                "client_name": name,
                "with_function": function,
                "reason": reason,
                "starts_at": starts_at,
                "note_for_desk": note,
            },
        )


def fill_candidates(workspace: Workspace, practice_id: str) -> None:
    """Put a few candidates on a practice's own list; one of them agreed to be referred, and wasn't yet."""
    today = workspace.clock.today()
    on_list = (
        ("T.H.", "20417", 19, "60-69", MeetingOutcome.INVITE),
        ("A. el M.", "18822", 16, "40-49", MeetingOutcome.INVITE),
        ("G.V.", "30951", 14, "70-79", MeetingOutcome.LATER),
        ("W.K.", "11290", 13, "30-39", None),
    )
    for initials, number, often, band, outcome in on_list:
        candidate = candidates.add(
            workspace,
            {
                "initials": initials, "patient_number": number, "practice_id": practice_id, "consultations": often,
                "threshold": 12, "rule": "12 of meer consulten in een jaar", "age_band": band, "outcome": outcome,
                "listed_on": today - timedelta(days=9), "meeting_on": outcome and today - timedelta(days=5),
            },
        )  # fmt: skip
        if number == "20417":
            agreed = [ConsentPurpose.CONTACT_DETAILS, ConsentPurpose.FEEDBACK]
            candidates.record_consent(
                workspace, candidate, agreed, given=True, by_whom=ByWhom.CLIENT, how=ConsentForm.SPOKEN, on=today
            )


def fill_directory(workspace: Workspace) -> None:
    """Put the practices and the referrers into the directory; whoever uses the program comes in by invitation."""
    known = listed("practices")
    fields = ("name", "place", "phone", "email", "presence")
    ids = {
        each["key"]: directory.add_practice(workspace, {name: each[name] for name in fields})
        for each in known["practices"]
    }
    for each in known["people"]:
        if each["role"] == "referrer":
            directory.add_person(workspace, card_of(each, ids))


def card_of(each: Mapping[str, str], practice_ids: Mapping[str, str]) -> dict[str, Entered]:
    """What the directory keeps of somebody in practices.json."""
    fields = ("name", "role", "function", "phone", "mobile", "email", "presence", "team")
    return {**{name: each[name] for name in fields}, "practice_id": practice_ids.get(each["practice"], "")}


class _Told:
    """One story as the changes that save it."""

    def __init__(self, workspace: Workspace, around: Around, story: Story) -> None:
        self.workspace = workspace
        self.around = around
        self.story = story
        self.team = around.team
        self.coach = around.people["colleague" if story.colleague else "coach"]
        self.client = workspace.new_id()
        self.referral = workspace.new_id()
        self.case = workspace.new_id()

    def changes(self) -> Iterator[Change]:
        """The whole story, or what a caseload shows of it."""
        whole = self.story.number < WHOLE_STORIES
        yield self.adding("client", self.client_values(), self.client)
        if whole:
            yield self.adding("referral", self.referral_values(), self.referral, self.around.desks[self.story.practice])
        yield self.adding("case", self.case_values(whole=whole), self.case)
        for consent in self.story.consents if whole else self.story.consents[:1]:
            values: dict[str, Entered] = {"given": consent.given, "purpose": consent.purpose, "how": consent.how}
            yield self.of_case("consent", {**values, "on": consent.on, "by_whom": self.by_whom()})
        for contact in self.story.contacts if whole else self.story.contacts[-1:]:
            yield self.of_case("contact", {name: getattr(contact, name) for name in contact.__slots__})
        if not whole:
            return
        if self.story.intake_on is not None:
            yield self.adding("intake", self.intake_values(), intake_id(self.case))
        yield from self.webs()
        for letter in self.story.feedback:
            yield self.of_case("feedback", {name: getattr(letter, name) for name in letter.__slots__})

    def adding(self, kind: str, values: Mapping[str, Entered], record: str, scope: str = "") -> Change:
        return records.adding(self.workspace, kind, scope or self.team, values, record)

    def of_case(self, kind: str, values: Mapping[str, Entered]) -> Change:
        own: dict[str, Entered] = {"case_id": self.case, "author_id": self.coach}
        return self.adding(kind, {**own, **values}, self.workspace.new_id())

    def client_values(self) -> dict[str, Entered]:
        person, home = self.story.person, self.story.person.address
        return {
            "given_name": person.given_name,
            "prefix": person.prefix,
            "family_name": person.family_name,
            "birth_date": person.birth_date,
            "gender": person.gender,
            "phone": person.phone,
            "phone_alternative": person.phone_alternative,
            "email": person.email,
            "street": home.street,
            "postcode": home.postcode,
            "place": home.place,
            "neighbourhood": home.neighbourhood,
            "living_situation": self.story.living_situation,
            "language": person.language,
            "remarks": self.story.remarks,
        }

    def referral_values(self) -> dict[str, Entered]:
        story = self.story
        return {
            "client_name": full_name(story.person.given_name, story.person.prefix, story.person.family_name),
            "birth_date": story.person.birth_date,
            "phone": story.person.phone,
            "place": story.person.address.place,
            "practice_id": self.around.practices[story.practice],
            "referrer_id": self.around.people.get(story.referrer, ""),
            "type": story.type,
            "channel": story.channel,
            "zd_number": story.zd_number,
            "reason": story.reason,
            "consent_on": story.received_on if story.consents else None,
            "received_on": story.received_on,
            "status": STATUS[story.stage],
            "case_id": self.case,
            "icpc": ICPC,
            "his_registered_on": story.received_on if story.number % 4 else None,
        }

    def case_values(self, *, whole: bool) -> dict[str, Entered]:
        story = self.story
        return {
            "client_id": self.client,
            "referral_id": self.referral if whole else "",
            "coach_id": self.coach,
            "practice_id": self.around.practices[story.practice],
            "referrer_id": self.around.people.get(story.referrer, ""),
            "track": story.track,
            "received_on": story.received_on,
            "intake_on": story.intake_on,
            "ended_on": story.ended_on,
            "end_reason": story.ending,
            "next_step": story.next_step,
            "next_step_on": story.next_step_on,
            "passed_on_to": story.passed_on_to,
            "passed_on_on": story.ended_on if story.passed_on_to else None,
        }

    def intake_values(self) -> dict[str, Entered]:
        story = self.story
        days: dict[int, date | None] = dict.fromkeys((1, 3, 4, 5, 6, 8), story.received_on)
        days[7] = story.received_on if story.number % 4 else None
        days[9] = story.intake_on
        days[10] = story.feedback[0].sent_on if story.feedback else None
        steps: dict[str, Entered] = {f"step_{number:02d}_on": day for number, day in days.items()}
        return {"case_id": self.case, **steps, **story.words, "passed_on_to": story.passed_on_to}

    def webs(self) -> Iterator[Change]:
        if self.story.stage not in AFTER_INTAKE:
            return
        for web in self.story.webs:
            values: dict[str, Entered] = {
                "instrument": INSTRUMENTS[web.variant],
                "variant": web.variant,
                "taken_on": web.taken_on,
                **{f"d{place}": score for place, score in enumerate(web.scores, start=1)},
                **{f"aspects/{aspect}": score for aspect, score in web.aspects.items()},
                **{f"talk/{aspect}": True for aspect in web.talk},
            }
            yield self.of_case("web", values)

    def by_whom(self) -> ByWhom:
        needed = signatures_needed(age(self.story.person.birth_date, self.story.received_on))
        return ByWhom.BOTH if len(needed) > 1 else ByWhom(next(iter(needed)))


INSTRUMENTS = {"adult": "adult-1", "quick": "quick-1"}


def around_of(workspace: Workspace, desks: Mapping[str, str]) -> Around:
    """Find what the stories refer to in the directory, by the names that were put there."""
    known = listed("practices")
    return Around(
        people=_by_key(known["people"], directory.people(workspace)),
        practices=_by_key(known["practices"], directory.practices(workspace)),
        desks=desks,
        team=workspace.scopes.team,
    )


def _by_key(
    listed_ones: Sequence[Mapping[str, str]], cards: Sequence[directory.PersonCard | directory.PracticeCard]
) -> dict[str, str]:
    ids = {card.name: card.id for card in cards}
    return {each["key"]: ids[each["name"]] for each in listed_ones if each["name"] in ids}
