"""A request under way, so that this thread can work meanwhile."""

from concurrent.futures import Future, ThreadPoolExecutor

from sync.client.outgoing import Outgoing
from sync.client.transport import Transport
from sync.wire import ExchangeAnswer

PATH = "/v1/exchange"


class Flight:
    """One request; with `pool` it is sent at once, in the pool's thread, else when its answer is asked for."""

    def __init__(self, transport: Transport, outgoing: Outgoing, pool: ThreadPoolExecutor | None = None) -> None:
        self.outgoing = outgoing
        self._transport = transport
        self._sent: Future[ExchangeAnswer] | None = pool.submit(self._post) if pool is not None else None

    def _post(self) -> ExchangeAnswer:
        request = self.outgoing.request
        return self._transport.post(PATH, request, ExchangeAnswer, wait_s=request.wait_s)

    def answer(self) -> ExchangeAnswer:
        """Wait for it; raises what `Transport.post` raises."""
        return self._post() if self._sent is None else self._sent.result()

    def abandon(self) -> None:
        """Nobody wants the answer any more: whatever the central API did, the next request finds out."""
        if self._sent is not None and not self._sent.done() and not self._sent.cancel():
            self._transport.interrupt()
