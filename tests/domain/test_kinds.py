"""The kinds: every column has a policy and a bound, and typed rows keep what ops carry."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, insert, text
from sqlalchemy.exc import StatementError
from sqlmodel import Field, Session, select

from sync.schema import Kind, Policy, SchemaError, ScopeKind
from tests.domain.numbers import SAMPLE
from wor_tui.domain import bounds
from wor_tui.domain.case import Case
from wor_tui.domain.client import Client
from wor_tui.domain.columns import Record, synced
from wor_tui.domain.contact import Contact
from wor_tui.domain.errors import Invalid, Reason
from wor_tui.domain.identifiers import new_id
from wor_tui.domain.kinds import kind, metadata, schema
from wor_tui.domain.web import Web

NAMES = sorted(schema().kinds)
ID = "01935d3c-0000-7000-8000-000000000001"

WHOLE: Mapping[str, Mapping[str, Any]] = {
    "practice": {"name": "De Linde"},
    "person": {"name": "Ria de Wit", "role": "coach"},
    "device": {"person_id": ID},
    "referral": {"client_name": "A. Jansen", "received_on": "2026-09-01"},
    "appointment": {"practice_id": ID, "starts_at": "2026-09-01T09:00:00Z", "minutes": 20},
    "candidate": {"initials": "A.B.", "listed_on": "2026-09-01"},
    "letter": {"referral_id": ID, "number": 1, "sent_on": "2026-09-01", "text": "Er was een intake.", "author_id": ID},
    "client": {"family_name": "Jansen"},
    "case": {"client_id": ID, "received_on": "2026-09-01"},
    "intake": {"case_id": ID},
    "consent": {
        "case_id": ID,
        "purpose": "web",
        "given": True,
        "by_whom": "client",
        "how": "spoken",
        "on": "2026-09-01",
        "author_id": ID,
    },
    "web": {"case_id": ID, "instrument": "adult-1", "variant": "adult", "taken_on": "2026-09-01"},
    "contact": {
        "case_id": ID,
        "happened_at": "2026-09-01T09:00:00Z",
        "kind": "phone",
        "reached": False,
        "client_bound": True,
        "author_id": ID,
    },
    "feedback": {"case_id": ID, "number": 1, "sent_on": "2026-09-01", "channel": "phone", "author_id": ID},
}
"""The smallest whole record of each kind."""


@pytest.fixture
def engine() -> Iterator[Engine]:
    made = create_engine("sqlite://")
    metadata.create_all(made)
    yield made
    made.dispose()


def validate(of: Kind, values: Mapping[str, Any]) -> None:
    assert of.validate is not None
    of.validate(values)


def refusal(of: str, **values: object) -> tuple[str, Reason]:
    with pytest.raises(Invalid) as refused:
        validate(kind(of), {**WHOLE[of], **values})
    return refused.value.field, refused.value.code


def test_the_kinds_live_in_their_scopes() -> None:
    where = {scope: {name for name in NAMES if scope in kind(name).scopes} for scope in ScopeKind}
    assert where[ScopeKind.ORGANISATION] == {"practice", "person", "device"}
    assert where[ScopeKind.DESK] == {"referral", "appointment", "letter", "consent", "web"}
    assert where[ScopeKind.PRACTICE] == {"candidate", "appointment", "consent", "web"}
    assert where[ScopeKind.CASE] == where[ScopeKind.TEAM]
    assert where[ScopeKind.TEAM] == {"client", "case", "intake", "consent", "web", "contact", "feedback"}


def test_events_contacts_and_feedback_are_append_only() -> None:
    assert {name for name in NAMES if kind(name).append_only} == {"consent", "contact", "feedback", "letter"}


def test_next_steps_and_ticks_are_settled_by_the_newest_and_content_by_a_person() -> None:
    latest = {
        f"{name}.{column}"
        for name in NAMES
        for column, rule in kind(name).fields.items()
        if rule.policy == Policy.LATEST and not column.startswith("step_")
    }
    assert latest == {
        "practice.presence",
        "person.presence",
        "device.label",
        "device.keys",  # only what the device itself wrote counts
        "referral.status",
        "case.next_step",
        "case.next_step_on",
        "consent.author_id",  # the same event in a file that two colleagues take in
        "appointment.deleted_at",
        "candidate.deleted_at",
        "case.deleted_at",
        "client.deleted_at",
        "web.deleted_at",
        # What merging notes about a pair: it is asked about anew, never decided by hand.
        "client.settled",
        "client.replaced",
        "client.apart",
        "case.settled",
        "case.replaced",
    }


@pytest.mark.parametrize("name", NAMES)
def test_a_kind_has_a_rule_for_every_column(name: str) -> None:
    found = kind(name)
    columns = {column.name for column in found.table.columns}
    assert columns == {"id", "scope", *found.fields}
    assert found.table.name == name
    for column, rule in found.fields.items():
        assert found.table.c[column].nullable == (not rule.required)


@pytest.mark.parametrize("name", NAMES)
def test_the_columns_types_are_those_of_the_annotations(name: str) -> None:
    table = kind(name).table
    model = next(each for each in Record.__subclasses__() if each.__tablename__ == name)
    for column, info in model.model_fields.items():
        if column not in {"id", "scope"}:
            expected = table.c[column].type.python_type
            assert info.annotation in {expected, expected | None, dict[str, Any]}


def test_no_column_holds_a_bsn() -> None:
    assert not [column for name in NAMES for column in kind(name).fields if "bsn" in column]


def test_a_synced_column_without_a_policy_fails_while_it_is_declared() -> None:
    with pytest.raises(SchemaError, match=r"Forgetful\.name"):

        class Forgetful(Record):  # pyright: ignore[reportUnusedClass]
            name: str


def test_a_column_with_something_else_declared_fails_too() -> None:
    with pytest.raises(SchemaError, match=r"Commented\.name"):

        class Commented(Record):  # pyright: ignore[reportUnusedClass]
            name: str = Field(sa_column_kwargs={"comment": "no policy"})


def test_a_column_that_forgot_only_its_policy_fails_too() -> None:
    with pytest.raises(TypeError, match="policy"):
        synced(bound=bounds.line())  # pyright: ignore[reportCallIssue]


@pytest.mark.parametrize("name", NAMES)
def test_the_smallest_whole_record_is_valid_and_has_every_required_field(name: str) -> None:
    validate(kind(name), WHOLE[name])
    assert set(WHOLE[name]) == {column for column, rule in kind(name).fields.items() if rule.required}


@pytest.mark.parametrize("name", NAMES)
def test_a_record_that_isnt_whole_yet_is_judged_by_what_it_has(name: str) -> None:
    validate(kind(name), {})
    validate(kind(name), dict.fromkeys(kind(name).fields))


@pytest.mark.parametrize("name", NAMES)
def test_every_field_of_a_wrong_type_is_refused(name: str) -> None:
    for column in kind(name).fields:
        with pytest.raises(Invalid) as refused:
            validate(kind(name), {column: object()})
        assert refused.value.field == column


def test_fields_of_a_newer_version_are_passed_over() -> None:
    validate(kind("client"), {**WHOLE["client"], "pronouns": object()})


def test_bounds_of_fields() -> None:
    assert refusal("client", family_name="  ") == ("family_name", Reason.REQUIRED)
    assert refusal("client", street=SAMPLE) == ("street", Reason.BSN)
    assert refusal("web", d3=7.25) == ("d3", Reason.NOT_IN_HALVES)
    assert refusal("web", d3=10.5) == ("d3", Reason.OUT_OF_RANGE)
    assert refusal("feedback", number=3) == ("number", Reason.OUT_OF_RANGE)
    assert refusal("appointment", minutes=121) == ("minutes", Reason.OUT_OF_RANGE)
    assert refusal("contact", kind="telepathy") == ("kind", Reason.UNKNOWN_CODE)
    validate(kind("client"), {**WHOLE["client"], "remarks": f"In een notitie wordt gewaarschuwd: {SAMPLE}"})


def test_elements_whole_or_apart() -> None:
    validate(kind("web"), {"aspects": {"1.3": 7.5, "6.7": 0}, "talk": {"5.1": True}})
    validate(kind("web"), {"aspects/1.3": 7, "talk/5.1": None})
    assert refusal("web", **{"aspects/1.3": 11}) == ("aspects/1.3", Reason.OUT_OF_RANGE)
    assert refusal("web", aspects={"1.3": "7"}) == ("aspects/1.3", Reason.NOT_A_NUMBER)
    assert refusal("web", **{"aspects/Jansen": 7}) == ("aspects", Reason.UNKNOWN_ELEMENT)
    assert refusal("web", aspects=7) == ("aspects", Reason.UNKNOWN_ELEMENT)
    rule = kind("web").rule("aspects/1.3")
    assert rule is not None
    assert rule.elements


def test_rows_written_as_iso_text_read_back_as_dates(engine: Engine) -> None:
    first, second = new_id(), new_id()
    with engine.begin() as connection:
        connection.execute(insert(kind("case").table), [{"id": first, "scope": "s", **WHOLE["case"]}])
        connection.execute(insert(kind("contact").table), [{"id": second, "scope": "s", **WHOLE["contact"]}])
    with Session(engine) as session:
        case = session.exec(select(Case).where(Case.received_on >= date(2026, 9, 1))).one()
        contact = session.exec(select(Contact)).one()
    assert case.received_on == date(2026, 9, 1)
    assert case.intake_on is None
    assert contact.happened_at == datetime(2026, 9, 1, 9, tzinfo=UTC)
    assert contact.reached is False


def test_rows_written_as_objects_are_iso_text_in_the_database(engine: Engine) -> None:
    with Session(engine) as session:
        session.add(
            Client(
                id=new_id(),
                scope="s",
                family_name="Jansen",
                birth_date=date(1960, 2, 3),
                deleted_at=datetime(2026, 9, 1, 9, tzinfo=UTC),
            )
        )
        session.add(Web(id=new_id(), scope="s", case_id=ID, aspects={"1.3": 7.5}, talk={}, **_web()))
        session.add(Web(id=new_id(), scope="s", case_id=ID, **_web()))
        session.commit()
        webs = session.exec(select(Web)).all()
    assert [web.aspects for web in webs] == [{"1.3": 7.5}, {}]
    with engine.begin() as connection:
        assert connection.execute(text("SELECT birth_date, deleted_at FROM client")).all() == [
            ("1960-02-03", "2026-09-01T09:00:00Z")
        ]


def test_a_moment_without_a_zone_is_no_moment(engine: Engine) -> None:
    naive = datetime(2026, 9, 1, 9)  # noqa: DTZ001
    with pytest.raises(StatementError, match="time zone"), engine.begin() as connection:
        connection.execute(insert(kind("client").table), [{"id": ID, "scope": "s", "deleted_at": naive}])


def _web() -> dict[str, Any]:
    return {"instrument": "adult-1", "variant": "adult", "taken_on": date(2026, 9, 1)}
