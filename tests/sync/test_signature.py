"""Signed requests: RFC 9421's own vector, and each way to tamper refused by name."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from sync import signature
from sync.seal import DeviceKeys
from sync.signature import Unsigned, WrongClock, WrongDigest, WrongSignature

NOW = 1_790_000_000


def unpadded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def test_the_vector_of_rfc_9421_appendix_b_2_6() -> None:
    private = Ed25519PrivateKey.from_private_bytes(unpadded("n4Ni-HpISpVObnQMW0wOhCKROaIKqKtW_2ZYb2p9KcU"))
    public = unpadded("JrQLj5P_89iXES9-vFgrIy29clF9CC_oPPsw3c5D0bs")
    base = signature.signature_base(
        [
            ("date", "Tue, 20 Apr 2021 02:07:55 GMT"),
            ("@method", "POST"),
            ("@path", "/foo"),
            ("@authority", "example.com"),
            ("content-type", "application/json"),
            ("content-length", "18"),
        ],
        '("date" "@method" "@path" "@authority" "content-type" "content-length")'
        ';created=1618884473;keyid="test-key-ed25519"',
    )
    expected = base64.b64decode(
        "wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw=="
    )
    assert private.public_key().public_bytes_raw() == public
    assert private.sign(base) == expected
    Ed25519PublicKey.from_public_bytes(public).verify(expected, base)


def test_the_digest_of_rfc_9530_appendix_b() -> None:
    assert signature.content_digest(b'{"hello": "world"}\n') == "sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:"


@pytest.fixture(scope="module")
def keys() -> DeviceKeys:
    return DeviceKeys.new()


def signed(keys: DeviceKeys, body: bytes = b"body", created: int = NOW) -> dict[str, str]:
    return signature.sign(keys.signing, "o/d", method="POST", path="/v1/exchange", body=body, created=created)


def verify(headers: dict[str, str], public: bytes, **other: object) -> None:
    asked = {"method": "POST", "path": "/v1/exchange", "body": b"body", "now": NOW} | other
    signature.verify(signature.presented(headers), public, **asked)  # type: ignore[arg-type]


def test_a_signed_request_is_accepted_and_names_its_key(keys: DeviceKeys) -> None:
    headers = signed(keys)
    verify(headers, keys.signing_public)
    assert signature.presented(headers).keyid == signature.keyid("o", "d")


@pytest.mark.parametrize("other", [{"method": "PUT"}, {"path": "/v1/organisation"}])
def test_another_method_or_path_is_refused(keys: DeviceKeys, other: dict[str, str]) -> None:
    with pytest.raises(WrongSignature):
        verify(signed(keys), keys.signing_public, **other)


def test_another_body_is_refused(keys: DeviceKeys) -> None:
    with pytest.raises(WrongDigest):
        verify(signed(keys), keys.signing_public, body=b"bodY")
    swapped = signed(keys) | {"content-digest": signature.content_digest(b"bodY")}
    with pytest.raises(WrongSignature):
        verify(swapped, keys.signing_public, body=b"bodY")


def test_another_key_is_refused(keys: DeviceKeys) -> None:
    with pytest.raises(WrongSignature):
        verify(signed(keys), DeviceKeys.new().signing_public)


@pytest.mark.parametrize("off", [-301, 301, -(10**8)])
def test_a_wrong_clock_is_refused(keys: DeviceKeys, off: int) -> None:
    with pytest.raises(WrongClock):
        verify(signed(keys), keys.signing_public, now=NOW + off)


@pytest.mark.parametrize("off", [-300, 300])
def test_five_minutes_are_tolerated(keys: DeviceKeys, off: int) -> None:
    verify(signed(keys), keys.signing_public, now=NOW + off)


def test_the_clock_is_only_told_to_whom_signs_well(keys: DeviceKeys) -> None:
    with pytest.raises(WrongSignature):
        verify(signed(keys), DeviceKeys.new().signing_public, now=NOW + 10_000)


@pytest.mark.parametrize("name", ["signature", "signature-input", "content-digest"])
def test_a_missing_or_other_header_is_unsigned(keys: DeviceKeys, name: str) -> None:
    headers = signed(keys)
    without = {key: value for key, value in headers.items() if key != name}
    with pytest.raises((Unsigned, WrongDigest)):
        verify(without, keys.signing_public)
    for wrong in ("", "wor=", "wor=::", headers[name] + ";x", headers[name][:-9], "é"):
        with pytest.raises((Unsigned, WrongSignature, WrongDigest)):
            verify(headers | {name: wrong}, keys.signing_public)


def test_fewer_covered_components_are_unsigned(keys: DeviceKeys) -> None:
    headers = signed(keys)
    less = headers["signature-input"].replace(' "content-digest"', "")
    with pytest.raises(Unsigned):
        signature.presented(headers | {"signature-input": less})
