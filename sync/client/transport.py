"""Signed requests to the central API over one `httpx.Client`, and what its answers and non-answers mean."""

import contextlib
import socket
import threading
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import httpx
import msgspec

from sync.client import errors
from sync.signature import keyid, sign
from sync.wire import (
    PLAIN_BYTES,
    PROBLEM_JSON,
    Malformed,
    Problem,
    ProblemType,
    TooLarge,
    UnsupportedEncoding,
    compressed,
    decode,
    decompressed,
    encode,
)

Answer = TypeVar("Answer", bound=msgspec.Struct)

CONNECT_S = 5.0
READ_S = 30.0
PATIENCE_S = 5.0
"""The longest that one request waits because it came too soon."""
WHOLE_ANSWER = 4
"""A whole answer may take this many times as long as the silence that is allowed."""


class Declined(errors.SyncError):
    """The central API did nothing and says why; `problem.name` is one of `ProblemType`."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.name)
        self.problem = problem


class Transport:
    """The way to one central API for one device; safe to use from several threads, one request at a time each.

    `http` is for tests; by default a client is made at the first request. `interrupt` ends a request that waits.
    """

    def __init__(
        self,
        server: str,
        device: str,
        signing: bytes,
        clock_ms: Callable[[], int],
        *,
        organisation: str = "",
        http: httpx.Client | None = None,
        read_s: float = READ_S,
    ) -> None:
        self._read_s = read_s
        self.server = server.rstrip("/")
        self.bytes_sent = self.bytes_received = self.requests = 0
        self._device = device
        self._signing = signing
        self._clock_ms = clock_ms
        self._organisation = organisation
        self._http = http
        self._made = threading.Lock()
        self._held = threading.Event()
        self._socket: socket.socket | None = None
        self._interrupted = self._late = False
        self._offset_ms = 0

    def post(self, path: str, message: msgspec.Struct, answer: type[Answer], *, wait_s: float = 0.0) -> Answer:
        """Send a message and read its answer; a clock that is off is corrected once from the server's time.

        Where the central API asks for patience, because this device asked too much at once, it waits and goes on.

        Raises Declined for what the central API itself turned down, an `Unanswered` for everything else, Cancelled.
        """
        payload, encoding = compressed(encode(message), "zstd")
        waited_s = 0.0
        while True:
            try:
                return self._timely(path, payload, encoding, answer, wait_s)
            except errors.TooFast as fast:
                waited_s += fast.after_s
                if not 0 < waited_s <= PATIENCE_S:
                    raise
                if self._held.wait(fast.after_s):
                    raise errors.Cancelled from fast

    def _timely(self, path: str, payload: bytes, encoding: str, answer: type[Answer], wait_s: float) -> Answer:
        try:
            return self._once(path, payload, encoding, answer, wait_s)
        except errors.ClockWrong as wrong:
            self._offset_ms -= int(wrong.ahead_s * 1000)
            return self._once(path, payload, encoding, answer, wait_s)

    @property
    def device(self) -> str:
        """The device that it speaks as."""
        return self._device

    def become(self, device: str, signing: bytes) -> None:
        """From now on speak as another device of the organisation."""
        self._device, self._signing = device, signing

    def interrupt(self) -> None:
        """End the request that is waiting now, if any: it raises Cancelled."""
        self._interrupted = True
        self._held.set()
        self._cut()

    def _too_late(self) -> None:
        self._late = True
        self._cut()

    def _cut(self) -> None:
        waiting = self._socket
        if waiting is not None:
            with contextlib.suppress(OSError):
                # Not SSLSocket.shutdown, which would pull its state away under the thread that reads.
                socket.socket.shutdown(waiting, socket.SHUT_RDWR)

    def close(self) -> None:
        """Give the connection back."""
        if self._http is not None:
            self._http.close()

    def _client(self) -> httpx.Client:
        with self._made:
            if self._http is None:
                self._http = httpx.Client(
                    limits=httpx.Limits(max_connections=1, keepalive_expiry=60.0),
                    # Reading the certificates takes longer than an exchange; on the loopback there are none.
                    verify=self.server.startswith("https:"),
                )
            return self._http

    def _trace(self, event: str, info: Mapping[str, Any]) -> None:
        if event.endswith(("connect_tcp.complete", "start_tls.complete")):
            self._socket = info["return_value"].get_extra_info("socket")

    def _once(self, path: str, payload: bytes, encoding: str, answer: type[Answer], wait_s: float) -> Answer:
        headers = {
            "content-type": "application/json",
            "accept": "application/json",
            "accept-encoding": "zstd",
            **({"content-encoding": encoding} if encoding else {}),
            **sign(
                self._signing,
                keyid(self._organisation, self._device),
                method="POST",
                path=path,
                body=payload,
                created=(self._clock_ms() + self._offset_ms) // 1000,
            ),
        }
        self._interrupted = self._late = False
        self._held.clear()
        timeout = httpx.Timeout(self._read_s + wait_s, connect=CONNECT_S)
        # The time-out starts anew with every byte: whoever sends one a second would hold us for ever.
        late = threading.Timer(wait_s + WHOLE_ANSWER * self._read_s, self._too_late)
        late.daemon = True
        late.start()
        try:
            with self._client().stream(
                "POST",
                self.server + path,
                content=payload,
                headers=headers,
                timeout=timeout,
                extensions={"trace": self._trace},
                follow_redirects=False,
            ) as response:
                body = self._body(response)
        except (httpx.TransportError, httpx.InvalidURL) as error:
            if self._interrupted:
                raise errors.Cancelled from error
            if self._late:
                raise errors.Slow("the whole answer took too long") from error
            raise _unanswered(error) from error
        finally:
            late.cancel()
        if self._late:
            # A body of unknown length ends where we cut it.
            raise errors.Slow("the whole answer took too long")
        self.requests += 1
        self.bytes_sent += len(payload) + _size(response.request.headers)
        self.bytes_received += len(body) + _size(response.headers)
        return self._read(response, body, answer)

    @staticmethod
    def _body(response: httpx.Response) -> bytes:
        """The body as it travelled: undoing the encoding is ours, so that it is never made larger than allowed."""
        gathered = bytearray()
        for piece in response.iter_raw():
            gathered += piece
            if len(gathered) > PLAIN_BYTES:
                raise errors.TooLarge("the answer is too large")
        announced = response.headers.get("content-length", "")
        if announced.isdigit() and int(announced) != len(gathered):
            raise errors.BrokenAnswer("the answer was cut off")
        return bytes(gathered)

    def _read(self, response: httpx.Response, body: bytes, answer: type[Answer]) -> Answer:
        kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
        ours = kind == (PROBLEM_JSON if response.is_error else "application/json")
        if not ours or not (response.is_success or response.is_error):
            raise _by_status(response)
        try:
            plain = decompressed(body, response.headers.get("content-encoding", ""))
            if response.is_success:
                return decode(plain, answer)
            problem = decode(plain, Problem)
        except TooLarge as error:
            raise errors.TooLarge("the answer is too large") from error
        except (Malformed, UnsupportedEncoding) as error:
            raise errors.BrokenAnswer("the answer can't be read") from error
        raise self._by_problem(problem, response)

    def _by_problem(self, problem: Problem, response: httpx.Response) -> errors.SyncError:
        name = problem.name
        if name == ProblemType.WRONG_CLOCK and problem.server_time is not None:
            ahead_ms = self._clock_ms() + self._offset_ms - problem.server_time
            return errors.ClockWrong("the clock is off", ahead_ms / 1000)
        if name in _NOT_ADMITTED:
            return errors.NotAdmitted(name, problem.wipe)
        if name == ProblemType.TOO_LARGE:
            return errors.TooLarge(name)
        if name == ProblemType.TOO_MANY:
            return errors.TooFast(name, _after_s(response))
        if name in {ProblemType.BUSY, ProblemType.INTERNAL} or response.status_code == 503:
            return errors.Busy(name, _after_s(response))
        return Declined(problem)


_NOT_ADMITTED = {
    ProblemType.UNSIGNED,
    ProblemType.WRONG_DIGEST,
    ProblemType.WRONG_SIGNATURE,
    ProblemType.REPLAYED,
    ProblemType.UNKNOWN_DEVICE,
    ProblemType.REVOKED,
}


def _unanswered(error: httpx.TransportError | httpx.InvalidURL) -> errors.Unanswered:
    if isinstance(error, httpx.ConnectTimeout | httpx.ConnectError | httpx.InvalidURL | httpx.UnsupportedProtocol):
        return errors.Unreachable(type(error).__name__)
    if isinstance(error, httpx.TimeoutException):
        return errors.Slow(type(error).__name__)
    return errors.BrokenAnswer(type(error).__name__)


def _by_status(response: httpx.Response) -> errors.Unanswered:
    """What an answer means that isn't the central API's own: a proxy, a gateway, a guest network."""
    status = response.status_code
    if status == 413:
        return errors.TooLarge("413")
    if status in {408, 504}:
        return errors.Slow(str(status))
    if status == 429 or status >= 500:
        return errors.Busy(str(status), _after_s(response))
    return errors.NotTheServer(str(status))


def _after_s(response: httpx.Response) -> float:
    given = response.headers.get("retry-after", "")
    return min(float(given), 3600.0) if given.isdigit() else 0.0


def _size(headers: httpx.Headers) -> int:
    return sum(len(name) + len(value) + 4 for name, value in headers.raw)
