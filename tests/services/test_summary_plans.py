"""How the database finds what Vandaag and the caseload ask: nothing reads all cases that doesn't show all cases."""

from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import text

from tests.services.vaults import NOW
from wor_tui.services import case_records, today
from wor_tui.services.case_facts import SUMMARISED
from wor_tui.services.caseload import View, index_statement
from wor_tui.services.projection import ARRIVED
from wor_tui.services.workspace import Workspace

DAY = NOW.date()
FEW = ("case_summary_waiting",)
"""Indexes with a condition, so that reading one whole is reading few."""
LARGE = ("case_summary", "s", "c", "client", "contact", "consent", "op", "referral")


def plan(workspace: Workspace, statement: str, values: Mapping[str, Any] | tuple[Any, ...]) -> list[str]:
    """The steps of a statement as SQLite plans them."""
    explained = f"EXPLAIN QUERY PLAN {statement}"
    with workspace.database.read() as connection:
        if isinstance(values, tuple):
            found = connection.exec_driver_sql(explained, values)
        else:
            found = connection.execute(text(explained), values)
        return [str(row[3]) for row in found]


def read_whole(steps: list[str]) -> list[str]:
    return [step for step in steps if step.startswith("SCAN ") and step.split()[1] in LARGE and not step.endswith(FEW)]


@pytest.mark.parametrize(
    ("statement", "values"),
    [
        (today.DUE, ("me", "2026-11-29", 150)),
        (today.COUNTS, ("me",)),
        (ARRIVED, ("2026-11-22",)),
        (SUMMARISED, ('["one"]',)),
        (case_records.ANY_UNSENT, ()),
        (case_records.ANY_CONFLICT, ()),
    ],
)
def test_opening_and_today_read_no_table_whole(workspace: Workspace, statement: str, values: tuple[Any, ...]) -> None:
    steps = plan(workspace, statement, values)
    assert steps
    assert read_whole(steps) == []


def test_what_is_due_comes_in_its_order_from_the_index(workspace: Workspace) -> None:
    assert not any("B-TREE" in step for step in plan(workspace, today.DUE, ("me", "2026-11-29", 150)))


@pytest.mark.parametrize("view", [View.DUE, View.NOT_REACHED, View.WAITING_FOR_CONSENT])
def test_a_view_of_few_reads_only_those(workspace: Workspace, view: View) -> None:
    assert read_whole(plan(workspace, *index_statement(view, "me", DAY, searchable=True))) == []


@pytest.mark.parametrize("view", [View.MINE, View.TEAM])
@pytest.mark.parametrize("searchable", [True, False])
def test_a_view_of_all_reads_one_index_and_sorts_nothing(workspace: Workspace, view: View, searchable: bool) -> None:
    steps = plan(workspace, *index_statement(view, "me", DAY, searchable=searchable))
    # The narrower one wherever it is enough: half as many pages.
    wanted = "case_summary_list" if searchable else "case_summary_names"
    assert [step for step in steps if f"COVERING INDEX {wanted}" in step]
    assert not any("B-TREE" in step for step in steps)


def test_what_is_due_comes_out_of_the_index_before_any_case_is_gone_to(workspace: Workspace) -> None:
    steps = plan(workspace, *index_statement(View.DUE, "me", DAY, searchable=True))
    assert any("COVERING INDEX case_summary_due" in step for step in steps)
    assert any("PRIMARY KEY" in step for step in steps)
