"""The floor of the synchronisation: bare pages over HTTP and a bare table, without merging, sealing or signing.

Run as a program it serves: `python -m tests.benchmarks.floor PORT`.
"""

import sys
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
import sqlcipher3.dbapi2
import zstandard

from tests.benchmarks.documents import contacts

PAGE = 1000
_INSERT = "INSERT OR REPLACE INTO doc VALUES (?, ?, ?, ?, ?)"
_TABLE = "CREATE TABLE IF NOT EXISTS doc (id TEXT PRIMARY KEY, kind TEXT, org TEXT, client TEXT, body BLOB)"
Send = Callable[[dict[str, Any]], Awaitable[None]]


def bare_database(path: str) -> sqlcipher3.dbapi2.Connection:
    """An encrypted database with one table, committing to the disk."""
    connection = sqlcipher3.dbapi2.connect(path, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA key = \"x'" + "ab" * 48 + "'\"")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute(_TABLE)
    return connection


def insert(connection: sqlcipher3.dbapi2.Connection, documents: list[dict[str, Any]]) -> None:
    """Write documents in one transaction."""
    connection.execute("BEGIN IMMEDIATE")
    connection.executemany(
        _INSERT,
        [
            (each["_id"], each["kind"], each["organisation"], each["client"], msgspec.json.encode(each))
            for each in documents
        ],
    )
    connection.execute("COMMIT")


def serve(port: int) -> None:
    """Serve `/page/N`, `/push` and `/nothing` until ended."""
    import uvicorn  # noqa: PLC0415

    documents = list(contacts())
    compressor = zstandard.ZstdCompressor(level=3)
    pages = [
        compressor.compress(msgspec.json.encode(documents[start : start + PAGE]))
        for start in range(0, len(documents), PAGE)
    ]
    database = bare_database(":memory:")

    async def app(scope: dict[str, Any], receive: Callable[[], Awaitable[dict[str, Any]]], send: Send) -> None:
        if scope["type"] != "http":
            return
        path, answer = scope["path"], b'{"items":[]}'
        if path.startswith("/page/"):
            answer = pages[int(path.removeprefix("/page/"))]
        elif path == "/push":
            body, more = b"", True
            while more:
                message = await receive()
                body, more = body + message.get("body", b""), message.get("more_body", False)
            insert(database, msgspec.json.decode(zstandard.ZstdDecompressor().decompress(body)))
        await send(
            {"type": "http.response.start", "status": 200, "headers": [(b"content-length", str(len(answer)).encode())]}
        )
        await send({"type": "http.response.body", "body": answer})

    uvicorn.run(app, host="127.0.0.1", port=port, log_level="error")


if __name__ == "__main__":
    serve(int(sys.argv[1]))
