"""Servers that aren't the central API: a guest network's login page, one that stalls, one that answers nonsense."""

import http.server
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress

LOGIN = (
    b"<!DOCTYPE html><html><head><title>Welkom op het gastnetwerk</title></head>"
    b"<body><form action='/login'><input name='email'></form></body></html>"
)


@contextmanager
def answering(port: int, status: int, headers: Mapping[str, str], body: bytes) -> Iterator[list[str]]:
    """Every request gets this answer; gives the paths that were asked for."""
    asked: list[str] = []

    class Portal(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            asked.append(self.path)
            self.rfile.read(int(self.headers.get("content-length", "0")))
            self.send_response(status)
            for name, value in {"content-length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def do_GET(self) -> None:
            self.do_POST()

        def log_message(self, *words: object) -> None:
            """Stay quiet."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Portal)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def behaving(port: int, behave: Callable[[socket.socket], None]) -> Iterator[None]:
    """Every connection is handed to `behave`, in a thread of its own."""
    listening = socket.create_server(("127.0.0.1", port))
    held: list[socket.socket] = []

    def accept() -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            held.append(connection)
            threading.Thread(target=one, args=(connection,), daemon=True).start()

    def one(connection: socket.socket) -> None:
        with suppress(OSError):
            behave(connection)

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        for connection in held:
            connection.close()


def stall(connection: socket.socket) -> None:
    """Take the request and say nothing."""
    while connection.recv(65536):
        pass


def hang_up(connection: socket.socket) -> None:
    """Take the request and close."""
    connection.recv(65536)
    connection.close()


def half_an_answer(connection: socket.socket) -> None:
    """Promise more than what comes."""
    connection.recv(65536)
    connection.sendall(b'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 999\r\n\r\n{"incar')
    connection.close()


def no_http(connection: socket.socket) -> None:
    """Something else listens there."""
    connection.recv(65536)
    connection.sendall(b"SSH-2.0-OpenSSH_9.6\r\n" + bytes(range(256)))
    connection.close()


def endless_headers(connection: socket.socket) -> None:
    """Headers without an end."""
    connection.recv(65536)
    connection.sendall(b"HTTP/1.1 200 OK\r\n")
    for number in range(100_000):
        connection.sendall(b"x-%d: %s\r\n" % (number, b"y" * 200))
    time.sleep(1)


def endless_body(connection: socket.socket) -> None:
    """A body without an end."""
    connection.recv(65536)
    connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n")
    while True:
        connection.sendall(b" " * 65536)


def a_byte_at_a_time(connection: socket.socket) -> None:
    """An answer that never ends and never stalls."""
    connection.recv(65536)
    connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n")
    while True:
        connection.sendall(b" ")
        time.sleep(0.1)
