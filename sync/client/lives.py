"""The live ops of a record as they are kept: a JSON list of rows, and the device's own unsent ops as such rows."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

import msgspec
from sqlalchemy import Connection

from sync.merge import Live, merged, supersedes
from sync.op import author_of
from sync.schema import Value

Row = tuple[int, str, int, int, int, dict[str, int], dict[str, Value]]

_decoder = msgspec.json.Decoder(list[Row])
_encoder = msgspec.json.Encoder()
_content = msgspec.json.Decoder(dict[str, Value])


def decoded(text: str) -> list[Live]:
    """The live ops that `encoded` wrote."""
    return [Live(*row) for row in _decoder.decode(text)]


def encoded(live: Iterable[Live]) -> str:
    """Live ops as the text that a replica row keeps."""
    return _encoder.encode(
        [(one.seq, one.device, one.n, one.at, one.base, one.reach, one.values) for one in live]
    ).decode()


def content_of(text: str) -> dict[str, Value]:
    """An op's values from the text that the outbox keeps."""
    return _content.decode(text)


def json_list(values: Sequence[str]) -> str:
    """A list of ids as one parameter, for `IN (SELECT value FROM json_each(?))`."""
    return _encoder.encode(list(values)).decode()


def without_place(live: Sequence[Live]) -> list[Live]:
    """Of a record's live ops those of a history that the central API lost (seq 0); they stand first."""
    return [one for one in live if not one.seq] if live and not live[0].seq else []


def still_left(left: Iterable[Live], op: Live) -> list[Live]:
    """What is left of these when `op` comes: it may be one of them, and replaces what its device wrote before."""
    kept: list[Live] = []
    for one in left:
        if one.device != op.device or one.n > op.n:
            kept.append(one)
        elif one.n < op.n and (values := {k: v for k, v in one.values.items() if k not in op.values}):
            kept.append(replace(one, values=values))
    return kept


def merged_late(live: Sequence[Live], op: Live) -> list[Live]:
    """`live` after an accepted op whose turn was long ago: what came after it may supersede it."""
    later = [one for one in live if one.seq > op.seq]
    values = {
        name: value
        for name, value in op.values.items()
        if not any(name in one.values and supersedes(one, op, name) for one in later)
    }
    earlier = [one for one in live if one.seq < op.seq]
    return [*(merged(earlier, replace(op, values=values)) if values else earlier), *later]


def overlays(connection: Connection, records: Sequence[str]) -> dict[str, list[Live]]:
    """The own ops on these records that the cursor hasn't passed, per record in the order they were made."""
    found = connection.exec_driver_sql(
        "SELECT record, device, n, group_id, at, base, content FROM op"
        " WHERE overlay = 1 AND record IN (SELECT value FROM json_each(?)) ORDER BY device, n",
        (json_list(records),),
    )
    gathered: dict[str, list[Live]] = {}
    for record, device, n, group, at, base, content in found.all():
        author = author_of(device, n, group)
        gathered.setdefault(record, []).append(Live(0, author, n, at, base, {}, content_of(content)))
    return gathered
