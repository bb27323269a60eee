"""Writing and reading messages: JSON, compressed, never larger than the limits."""

import gzip
import zlib
from typing import TypeVar

import msgspec
import zstandard
from msgspec import Struct

from sync.wire.limits import PLAIN_BYTES

Message = TypeVar("Message")
_WORTH_COMPRESSING = 400


class WireError(Exception):
    """A message can't be read."""


class Malformed(WireError):
    """Not JSON, or not the message that belongs here."""


class TooLarge(WireError):
    """Larger than the limit, compressed or not."""


class UnsupportedEncoding(WireError):
    """A Content-Encoding that neither side agreed on."""


def decode(payload: bytes, message: type[Message]) -> Message:
    """Read a message; raises Malformed, without the contents."""
    try:
        return msgspec.json.decode(payload, type=message)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise Malformed from None


def encode(message: Struct) -> bytes:
    """Write a message."""
    return msgspec.json.encode(message)


def compressed(payload: bytes, accepted: str) -> tuple[bytes, str]:
    """`payload` in the best encoding that an Accept-Encoding header allows, and its name, "" for none."""
    if len(payload) < _WORTH_COMPRESSING:
        return payload, ""
    names = {part.partition(";")[0].strip().lower() for part in accepted.split(",")}
    if "zstd" in names:
        # Mostly base64 of what can't be made smaller: a higher level takes twice as long for nothing.
        return zstandard.ZstdCompressor(level=1, write_content_size=True).compress(payload), "zstd"
    if "gzip" in names:
        return gzip.compress(payload, 1, mtime=0), "gzip"
    return payload, ""


def decompressed(body: bytes, encoding: str, limit: int = PLAIN_BYTES) -> bytes:
    """Undo a Content-Encoding, never making more than `limit` bytes.

    Raises TooLarge, Malformed, UnsupportedEncoding.
    """
    if encoding in {"", "identity"}:
        plain = body
    elif encoding == "zstd":
        plain = _from_zstd(body, limit)
    elif encoding == "gzip":
        plain = _from_gzip(body, limit)
    else:
        raise UnsupportedEncoding
    if len(plain) > limit:
        raise TooLarge
    return plain


def _from_zstd(body: bytes, limit: int) -> bytes:
    try:
        size = zstandard.frame_content_size(body)
        if size > limit:
            raise TooLarge
        reader = zstandard.ZstdDecompressor(max_window_size=PLAIN_BYTES).stream_reader(body)
        plain = reader.read(limit + 1)
    except zstandard.ZstdError as error:
        raise Malformed from error
    if 0 <= size != len(plain) and len(plain) <= limit:
        raise Malformed
    return plain


def _from_gzip(body: bytes, limit: int) -> bytes:
    reader = zlib.decompressobj(wbits=31)
    try:
        plain = reader.decompress(body, limit + 1)
    except zlib.error as error:
        raise Malformed from error
    if len(plain) <= limit and not reader.eof:
        raise Malformed
    return plain
