"""Running the central API: one process, one port, stopped by SIGTERM or SIGINT without keeping anybody waiting."""

import asyncio
import gc
import os
import signal
import socket
from collections.abc import Callable
from types import FrameType

import uvicorn
from fastapi import FastAPI

from sync.server.central import Central

STOP_WITHIN_S = 10


class _Server(uvicorn.Server):
    """Says when it is ready, and lets waiting exchanges go when it must stop."""

    def __init__(self, config: uvicorn.Config, central: Central, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._central = central
        self._ready = ready
        self._loop: asyncio.AbstractEventLoop | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        self._loop = asyncio.get_running_loop()
        await super().startup(sockets)
        if self.started:
            self._ready()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002 # uvicorn gives it
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._central.wakes.close)
        # Not uvicorn's own: that raises the signal again at the end, and a stop that was asked for is no failure.
        self.force_exit = self.should_exit and sig == signal.SIGINT
        self.should_exit = True


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens; port 0 takes a free one; raises OSError."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Named as TCP: asyncio turns Nagle's delay off only for such sockets, and that delay costs 40 ms a request.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if os.name == "posix":
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(512)
    except (OSError, OverflowError):
        listening.close()
        raise
    return listening


def address_of(listening: socket.socket) -> str:
    """The URL of a listening socket."""
    host, port = listening.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def serve(app: FastAPI, listening: socket.socket, ready: Callable[[], None]) -> None:
    """Serve until a signal comes; `ready` is called once requests are taken."""
    # What is loaded by now stays: the collector needn't go through it for every few requests.
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        # Whose word on an address counts is ours to say: see addresses.py.
        proxy_headers=False,
        server_header=False,
        date_header=False,
        timeout_graceful_shutdown=STOP_WITHIN_S,
        timeout_keep_alive=75,
        h11_max_incomplete_event_size=32 * 1024,
        ws="none",
    )
    _Server(config, app.state.central, ready).run(sockets=[listening])
