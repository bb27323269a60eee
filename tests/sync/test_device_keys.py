"""The fingerprint of a device's keys changes with every part of them, and is the same on every computer."""

import dataclasses

from sync.device_keys import belong, fingerprint
from sync.seal import DeviceKeys

FORM = "793ddab5ea17a0f610329a2f78b0f196f97a1304eb6ac17cb1386be9931046a0"


def test_the_form_never_changes() -> None:
    assert fingerprint("d" * 36, bytes(32), bytes(1216)) == FORM


def test_any_other_device_or_key_is_not_the_one_that_was_told() -> None:
    keys, other = DeviceKeys.new(), DeviceKeys.new()
    told = fingerprint("one", keys.signing_public, keys.sealing_public)
    assert belong(told, "one", keys.signing_public, keys.sealing_public)
    assert not belong(told, "two", keys.signing_public, keys.sealing_public)
    assert not belong(told, "one", other.signing_public, keys.sealing_public)
    swapped = dataclasses.replace(keys, sealing=other.sealing)
    assert not belong(told, "one", keys.signing_public, swapped.sealing_public)
    assert not belong("", "one", keys.signing_public, keys.sealing_public)
