"""Who was registered twice is found among what changed, within a team, and two people are asked about once."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from tests.services.pairs import Two, two_coaches
from wor_tui.clock import FixedClock
from wor_tui.services import cases, clients, likeness, likeness_queue, merging
from wor_tui.services.entry import Entered
from wor_tui.services.workspace import Workspace

BORN = date(1959, 2, 11)


def registered(workspace: Workspace, given: str, family: str, **more: Entered) -> str:
    """A client with an open case; returns their id."""
    person: dict[str, Entered] = {"given_name": given, "family_name": family, "birth_date": BORN, **more}
    case = cases.open_by_hand(workspace, person)
    with workspace.database.read() as connection:
        return str(connection.exec_driver_sql('SELECT client_id FROM "case" WHERE id = ?', (case,)).scalar())


def found(workspace: Workspace) -> list[tuple[str, str, bool]]:
    likeness.look(workspace)
    return [(pair.one, pair.other, pair.probable) for pair in likeness.pairs(workspace)]


@pytest.fixture
def pair(workspace: Workspace) -> tuple[str, str]:
    return (
        registered(workspace, "Mieke", "Janssen", phone="06-12345678"),
        registered(workspace, "Mieke", "Jansen", phone="+31 6 12345678"),
    )


@pytest.fixture
def two(workspace: Workspace, tmp_path: Path, clock: FixedClock) -> Iterator[Two]:
    registered(workspace, "Hanneke", "Vos", birth_date=date(1950, 1, 1))
    with two_coaches(workspace, tmp_path, clock) as both:
        yield both


def test_two_registrations_of_one_person_are_found(workspace: Workspace, pair: tuple[str, str]) -> None:
    registered(workspace, "Ria", "Bos", phone="06-87654321")
    assert found(workspace) == [(*pair, True)]
    [view] = likeness.pairs(workspace)
    assert view.names == ("Janssen, Mieke", "Jansen, Mieke")


def test_only_what_changed_since_is_looked_at(workspace: Workspace, pair: tuple[str, str]) -> None:
    assert likeness.look(workspace) == 2
    assert likeness.look(workspace) == 0
    clients.edit(workspace, pair[1], {"birth_date": date(1970, 1, 1)}, 0)
    assert likeness.look(workspace) == 1
    assert found(workspace) == []
    clients.edit(workspace, pair[1], {"birth_date": date(1959, 11, 2)}, 0)
    assert found(workspace) == [(*pair, True)]


def test_a_look_that_is_broken_off_goes_on_later(workspace: Workspace, pair: tuple[str, str]) -> None:
    assert likeness.look(workspace, cancelled=lambda: True) == 0
    with workspace.database.read() as connection:
        assert likeness_queue.waits(connection)
    assert found(workspace) == [(*pair, True)]


def test_merged_ones_are_not_asked_about_again_until_they_are_two(workspace: Workspace, pair: tuple[str, str]) -> None:
    third = registered(workspace, "M.", "Janssen", phone="0612345678")
    assert len(found(workspace)) == 3
    merging.merge(workspace, merging.proposed(workspace, *pair), 0, {})
    assert found(workspace) == [(pair[0], third, False)]
    merging.undo(workspace, pair[1], 0)
    assert len(found(workspace)) == 3


def test_what_is_deleted_is_forgotten(workspace: Workspace, pair: tuple[str, str]) -> None:
    likeness.look(workspace)
    clients.edit(workspace, pair[1], {"deleted_at": "2026-11-22T09:00:00Z"}, 0)
    assert found(workspace) == []
    with workspace.database.read() as connection:
        rows = connection.exec_driver_sql("SELECT count(*) FROM likeness_key WHERE client = ?", (pair[1],)).scalar()
    assert rows == 0


def test_a_key_that_very_many_share_compares_nobody(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(likeness, "MOST_IN_COMMON", 2)
    for name in ("Bos", "Smit", "Vos"):
        registered(workspace, "Mieke", name, phone="030-1111111", birth_date=None)
    assert found(workspace) == []


def test_before_saving_those_who_look_like_it_are_named(workspace: Workspace, pair: tuple[str, str]) -> None:
    likeness.look(workspace)
    typed: dict[str, Entered] = {
        "given_name": "Mieke",
        "family_name": "Janssen",
        "birth_date": BORN,
        "phone": "0612345678",
    }
    assert [(one.client_id, one.probable) for one in likeness.resembling(workspace, typed)] == [
        (pair[0], True), (pair[1], True),
    ]  # fmt: skip
    assert likeness.resembling(workspace, {"family_name": "Anders", "birth_date": BORN}) == []
    merging.merge(workspace, merging.proposed(workspace, *pair), 0, {})
    [one] = likeness.resembling(workspace, typed)
    assert (one.client_id, one.name, one.coach, bool(one.case_id)) == (
        pair[0],
        "Janssen, Mieke",
        "Coach Ina de Wit",
        True,
    )


def test_another_team_s_client_is_never_compared(workspace: Workspace, pair: tuple[str, str]) -> None:
    with workspace.database.write() as connection:
        connection.exec_driver_sql(
            "INSERT INTO scope (id, kind, name, cursor, chain, complete, key_epoch, lost, keys_only)"
            " VALUES ('another', 'team', 'Team Zuid', 0, '', 1, 1, 0, 0)"
        )
        connection.exec_driver_sql("UPDATE client SET scope = 'another' WHERE id = ?", (pair[1],))
    assert found(workspace) == []
    typed: dict[str, Entered] = {
        "given_name": "Mieke",
        "family_name": "Janssen",
        "birth_date": BORN,
        "phone": "0612345678",
    }
    assert len(likeness.resembling(workspace, typed)) == 1


def test_two_devices_find_each_others_and_are_asked_once(two: Two) -> None:
    registered(two.one, "Mieke", "Janssen", phone="06-12345678")
    registered(two.other, "Mieke", "Janssen", phone="06-12345678")
    assert found(two.one) == found(two.other) == []
    two.meet()
    [pair] = found(two.one)
    assert found(two.other) == [pair]
    merging.apart(two.other, *pair[:2])
    assert found(two.other) == []
    two.meet()
    assert found(two.one) == []
