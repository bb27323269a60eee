import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from tests.vault.made import PASSPHRASE, Made, refused
from wor_tui.vault import keyfile, recovery_code, slots
from wor_tui.vault.errors import (
    KeyfileDamaged,
    KeyfileMissing,
    KeyfileTampered,
    KeyfileTooNew,
    VaultError,
    WrongSecret,
)
from wor_tui.vault.keyfile import Keyfile, parsed, serialised
from wor_tui.vault.passphrase_cost import FLOOR, Cost
from wor_tui.vault.slots import opened_by_passphrase, opened_by_recovery_code


@pytest.fixture(scope="module")
def content(original: Made) -> bytes:
    return original.keyfile.read_bytes()


def rechecked(document: dict[str, Any]) -> bytes:
    """What somebody writes who knows the format but not the key."""
    return keyfile._canonical(document | {"check": keyfile._check(document)})


def test_both_secrets_give_the_same_key(original: Made, content: bytes) -> None:
    read = parsed(content)
    assert opened_by_passphrase(read, PASSPHRASE) == opened_by_recovery_code(read, original.recovery_code)
    assert opened_by_passphrase(read, PASSPHRASE) == original.key


def test_a_wrong_secret_is_refused(original: Made, content: bytes) -> None:
    for wrong in ("", PASSPHRASE.upper(), PASSPHRASE + " ", "\udc80", "x" * 1_000_000):
        with refused(WrongSecret, original):
            opened_by_passphrase(parsed(content), wrong)
    with refused(WrongSecret, original):
        opened_by_recovery_code(parsed(content), recovery_code.written(bytes(20)))


def test_every_flipped_bit_is_refused(content: bytes) -> None:
    flips = 0
    for place in range(len(content)):
        for bit in range(8):
            flipped = bytearray(content)
            flipped[place] ^= 1 << bit
            with pytest.raises(KeyfileDamaged):
                parsed(bytes(flipped))
            flips += 1
    print(f"{flips} flipped bits, all refused")


def test_every_cut_is_refused(content: bytes) -> None:
    for length in range(len(content)):
        with pytest.raises(KeyfileDamaged):
            parsed(content[:length])


@pytest.mark.parametrize(
    "strange",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b"[" * 60_000,
        b'{"magic":' * 5_000,
        b"\xff\xfe",
        b" " * 70_000,
        b'{"a":NaN}',
        b'{"a":' + b"9" * 5_000 + b"}",
        b"SQLite format 3\0",
    ],
)
def test_what_is_no_key_file_is_refused(strange: bytes, original: Made) -> None:
    with refused(KeyfileDamaged, original):
        parsed(strange)


def test_another_spelling_of_the_same_content_is_refused(content: bytes) -> None:
    document = json.loads(content)
    for spelling in (
        json.dumps(document).encode(),
        content + b"\n",
        content.replace(b'"generation":1', b'"generation":1.0'),
        rechecked(document | {"salt": document["salt"].upper()}),
        rechecked(document | {"mac": document["mac"] + " "}),
    ):
        with pytest.raises(KeyfileDamaged):
            parsed(spelling)


def test_a_newer_key_file_is_told_apart_from_a_damaged_one(content: bytes, original: Made) -> None:
    newer = {"magic": keyfile.MAGIC, "version": 2, "anything": ["else"]}
    with refused(KeyfileTooNew, original):
        parsed(rechecked(newer))
    with refused(KeyfileDamaged, original):
        parsed(content.replace(b'"version":1', b'"version":2'))


def test_a_missing_key_file_has_its_own_error(made: Made) -> None:
    made.keyfile.unlink()
    with refused(KeyfileMissing, made):
        keyfile.read(made.keyfile)


def drop_a_slot(document: dict[str, Any]) -> None:
    document["slots"] = [slot for slot in document["slots"] if slot["kind"] == "recovery"]


def double_a_slot(document: dict[str, Any]) -> None:
    document["slots"].append(document["slots"][0])


def turn_back_the_generation(document: dict[str, Any]) -> None:
    document["generation"] = 0


def weaken_another_slot(document: dict[str, Any]) -> None:
    document["slots"][0]["parameters"]["memory"] = FLOOR.memory + 1024


def rename_a_kind(document: dict[str, Any]) -> None:
    document["slots"][0]["kind"] = "escrow"


def zero_the_mac(document: dict[str, Any]) -> None:
    document["mac"] = "00" * 32


@pytest.mark.parametrize(
    "tamper",
    [drop_a_slot, double_a_slot, turn_back_the_generation, weaken_another_slot, rename_a_kind, zero_the_mac],
)
def test_tampering_outside_the_slot_that_opens_is_found(
    tamper: Callable[[dict[str, Any]], None], content: bytes, original: Made
) -> None:
    document = json.loads(content)
    tamper(document)
    with refused(KeyfileTampered, original):
        opened_by_recovery_code(parsed(rechecked(document)), original.recovery_code)


def test_tampering_with_what_is_bound_to_a_slot_never_opens(content: bytes, original: Made) -> None:
    """Every field that names the slot or the vault, changed in its first and its last character, with a fresh check."""
    tried = 0
    for path in (
        ["vault"],
        ["salt"],
        ["mac"],
        *(["slots", 1, name] for name in ("id", "nonce", "wrapped")),
        ["slots", 1, "parameters", "salt"],
    ):
        for place in (0, -1):
            document = json.loads(content)
            holder = document
            for step in path[:-1]:
                holder = holder[step]
            text = list(holder[path[-1]])
            text[place] = "0" if text[place] != "0" else "1"
            holder[path[-1]] = "".join(text)
            with pytest.raises(VaultError) as caught:
                opened_by_recovery_code(parsed(rechecked(document)), original.recovery_code)
            assert type(caught.value) in {WrongSecret, KeyfileTampered}
            tried += 1
    assert tried == 14


@pytest.mark.parametrize(
    "cost", [Cost(8, 1, 1), Cost(65_535), Cost(passes=2), Cost(1 << 30), Cost(passes=10**6), Cost(lanes=10**6)]
)
def test_a_cost_outside_the_bounds_is_refused_before_it_is_paid(cost: Cost, content: bytes, original: Made) -> None:
    document = json.loads(content)
    document["slots"][0]["parameters"] |= {"memory": cost.memory, "passes": cost.passes, "lanes": cost.lanes}
    with refused(KeyfileDamaged, original):
        opened_by_passphrase(parsed(rechecked(document)), PASSPHRASE)


def test_a_second_passphrase_is_refused_before_it_is_paid(
    content: bytes, original: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No version writes two; a key file from elsewhere could make one attempt as dear as 32."""
    document = json.loads(content)
    document["slots"] = [slot for slot in document["slots"] if slot["kind"] == "passphrase"] * 32
    paid: list[str] = []
    monkeypatch.setattr(slots, "stretched", lambda passphrase, _salt, _cost: paid.append(passphrase) or bytes(32))
    with refused(KeyfileDamaged, original):
        opened_by_passphrase(parsed(rechecked(document)), PASSPHRASE)
    assert paid == []


def test_a_slot_of_another_vault_does_not_open(content: bytes, original: Made) -> None:
    other = keyfile.new_key()
    foreign = slots.made(other, PASSPHRASE, bytes(20), FLOOR)
    read = parsed(content)
    with refused(WrongSecret, original):
        opened_by_passphrase(replace(read, slots=foreign.slots), PASSPHRASE)


def test_a_kind_of_slot_that_is_not_known_yet_is_kept(content: bytes, original: Made) -> None:
    read = parsed(content)
    escrow = keyfile.Slot("0011223344556677", "escrow", {"organisation": "ab"}, bytes(12), bytes(80))
    later: Keyfile = keyfile.successor(read, (*read.slots, escrow))
    again = parsed(serialised(later, original.key))
    assert again.slots == later.slots
    assert again.generation == read.generation + 1
    assert opened_by_recovery_code(again, original.recovery_code) == original.key


def test_two_vaults_share_nothing(content: bytes) -> None:
    first, second = keyfile.new_key(), keyfile.new_key()
    assert not {first.vault, first.salt, first.root} & {second.vault, second.salt, second.root}
    assert first.database_key() != second.database_key()


def test_the_key_does_not_show(original: Made) -> None:
    for text in (repr(original.key), str(original.key), f"{original.key}"):
        assert original.key.root.hex() not in text
        assert repr(original.key.root) not in text
