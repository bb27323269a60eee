"""What a person reads for an error or a code: worded once, here, whatever screen or script shows it.

An error's sentence says what happened, that nothing is lost, and what to do. Nothing heavy is imported, so the unlock
screen words its errors too: classes are found by their names.
"""

from wor_tui.wording.codes import label, labels
from wor_tui.wording.fields import field_label, is_prose, kind_label, value_text
from wor_tui.wording.sentences import (
    held_reason,
    is_worded,
    older_sentence,
    place_sentence,
    quarantine_reason,
    sentence,
)

__all__ = [
    "field_label",
    "held_reason",
    "is_prose",
    "is_worded",
    "kind_label",
    "label",
    "labels",
    "older_sentence",
    "place_sentence",
    "quarantine_reason",
    "sentence",
    "value_text",
]
