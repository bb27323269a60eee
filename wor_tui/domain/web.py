"""The spider web: how a person sees their own life at one moment. For talking about, not for measuring."""

from datetime import date, datetime
from typing import Any

from sync.schema import Policy
from wor_tui.domain import bounds
from wor_tui.domain.codes import Variant
from wor_tui.domain.columns import Record, synced
from wor_tui.domain.scores import LEAST, MOST

ASPECT = r"[1-6]\.[1-9][0-9]?"
"""How an aspect is named: dimension, dot, place; `1.3`."""


def _score() -> bounds.Bound:
    return bounds.halves(LEAST, MOST)


class Web(Record, table=True):
    """One web; of a case in a team's scope. `d1` … `d6` are the person's own numbers, clockwise from the top,
    0-10 in halves.

    In a practice's scope `case_id` names the candidate, at a desk the referral.

    `instrument` names the versioned list of aspects (`adult-1`). `aspects` maps `1.3` to its score; `talk` maps `1.3`
    to True where the person wants to talk about it.
    """

    case_id: str = synced(Policy.ASK, bounds.identifier(), required=True, indexed=True)
    instrument: str = synced(Policy.ASK, bounds.line(40), required=True)
    variant: str = synced(Policy.ASK, bounds.code(Variant), required=True)
    taken_on: date = synced(Policy.ASK, bounds.day(), required=True)
    d1: float | None = synced(Policy.ASK, _score())
    d2: float | None = synced(Policy.ASK, _score())
    d3: float | None = synced(Policy.ASK, _score())
    d4: float | None = synced(Policy.ASK, _score())
    d5: float | None = synced(Policy.ASK, _score())
    d6: float | None = synced(Policy.ASK, _score())
    aspects: dict[str, Any] = synced(Policy.ASK, _score(), elements=ASPECT)
    talk: dict[str, Any] = synced(Policy.ASK, bounds.yes_or_no(), elements=ASPECT)
    note: str | None = synced(Policy.ASK, bounds.note())
    author_id: str | None = synced(Policy.ASK, bounds.identifier())
    deleted_at: datetime | None = synced(Policy.LATEST, bounds.moment())
