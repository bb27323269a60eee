"""A vault with a handful of fictional people in every phase, made through the real services."""

from datetime import UTC, date, datetime
from pathlib import Path

from wor_tui.clock import FixedClock
from wor_tui.domain.codes import ConsentPurpose, Role, Variant
from wor_tui.domain.steps import Step
from wor_tui.services import (
    appointments,
    candidates,
    cases,
    consents,
    contacts,
    directory,
    feedback,
    intakes,
    referrals,
    webs,
)
from wor_tui.services.contacts import NewContact
from wor_tui.services.enrolment import begin_alone
from wor_tui.services.webs import WebEntry
from wor_tui.services.workspace import Workspace, open_workspace
from wor_tui.vault.passphrase_cost import FLOOR
from wor_tui.vault.vault import create

PASSPHRASE = "vier losse woorden samen"
NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


def at(month: int, day: int, hour: int = 10, minute: int = 0) -> datetime:
    """A moment in the year of the tests."""
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


def made(home: Path, clock: FixedClock) -> str:
    """Make the vault in `home`, fill it, close it; returns the id of the case with the most in it."""
    created = create(home, PASSPHRASE, cost=FLOOR, on=NOW.date())
    with open_workspace(created.vault, clock) as workspace:
        begin_alone(workspace, "Ria de Boer", label="laptop")
        return filled(workspace)


def made_at_desk(home: Path, clock: FixedClock) -> None:
    """Make the vault of an assistant in `home`: two referrals and two appointments."""
    created = create(home, PASSPHRASE, cost=FLOOR, on=NOW.date())
    with open_workspace(created.vault, clock) as workspace:
        begin_alone(workspace, "Joyce Landveld", role=Role.ASSISTANT, label="balie")
        linde = directory.add_practice(workspace, {"name": "De Linde", "place": "Houten"})
        for name, phone, on in (("Mieke Janssen", "06-12345678", 9), ("Sjaak de Wit", "06-34567890", 20)):
            candidate = candidates.add(workspace, {"initials": name[:1], "practice_id": linde})
            candidates.record_consent(
                workspace, candidate, [ConsentPurpose.CONTACT_DETAILS], given=True, by_whom="client", how="spoken",
                on=date(2026, 11, on),
            )  # fmt: skip
            candidates.to_desk(
                workspace,
                candidate,
                {
                    "client_name": name, "phone": phone, "type": "welfare", "channel": "phone",
                    "received_on": date(2026, 11, on),
                },
            )  # fmt: skip
        for name, hour in (("A. Willems", 10), ("[bold]Berg", 14)):
            appointments.plan(
                workspace,
                {
                    "client_name": name, "practice_id": linde, "with_function": "gp", "reason": "frequency",
                    "starts_at": at(11, 22, hour), "minutes": 20,
                },
            )  # fmt: skip


def filled(workspace: Workspace) -> str:
    """Everybody; returns the id of the case with the most in it."""
    linde = directory.add_practice(
        workspace, {"name": "De Linde", "place": "Houten", "phone": "030-2345678", "presence": "ma–vr 8–17"}
    )
    peters = directory.add_person(
        workspace,
        {
            "name": "M. Peters", "role": "referrer", "function": "poh_ggz", "practice_id": linde,
            "mobile": "06-23456789", "presence": "di en do",
        },
    )  # fmt: skip
    main = _running(workspace, linde, peters)
    _waiting(workspace)
    _not_reached(workspace, linde, peters)
    _plain(workspace, "Ouafae", "", "El Amrani", "Centrum", date(1985, 4, 2), "Wandelgroep bellen", date(2026, 11, 25))
    _plain(workspace, "K.", "ter", "Jansum", "Noord", date(2013, 6, 30), "Thuis langs", date(2026, 11, 30))
    _plain(workspace, "Bram", "van den", "[bold]Berg", "Zuid", date(1949, 1, 12), "", None)
    appointments.plan(
        workspace,
        {
            "client_name": "A. Willems", "practice_id": linde, "with_function": "gp", "reason": "frequency",
            "starts_at": at(11, 22, 13, 20), "minutes": 20,
        },
    )  # fmt: skip
    appointments.plan(
        workspace,
        {
            "client_name": "M. Janssen", "practice_id": linde, "with_function": "poh_ggz", "reason": "triage",
            "starts_at": at(11, 24, 9, 0), "minutes": 30,
        },
    )  # fmt: skip
    return main


def _running(workspace: Workspace, practice: str, referrer: str) -> str:
    referral = referrals.register(
        workspace,
        {
            "client_name": "Mieke Janssen", "birth_date": date(1959, 2, 11), "phone": "06-12345678", "place": "Houten",
            "practice_id": practice, "referrer_id": referrer, "type": "welfare", "channel": "zorgdomein",
            "zd_number": "ZD 204 118 77", "reason": "Eenzaam sinds haar man is overleden, slaapt slecht.",
            "received_on": date(2026, 9, 29), "consent_on": date(2026, 9, 28), "his_registered_on": date(2026, 9, 29),
        },
    )  # fmt: skip
    _rows, bases = referrals.inbox(workspace)
    case = cases.open_from_referral(
        workspace,
        referral,
        {
            "given_name": "Mieke", "family_name": "Janssen", "birth_date": date(1959, 2, 11), "phone": "06-12345678",
            "place": "Houten", "neighbourhood": "Zuid", "street": "Lindelaan 4", "postcode": "3991 AB",
            "living_situation": "alone", "gender": "woman", "language": "Nederlands",
        },
        max(bases.values()),
    )  # fmt: skip
    contacts.add(workspace, case, NewContact("phone", at(10, 2), 5, reached=False, note="Voicemail ingesproken."))
    contacts.add(workspace, case, NewContact("phone", at(10, 5), 15, note="Kennisgemaakt. Ze wil graag praten."))
    intakes.held(
        workspace,
        case,
        date(2026, 10, 12),
        0,
        {
            "notices": "De dagen zijn lang sinds Kees er niet meer is.",
            "would_change": "Weer onder de mensen komen.",
            "glad_if": "Iemand om mee te wandelen.",
            "own_words": "Muziek, de hond van de buren, soep koken voor een ander.",
            Step.OTHER_CONVERSATION.column: date(2026, 10, 12),
            Step.ASK_CONSENT.column: date(2026, 9, 28),
        },
    )
    webs.start(
        workspace,
        case,
        Variant.ADULT,
        date(2026, 10, 12),
        WebEntry((6, 4.5, 5, 4, 3, 7), {"5.1": 2, "5.4": 4}, frozenset({"5.1"}), "Mist vooral gezelschap."),
    )
    contacts.add(workspace, case, NewContact("visit", at(10, 12), 60, note="Intake thuis, web gemaakt."))
    consents.record(workspace, case, "feedback", given=True, by_whom="client", how="spoken", on=date(2026, 10, 12))
    feedback.send(workspace, case, 1, sent_on=date(2026, 10, 15), channel="zorgdomein", note="Intake geweest.")
    contacts.add(
        workspace,
        case,
        NewContact("walk", at(11, 4), 45, note="Meegelopen met de wandelgroep op woensdag. Ria loopt mee."),
    )
    webs.start(
        workspace,
        case,
        Variant.ADULT,
        date(2026, 11, 20),
        WebEntry((6, 6, 6.5, 5.5, 6, 7), {}, frozenset({"3.5", "5.1"}), ""),
    )
    cases.set_next_step(workspace, case, "Bellen: hoe was de kookgroep?", date(2026, 11, 27), 0)
    return case


def _waiting(workspace: Workspace) -> None:
    cases.open_by_hand(
        workspace,
        {"given_name": "A.", "family_name": "Jansen-Bos", "birth_date": date(1985, 7, 1), "neighbourhood": "Centrum"},
        received_on=date(2026, 11, 18),
    )


def _not_reached(workspace: Workspace, practice: str, referrer: str) -> None:
    case = cases.open_by_hand(
        workspace,
        {"given_name": "Sjaak", "prefix": "de", "family_name": "Wit", "neighbourhood": "Noord", "phone": "06-34567890"},
        {"practice_id": practice, "referrer_id": referrer},
        received_on=date(2026, 11, 2),
    )
    consents.record(
        workspace, case, "contact_details", given=True, by_whom="client", how="spoken", on=date(2026, 11, 2)
    )
    contacts.add(workspace, case, NewContact("phone", at(11, 9), 3, reached=False))


def _plain(
    workspace: Workspace, given: str, prefix: str, family: str, where: str, born: date, step: str, on: date | None
) -> None:
    case = cases.open_by_hand(
        workspace,
        {"given_name": given, "prefix": prefix, "family_name": family, "neighbourhood": where, "birth_date": born},
        received_on=date(2026, 11, 10),
    )
    consents.record(
        workspace, case, "contact_details", given=True, by_whom="both" if born.year > 2010 else "client",
        how="spoken", on=date(2026, 11, 10),
    )  # fmt: skip
    if step:
        cases.set_next_step(workspace, case, step, on, 0)
