"""The intake: the ten-step checklist and the person's own words. One for each case."""

from datetime import date

from sync.schema import Policy
from wor_tui.domain import bounds
from wor_tui.domain.codes import Exclusion, PassedOnTo
from wor_tui.domain.columns import Record, synced


class Intake(Record, table=True):
    """What was asked and said at the start; in a team's scope. Its id follows from the case's (`intake_id`).

    `step_01_on` … `step_10_on`: the day a step was done (see `steps`). The words answer the prompts: what do you
    notice, what matters to you now, what would you like to change, what would make you glad if it worked, who or what
    can help, what do you need.
    """

    case_id: str = synced(Policy.ASK, bounds.identifier(), required=True, indexed=True)
    step_01_on: date | None = synced(Policy.LATEST, bounds.day())
    step_02_on: date | None = synced(Policy.LATEST, bounds.day())
    step_03_on: date | None = synced(Policy.LATEST, bounds.day())
    step_04_on: date | None = synced(Policy.LATEST, bounds.day())
    step_05_on: date | None = synced(Policy.LATEST, bounds.day())
    step_06_on: date | None = synced(Policy.LATEST, bounds.day())
    step_07_on: date | None = synced(Policy.LATEST, bounds.day())
    step_08_on: date | None = synced(Policy.LATEST, bounds.day())
    step_09_on: date | None = synced(Policy.LATEST, bounds.day())
    step_10_on: date | None = synced(Policy.LATEST, bounds.day())
    notices: str | None = synced(Policy.ASK, bounds.note())
    matters: str | None = synced(Policy.ASK, bounds.note())
    would_change: str | None = synced(Policy.ASK, bounds.note())
    glad_if: str | None = synced(Policy.ASK, bounds.note())
    helper: str | None = synced(Policy.ASK, bounds.note())
    needs: str | None = synced(Policy.ASK, bounds.note())
    exclusion: str | None = synced(Policy.ASK, bounds.code(Exclusion))
    passed_on_to: str | None = synced(Policy.ASK, bounds.code(PassedOnTo))
    own_words: str | None = synced(Policy.ASK, bounds.note())
