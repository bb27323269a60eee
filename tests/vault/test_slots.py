import json
from datetime import UTC, date, datetime

import pytest

from tests.vault.made import PASSPHRASE, Made, refused
from wor_tui.vault import keyfile, recovery_code, slots
from wor_tui.vault.errors import RecoveryCodeMistyped, WrongSecret
from wor_tui.vault.passphrase_cost import FLOOR

DAY = date(2026, 11, 22)


def test_a_slot_says_since_when() -> None:
    key = keyfile.new_key()
    for slot in (slots.passphrase_slot(key, PASSPHRASE, FLOOR, DAY), slots.recovery_slot(key, bytes(20), DAY)):
        assert slots.since(slot) == DAY
    assert slots.since(slots.recovery_slot(key, bytes(20))) == datetime.now(UTC).date()


@pytest.mark.parametrize("written", [{}, {"since": ""}, {"since": "yesterday"}, {"since": 5}])
def test_a_slot_from_before_says_nothing(written: dict[str, object]) -> None:
    assert slots.since(keyfile.Slot("", "recovery", written, b"", b"")) is None


def test_the_day_is_bound_to_the_slot(made: Made) -> None:
    document = json.loads(made.keyfile.read_bytes())
    document["slots"][1]["parameters"]["since"] = "2020-01-01"
    content = keyfile._canonical(document | {"check": keyfile._check(document)})
    with refused(WrongSecret, made):
        slots.opened_by_recovery_code(keyfile.parsed(content), made.recovery_code)


def test_the_key_says_which_slot_gave_it(made: Made) -> None:
    read = keyfile.read(made.keyfile)
    assert slots.opened_by_passphrase(read, PASSPHRASE).by == slots.PASSPHRASE
    assert slots.opened_by_recovery_code(read, made.recovery_code).by == slots.RECOVERY


def test_a_slot_takes_the_place_of_its_kind_and_of_no_other(made: Made) -> None:
    read = keyfile.read(made.keyfile)
    strange = keyfile.Slot("00", "later", {}, bytes(12), bytes(48))
    new = slots.recovery_slot(made.key, bytes(20))
    after = slots.replaced((*read.slots, strange), new)
    assert after == (read.slots[0], strange, new)
    assert slots.without(after, slots.RECOVERY) == (read.slots[0], strange)


def test_a_fresh_recovery_code_is_another_each_time_and_opens_nothing_yet(made: Made) -> None:
    codes = {recovery_code.fresh() for _ in range(50)}
    assert len(codes) == 50
    with refused(WrongSecret, made):
        slots.opened_by_recovery_code(keyfile.read(made.keyfile), codes.pop())
    with pytest.raises(RecoveryCodeMistyped):
        recovery_code.read("")
