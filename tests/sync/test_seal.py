"""Sealing: nothing opens but what was sealed, with its key, in its place."""

import os
from dataclasses import replace
from typing import Any

import pytest
import zstandard
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from sync import seal
from sync.op import Header
from sync.seal import DeviceKeys, KeyPair, TooMuch, Unopenable

KEY = bytes(range(32))
VALUES = {"note": "Belde over de wandelgroep. " * 20, "reached": True, "minutes": 15, "score": 7.5, "corrects": None}
HEADER = Header("o", "s", "d", 7, "r", "contact", tuple(sorted(VALUES)), 3, 1_700_000_000_000, 1, 2, "g")
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
)


@given(st.dictionaries(st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=1), SCALARS))
def test_what_is_sealed_comes_back(values: dict[str, Any]) -> None:
    header = replace(HEADER, fields=tuple(values))
    assert seal.unseal(KEY, header, seal.seal(KEY, header, values)) == values


@pytest.mark.parametrize(
    "moved",
    [
        {"organisation": "x"},
        {"scope": "x"},
        {"device": "x"},
        {"n": 8},
        {"record": "x"},
        {"kind": "x"},
        {"fields": tuple(reversed(HEADER.fields))},
        {"base": 4},
        {"at": 1},
        {"schema": 2},
        {"key_epoch": 3},
        {"group": "x"},
    ],
)
def test_a_body_under_another_header_stays_closed(moved: dict[str, Any]) -> None:
    body = seal.seal(KEY, HEADER, VALUES)
    with pytest.raises(Unopenable):
        seal.unseal(KEY, replace(HEADER, **moved), body)


def test_another_key_stays_closed() -> None:
    with pytest.raises(Unopenable):
        seal.unseal(bytes(32), HEADER, seal.seal(KEY, HEADER, VALUES))


def test_cut_off_anywhere_or_altered_anywhere_stays_closed() -> None:
    body = seal.seal(KEY, HEADER, VALUES)
    for place in range(len(body)):
        with pytest.raises(Unopenable):
            seal.unseal(KEY, HEADER, body[:place])
        with pytest.raises(Unopenable):
            seal.unseal(KEY, HEADER, body[:place] + bytes([body[place] ^ 1]) + body[place + 1 :])
    with pytest.raises(Unopenable):
        seal.unseal(KEY, HEADER, body + b"\x00")


def sealed_by_hand(marked: bytes) -> bytes:
    nonce = os.urandom(12)
    return b"\x01" + nonce + AESGCM(KEY).encrypt(nonce, marked, HEADER.canonical())


@pytest.mark.parametrize(
    "marked",
    [
        b"\x01" + zstandard.ZstdCompressor(level=19).compress(b"{" + b" " * (64 << 20) + b"}"),
        b"\x01" + zstandard.ZstdCompressor(write_content_size=False).compress(b" " * 5000),
        b"\x01" + zstandard.compress(b'{"note":1}') + b"more",
        b"\x01nothing",
        b"\x02{}",
        b"",
        b"\x00[]",
        b"\x00" + b"[" * 100_000,
        b"\x00{",
        b"\x00\xff\xfe",
        b"\x00" + b'{"note":{},"reached":1,"minutes":1,"score":1,"corrects":1}',
        b'\x00{"note":1}',
        b"\x00" + b" " * (seal.PLAINTEXT_LIMIT + 1),
    ],
    ids=lambda marked: repr(marked[:12]),
)
def test_what_a_member_should_not_have_sealed_is_refused(marked: bytes) -> None:
    with pytest.raises(Unopenable):
        seal.unseal(KEY, HEADER, sealed_by_hand(marked))


def test_too_much_is_refused_before_it_is_sent() -> None:
    with pytest.raises(TooMuch):
        seal.seal(KEY, replace(HEADER, fields=("a",)), {"a": "x" * seal.PLAINTEXT_LIMIT})


def test_a_header_must_name_the_fields() -> None:
    with pytest.raises(ValueError, match="other fields"):
        seal.seal(KEY, HEADER, {"a": 1})


def test_the_same_values_never_look_the_same() -> None:
    assert seal.seal(KEY, HEADER, VALUES) != seal.seal(KEY, HEADER, VALUES)


def test_a_scope_key_is_its_own_per_scope_and_epoch() -> None:
    private = KeyPair.new().private
    keys = {seal.symmetric_key(private, scope, epoch) for scope in ("a", "b") for epoch in (1, 2)}
    assert len(keys) == 4
    assert seal.symmetric_key(private, "a", 1) in keys


PLACE = {"organisation": "o", "scope": "s", "epoch": 1, "device": "d"}


def test_a_granted_key_opens_on_its_device_only_and_in_its_place_only() -> None:
    device, other, private = DeviceKeys.new(), DeviceKeys.new(), KeyPair.new().private
    wrapped = seal.wrap(private, device.sealing_public, **PLACE)
    assert seal.unwrap(device, wrapped, **PLACE) == private
    for keys, place in [(other, PLACE), *((device, PLACE | {name: 2 if name == "epoch" else "x"}) for name in PLACE)]:
        with pytest.raises(Unopenable):
            seal.unwrap(keys, wrapped, **place)
    for cut in range(0, len(wrapped), 17):
        with pytest.raises(Unopenable):
            seal.unwrap(device, wrapped[:cut], **PLACE)


@pytest.mark.parametrize("public", [b"", bytes(1215), b"\xff" * 1216])
def test_no_key_is_wrapped_to_what_is_no_key(public: bytes) -> None:
    with pytest.raises(Unopenable):
        seal.wrap(KeyPair.new().private, public, **PLACE)


def test_device_keys_survive_being_stored() -> None:
    keys = DeviceKeys.new()
    again = DeviceKeys.from_bytes(keys.to_bytes())
    assert (again.signing_public, again.sealing_public) == (keys.signing_public, keys.sealing_public)
    with pytest.raises(Unopenable):
        DeviceKeys.from_bytes(keys.to_bytes()[:-1])


def test_keys_do_not_show_themselves() -> None:
    keys = DeviceKeys.new()
    assert keys.signing.hex() not in repr(keys)
    assert repr(keys.signing) not in repr(keys)
    assert repr(keys.sealing) == "KeyPair(…)"


def test_a_package_opens_with_its_code_only() -> None:
    package = seal.seal_package(KEY, "a" * 32, {"user": "u"})
    assert seal.open_package(KEY, "a" * 32, package) == {"user": "u"}
    for key, lookup in ((bytes(32), "a" * 32), (KEY, "b" * 32)):
        with pytest.raises(Unopenable):
            seal.open_package(key, lookup, package)


@pytest.mark.parametrize("public", [bytes(seal.PUBLIC_BYTES), b"\xff" * seal.PUBLIC_BYTES], ids=["zeros", "ones"])
def test_a_public_key_that_is_nobodys_is_refused(public: bytes) -> None:
    with pytest.raises(seal.Unopenable):
        seal.seal_to(public, b"content", b"")
