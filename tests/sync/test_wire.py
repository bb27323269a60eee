"""The wire: what is malformed, too large or a bomb is refused before it is used."""

import gzip

import pytest
import zstandard

from sync import wire
from sync.identifiers import uuid7
from sync.op import FIRST_DIGEST, SealedOp
from sync.wire import Cursor, ExchangeRequest, Malformed, PushedOp, TooLarge, UnsupportedEncoding


def request() -> ExchangeRequest:
    op = PushedOp(uuid7(), uuid7(), "client", ("a",), 0, -5, 1, 1, uuid7(), b"\x01sealed")
    return ExchangeRequest(uuid7(), 1, bytes(32), ops=[op], cursors={uuid7(): Cursor(3, "ab" * 8, 1)}, wait_s=2.5)


def test_a_request_comes_back_as_it_was() -> None:
    asked = request()
    assert wire.decode(wire.encode(asked), ExchangeRequest) == asked


def test_cut_off_anywhere_is_malformed() -> None:
    whole = wire.encode(request())
    for place in range(len(whole)):
        with pytest.raises(Malformed):
            wire.decode(whole[:place], ExchangeRequest)


@pytest.mark.parametrize(
    "text",
    [
        "null",
        "[]",
        "<html>please log in</html>",
        "{}",
        "\ufeff{}",
        '{"device":"x"}',
        "[" * 200_000,
        '{"device":"' + "a" * 36 + '","first_n":0,"digest_before":"' + "A" * 43 + '="}',
        '{"device":"' + "a" * 36 + '","first_n":1e99,"digest_before":"' + "A" * 43 + '="}',
        '{"device":"' + "a" * 36 + '","first_n":1,"digest_before":"!!"}',
        '{"device":"' + "a" * 36 + '","first_n":1,"digest_before":"' + "A" * 43 + '=","wait_s":26}',
        '{"device":"' + "a" * 36 + '","first_n":1,"digest_before":"' + "A" * 43 + '=","cursors":{"x":[1]}}',
    ],
    ids=lambda text: text[:20],
)
def test_another_message_is_malformed(text: str) -> None:
    with pytest.raises(Malformed) as caught:
        wire.decode(text.encode(), ExchangeRequest)
    assert str(caught.value) == ""


def test_unknown_members_of_a_newer_version_are_passed_over() -> None:
    asked = request()
    newer = wire.encode(asked)[:-1] + b',"new":{"a":[1]}}'
    assert wire.decode(newer, ExchangeRequest) == asked


@pytest.mark.parametrize("accepted", ["zstd", "gzip", "gzip, deflate, zstd;q=0.9", "", "br"])
def test_an_answer_survives_its_encoding(accepted: str) -> None:
    payload = b'{"a":1}' * 1000
    body, encoding = wire.compressed(payload, accepted)
    assert wire.decompressed(body, encoding) == payload
    assert (len(body) < len(payload)) == bool(encoding)


def test_a_small_answer_is_not_compressed() -> None:
    assert wire.compressed(b"{}", "zstd") == (b"{}", "")


BOMB = b" " * (wire.PLAIN_BYTES + 1)


@pytest.mark.parametrize(
    ("body", "encoding"),
    [
        (zstandard.compress(BOMB), "zstd"),
        (zstandard.ZstdCompressor(write_content_size=False).compress(BOMB), "zstd"),
        (gzip.compress(BOMB), "gzip"),
        (BOMB, ""),
    ],
    ids=["zstd that says so", "zstd that doesn't", "gzip", "plain"],
)
def test_a_bomb_is_too_large(body: bytes, encoding: str) -> None:
    with pytest.raises(TooLarge):
        wire.decompressed(body, encoding)


@pytest.mark.parametrize("encoding", ["zstd", "gzip"])
def test_a_cut_or_foreign_frame_is_malformed(encoding: str) -> None:
    whole, _ = wire.compressed(b'{"a":1}' * 1000, encoding)
    for body in (b"", b"nothing", whole[:-1], whole[: len(whole) // 2], whole[:3]):
        with pytest.raises(Malformed):
            wire.decompressed(body, encoding)


def test_another_encoding_is_unsupported() -> None:
    with pytest.raises(UnsupportedEncoding):
        wire.decompressed(b"", "br")


def test_the_chain_is_the_ops_own() -> None:
    asked = request()
    op = asked.ops[0]
    organisation = uuid7()
    (link,) = wire.digests(FIRST_DIGEST, asked.ops, organisation, asked.device, 1)
    assert link == SealedOp(op.header(organisation, asked.device, 1), op.body).digest(FIRST_DIGEST)
