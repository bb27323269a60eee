"""A part of a snapshot: the live ops of a stretch of a scope's order, packed and sealed together, and its check.

Many ops are compressed and sealed at once, which makes them smaller and quicker to read than one by one. The central
API can't look inside, but knows the header of every op: it hands out a digest of the headers of those that the maker
says are inside, so that a maker can neither leave out an op, nor make one up, nor change whose it is or where it
stands.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from msgspec import Struct

from sync.merge import Live
from sync.op import Digest, canonical_json
from sync.schema import Value
from sync.seal import ScopeCipher, TooMuch, Unopenable

Held = tuple[str, str, Live]
"""An op in a part: kind, record, and the op with the values that count."""


@dataclass(frozen=True, slots=True)
class Place:
    """Which part it is, and of what: all of it is bound to the sealed contents.

    `number` counts the parts from 1; the part has what was live after seq `after`, up to `through`; the snapshot ends
    at `seq`, where the scope's running hash is `seq_chain`. `maker` is the device that made it.
    """

    organisation: str
    scope: str
    id: str
    maker: str
    number: int
    after: int
    through: int
    seq: int
    seq_chain: str
    epoch: int

    def canonical(self) -> bytes:
        """The one byte form."""
        return canonical_json(
            [
                "wor snapshot 1", self.organisation, self.scope, self.id, self.maker, self.number,
                self.after, self.through, self.seq, self.seq_chain, self.epoch,
            ]
        )  # fmt: skip


class _Alike(Struct, array_like=True):
    """The ops of one kind that have values for the same fields: a list per member, as many long as there are ops.

    `devices` are places in the part's list of devices; `reach` names those ops (by their place here) that have one.
    """

    kind: str
    names: list[str]
    seqs: list[int]
    devices: list[int]
    ns: list[int]
    ats: list[int]
    bases: list[int]
    records: list[str]
    reach: dict[int, dict[str, int]]
    values: list[list[Value]]


class _Contents(Struct, array_like=True):
    devices: list[str]
    ops: list[_Alike]


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(_Contents)


def sealed(cipher: ScopeCipher, place: Place, ops: Sequence[Held]) -> bytes:
    """The part with these ops; raises TooMuch."""
    return cipher.seal_part(place.canonical(), _packed(ops))


def opened(cipher: ScopeCipher, place: Place, body: bytes, digest: Digest) -> list[Held]:
    """The ops of a part in seq order; raises Unopenable unless they are those that the central API says they are."""
    try:
        contents = _decoder.decode(cipher.unseal_part(place.canonical(), body))
        ops, lines = _unpacked(contents)
    except (msgspec.MsgspecError, UnicodeDecodeError, ValueError, IndexError) as error:
        raise Unopenable from error
    # By seq, which stands first; a seq that is there twice gives a digest of nothing that the central API knows.
    order = sorted(range(len(ops)), key=lambda place: ops[place][2].seq)
    if hashlib.sha256("".join([lines[place] for place in order]).encode()).digest() != digest:
        raise Unopenable
    return [ops[place] for place in order]


def digest_of(lines: Iterable[str]) -> Digest:
    """The digest of a part with these ops, each as `line` writes it, in seq order."""
    return hashlib.sha256("".join(lines).encode()).digest()


def line(
    seq: int, device: str, n: int, at: int, base: int, record: str, kind: str, names: Iterable[str], reach: object
) -> str:
    """What the digest says of one op. No name or id holds a tab or a line's end."""
    return f"{seq}\t{device}\t{n}\t{at}\t{base}\t{record}\t{about(kind, names)}\t{reach_text(reach)}\n"


def about(kind: str, names: Iterable[str]) -> str:
    """What all ops of a kind with values for the same fields have in common in their lines."""
    return "\t".join([kind, *sorted(names)])


def reach_text(reach: object) -> str:
    """How far an op reaches, in one form, empty when that is its base."""
    return canonical_json(reach).decode() if reach else ""


def _packed(ops: Sequence[Held]) -> bytes:
    devices: dict[str, int] = {}
    alike: dict[tuple[str, tuple[str, ...]], _Alike] = {}
    for kind, record, live in ops:
        names = tuple(sorted(live.values))
        there = alike.get((kind, names))
        if there is None:
            there = _Alike(kind, list(names), [], [], [], [], [], [], {}, [[] for _ in names])
            alike[kind, names] = there
        if live.reach:
            there.reach[len(there.seqs)] = live.reach
        there.seqs.append(live.seq)
        there.devices.append(devices.setdefault(live.device, len(devices)))
        there.ns.append(live.n)
        there.ats.append(live.at)
        there.bases.append(live.base)
        there.records.append(record)
        for column, name in zip(there.values, names, strict=True):
            column.append(live.values[name])
    return _encoder.encode(_Contents(list(devices), list(alike.values())))


def _unpacked(contents: _Contents) -> tuple[list[Held], list[str]]:
    """The ops, and their lines in the digest."""
    ops: list[Held] = []
    lines: list[str] = []
    for one in contents.ops:
        names, reach, kind = one.names, one.reach, one.kind
        common = about(kind, names)
        devices = [contents.devices[place] for place in one.devices]
        rows: Iterable[tuple[Any, ...]] = zip(*one.values, strict=True) if names else [()] * len(one.seqs)
        each = zip(one.seqs, devices, one.ns, one.ats, one.bases, one.records, rows, strict=True)
        if reach:
            _with_reach(ops, lines, each, one, common)
            continue
        for seq, device, n, at, base, record, row in each:
            ops.append((kind, record, Live(seq, device, n, at, base, {}, dict(zip(names, row, strict=True)))))
            lines.append(f"{seq}\t{device}\t{n}\t{at}\t{base}\t{record}\t{common}\t\n")
    return ops, lines


def _with_reach(ops: list[Held], lines: list[str], each: Iterable[tuple[Any, ...]], one: _Alike, common: str) -> None:
    for place, (seq, device, n, at, base, record, row) in enumerate(each):
        reach: Mapping[str, int] = one.reach.get(place, {})
        values = dict(zip(one.names, row, strict=True))
        ops.append((one.kind, record, Live(seq, device, n, at, base, dict(reach), values)))
        lines.append(f"{seq}\t{device}\t{n}\t{at}\t{base}\t{record}\t{common}\t{reach_text(reach)}\n")


__all__ = ["Held", "Place", "TooMuch", "about", "digest_of", "line", "opened", "reach_text", "sealed"]
