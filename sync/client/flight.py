"""A request under way, so that this thread can work meanwhile."""

from concurrent.futures import Future, ThreadPoolExecutor

from sync.client.opening import Early, opened_early
from sync.client.outgoing import Outgoing
from sync.client.rendering import Renderer
from sync.client.transport import Transport
from sync.wire import ExchangeAnswer

PATH = "/v1/exchange"


class Flight:
    """One request; with `pool` it is sent at once, in the pool's thread, else when its answer is asked for.

    What comes back to the pool's thread is opened there, too, while this one takes in what came before; `early` has it,
    by scope, once there is an answer.
    """

    def __init__(
        self, transport: Transport, outgoing: Outgoing, renderer: Renderer, pool: ThreadPoolExecutor | None = None
    ) -> None:
        self.outgoing = outgoing
        self.early: dict[str, Early] = {}
        self._transport = transport
        self._renderer = renderer
        self._sent: Future[ExchangeAnswer] | None = pool.submit(self._post_and_open) if pool is not None else None

    def _post(self) -> ExchangeAnswer:
        request = self.outgoing.request
        return self._transport.post(PATH, request, ExchangeAnswer, wait_s=request.wait_s)

    def _post_and_open(self) -> ExchangeAnswer:
        answer, outgoing = self._post(), self.outgoing
        self.early = {
            scope_id: opened_early(changes.ops, outgoing.organisation, scope_id, outgoing.ring, self._renderer)
            for scope_id, changes in answer.changes.items()
        }
        return answer

    def answer(self) -> ExchangeAnswer:
        """Wait for it; raises what `Transport.post` raises."""
        return self._post() if self._sent is None else self._sent.result()

    def abandon(self) -> None:
        """Nobody wants the answer any more: whatever the central API did, the next request finds out."""
        if self._sent is not None and not self._sent.done() and not self._sent.cancel():
            self._transport.interrupt()
