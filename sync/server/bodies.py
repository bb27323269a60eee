"""Reading requests' bodies and writing answers: limits first, then decompression, then the message."""

import asyncio
from collections.abc import Iterable

from fastapi import Request, Response
from msgspec import Struct
from starlette.requests import ClientDisconnect

from sync import wire
from sync.server import problems
from sync.wire import Message

_ENCODINGS = "accept-encoding"


async def read_body(request: Request, limit: int, timeout_s: float) -> bytes:
    """The body as sent, at most `limit` bytes; raises ProblemError `too-large`, or `malformed` when it doesn't come."""
    announced = request.headers.get("content-length", "0")
    if not announced.isascii() or not announced.isdigit():
        raise problems.malformed()
    if int(announced[:20]) > limit:
        raise problems.too_large()
    received = bytearray()
    try:
        async with asyncio.timeout(timeout_s):
            async for chunk in request.stream():
                received += chunk
                if len(received) > limit:
                    raise problems.too_large()
    except TimeoutError:
        raise problems.slow_body() from None
    except ClientDisconnect:
        raise problems.malformed() from None
    return bytes(received)


def message_of(request: Request, body: bytes, message: type[Message]) -> Message:
    """The message in a body; raises ProblemError `malformed`, `too-large` or `unsupported-encoding`."""
    encoding = request.headers.get("content-encoding", "").strip().lower()
    try:
        return wire.decode(wire.decompressed(body, encoding), message)
    except wire.Malformed:
        raise problems.malformed() from None
    except wire.TooLarge:
        raise problems.too_large() from None
    except wire.UnsupportedEncoding:
        raise problems.unsupported_encoding() from None


def check_readable(names: Iterable[str]) -> None:
    """Whether names that are about to be kept are printable ASCII, as databases differ in what else they take.

    Raises ProblemError `malformed`.
    """
    together = "".join(names)
    if not (together.isascii() and together.isprintable()):
        raise problems.malformed()


def answer(request: Request, message: Struct, status: int = 200) -> Response:
    """A message as answer, compressed when that pays and the caller takes it."""
    payload, encoding = wire.compressed(wire.encode(message), request.headers.get(_ENCODINGS, ""))
    headers = {"cache-control": "no-store"}
    if encoding:
        headers |= {"content-encoding": encoding, "vary": _ENCODINGS}
    return Response(payload, status, headers, "application/json")
