"""What a network does to a request: a transport between a device and the central API that goes wrong on order."""

from collections.abc import Callable

import httpx

HTML = b"<!doctype html><title>Gastnetwerk</title><p>Meld u aan."


def _html(request: httpx.Request, status: int) -> httpx.Response:
    headers = {"content-type": "text/html; charset=utf-8", "content-length": str(len(HTML)), "retry-after": "1"}
    return httpx.Response(status, headers=headers, stream=httpx.ByteStream(HTML), request=request)


class FaultTransport(httpx.BaseTransport):
    """Passes requests on to `inner`, except that one suffers `fault`, one of `FAULTS`: the next, or that `after` some.

    `truncate_at` is the share (0 to 1) of the answer's body, or the request's, that still comes. `late`: requests that
    were held up on the way, which `arrives` lets through in any order. `sent` and `received` keep all bytes.
    """

    def __init__(self, inner: httpx.BaseTransport) -> None:
        self.inner = inner
        self.fault = ""
        self.after = 0
        self.truncate_at = 0.5
        self.late: list[httpx.Request] = []
        self.sent = bytearray()
        self.received = bytearray()
        self.requests = 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer, or fail as ordered."""
        fault = ""
        if self.after > 0:
            self.after -= 1
        else:
            fault, self.fault = self.fault, ""
        self.requests += 1
        request.read()
        self.sent += request.content
        if fault.isdigit():
            return _html(request, int(fault))
        return _FAULTS[fault](self, request)

    def passed(self, request: httpx.Request) -> httpx.Response:
        """The central API's own answer."""
        response = self.inner.handle_request(request)
        self.received += b"".join(response.stream)  # pyright: ignore[reportArgumentType]
        return response

    def arrives(self, place: int) -> None:
        """One of the requests that were held up reaches the central API; nobody waits for its answer any more."""
        self.passed(self.late.pop(place % len(self.late)))

    def close(self) -> None:
        """Leave the inner transport to whoever made it."""


def _drop_before(_: FaultTransport, request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("dropped", request=request)


def _drop_after(world: FaultTransport, request: httpx.Request) -> httpx.Response:
    world.passed(request)
    raise httpx.ReadError("dropped", request=request)


def _stall(world: FaultTransport, request: httpx.Request) -> httpx.Response:
    world.passed(request)
    raise httpx.ReadTimeout("stalled", request=request)


def _delay(world: FaultTransport, request: httpx.Request) -> httpx.Response:
    world.late.append(httpx.Request(request.method, request.url, headers=request.headers, content=request.content))
    raise httpx.ReadTimeout("held up", request=request)


def _duplicate(world: FaultTransport, request: httpx.Request) -> httpx.Response:
    first = world.passed(request)
    second = world.passed(request)
    return second if second.is_success else first


def _truncate(world: FaultTransport, request: httpx.Request) -> httpx.Response:
    whole = world.passed(request)
    body = b"".join(whole.stream)  # pyright: ignore[reportArgumentType]
    cut = body[: int(len(body) * world.truncate_at)]
    return httpx.Response(whole.status_code, headers=whole.headers, stream=httpx.ByteStream(cut), request=request)


def _cut_upload(world: FaultTransport, request: httpx.Request) -> httpx.Response:
    some = request.content[: int(len(request.content) * world.truncate_at)]
    cut = httpx.Request(request.method, request.url, headers=request.headers, content=some)
    cut.headers["content-length"] = str(len(some))
    return world.passed(cut)


_FAULTS: dict[str, Callable[[FaultTransport, httpx.Request], httpx.Response]] = {
    "": FaultTransport.passed,
    "drop_before": _drop_before,
    "drop_after": _drop_after,
    "stall": _stall,
    "delay": _delay,
    "duplicate": _duplicate,
    "truncate": _truncate,
    "cut_upload": _cut_upload,
}
STATUSES = ["200", "302", "401", "403", "408", "413", "429", "500", "502"]
FAULTS = [*(name for name in _FAULTS if name), *STATUSES]
