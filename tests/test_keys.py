"""docs/keys.md names every action with its keys, for whoever writes a keymap of their own."""

import re
from pathlib import Path

from wor_tui.actions import ACTIONS

KEYS = Path(__file__).parent.parent / "docs" / "keys.md"


def test_every_action_stands_there_with_its_keys_and_no_other() -> None:
    rows = re.findall(r"^\| `([^`]+)` \| (.+) \| (.+) \|$", KEYS.read_text("utf-8"), re.MULTILINE)
    written = [(name, tuple(re.findall(r"`([^`]+)`", keys)), said) for name, keys, said in rows]
    assert written == [(action.id, action.keys, action.en) for action in ACTIONS.values()]
