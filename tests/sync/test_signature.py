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


P = 2**255 - 19
D = -121665 * pow(121666, -1, P) % P
Point = tuple[int, int]


def add(one: Point, other: Point) -> Point:
    """The curve's addition (RFC 8032, section 5.1.4)."""
    (x, y), (v, w) = one, other
    turn = D * x * v * y * w % P
    return (x * w + v * y) * pow(1 + turn, -1, P) % P, (y * w + x * v) * pow(1 - turn, -1, P) % P


def encoded(point: Point) -> bytes:
    return (point[1] | (point[0] & 1) << 255).to_bytes(32, "little")


def small_order() -> set[bytes]:
    """The eight points that times eight are the neutral one, from one of order 8."""
    y = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    first = point = (x if x * x % P == square else x * pow(2, (P - 1) // 4, P) % P, y)
    found: set[bytes] = set()
    for _ in range(8):
        found.add(encoded(point))
        point = add(point, first)
    return found


def test_keys_under_which_everybody_can_sign_are_none(keys: DeviceKeys) -> None:
    points = small_order()
    assert len(points) == 8
    for public in points:
        assert not signature.usable(public)
    neutral = encoded((0, 1))
    Ed25519PublicKey.from_public_bytes(neutral).verify(neutral + bytes(32), b"anything: the library takes it")
    headers = signed(keys) | {"signature": f"wor=:{base64.b64encode(neutral + bytes(32)).decode()}:"}
    with pytest.raises(WrongSignature):
        verify(headers, neutral)


def test_a_key_is_written_in_one_way(keys: DeviceKeys) -> None:
    assert signature.usable(keys.signing_public)
    for y in (P, P + 1, 2**255 - 1):
        for sign in (0, 1 << 255):
            assert not signature.usable((y | sign).to_bytes(32, "little"))
    assert not signature.usable(keys.signing_public[:31])
    assert not signature.usable(b"")
