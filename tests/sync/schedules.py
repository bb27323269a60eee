"""Random schedules of devices and a server, played through the product's own merge.

Forms are opened early and saved late, answers get lost, pages are cut anywhere, devices join late. `play` checks that
everybody agrees at the end and that no value disappeared that nobody knew of; it raises AssertionError if not.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from sync import merge
from sync.merge import Live, merged, names_only, overlaid, reach_of

FIELDS = "abc"
RECORDS = 2
Step = tuple[str, int, int, int]
"""What happens, to which device, and two numbers that the step reads as it needs."""
ACTIONS = ("open", "save", "push", "pull", "join")


@dataclass
class Pending:
    """An op that its device still overlays; `accepted` is its seq once the server told it."""

    record: int
    op: Live
    knew: dict[str, set[tuple[str, int]]]
    accepted: int = 0


@dataclass
class Server:
    """The order, and which names are live: exactly what the central API works with."""

    reach: bool = True
    cut: bool = False
    ops: list[tuple[int, Live]] = field(default_factory=list)
    live: dict[int, list[Live]] = field(default_factory=dict)
    places: dict[tuple[str, int], int] = field(default_factory=dict)

    def push(self, batch: Sequence[Pending]) -> None:
        for sent in batch:
            if (sent.op.device, sent.op.n) in self.places:
                continue
            blind = replace(sent.op, seq=len(self.ops) + 1, values=names_only(sent.op.values))
            there = self.live.get(sent.record, [])
            blind.reach = reach_of(blind, there) if self.reach else {}
            self.live[sent.record] = merged(there, blind)
            self.places[blind.device, blind.n] = blind.seq
            self.ops.append((sent.record, replace(blind, values=dict(sent.op.values))))

    def page(self, cursor: int, limit: int) -> tuple[list[tuple[int, Live]], int]:
        live = {entry.seq: entry.values for entries in self.live.values() for entry in entries}
        found = [(record, op) for record, op in self.ops[cursor:] if op.seq in live][:limit]
        if self.cut:
            found = [(record, replace(op, values={k: op.values[k] for k in live[op.seq]})) for record, op in found]
        return found, found[-1][1].seq if len(found) == limit else len(self.ops)


@dataclass
class Replica:
    id: str
    cursor: int = 0
    n: int = 0
    live: dict[int, list[Live]] = field(default_factory=dict)
    pending: list[Pending] = field(default_factory=list)
    forms: list[tuple[int, int, dict[str, set[tuple[str, int]]]]] = field(default_factory=list)

    def apply(self, record: int, op: Live) -> None:
        self.live[record] = merged(self.live.get(record, []), op)

    def heard(self, server: Server) -> None:
        for sent in self.pending:
            sent.accepted = server.places.get((self.id, sent.op.n), 0)
        self._drop_overlays()

    def pull(self, server: Server, limit: int) -> None:
        found, reached = server.page(self.cursor, limit)
        for record, op in found:
            self.apply(record, op)
        self.cursor = reached
        self._drop_overlays()

    def _drop_overlays(self) -> None:
        self.pending = [sent for sent in self.pending if not 0 < sent.accepted <= self.cursor]

    def view(self, record: int) -> list[Live]:
        return overlaid(self.live.get(record, []), [sent.op for sent in self.pending if sent.record == record])

    def seen(self, record: int) -> dict[str, set[tuple[str, int]]]:
        return {name: {(e.device, e.n) for e in self.view(record) if name in e.values} for name in FIELDS}


@dataclass(frozen=True)
class Mutation:
    """What is deliberately wrong in a run."""

    reach: bool = True
    base_at_save: bool = False
    forget_overlay: bool = False
    fields_cut: bool = False


def random_schedule(seed: int) -> list[Step]:
    chance = random.Random(seed)
    weights = (20, 35, 20, 22, 3)
    return [
        (chance.choices(ACTIONS, weights)[0], chance.randrange(4), chance.randrange(256), chance.randrange(256))
        for _ in range(chance.randint(5, 60))
    ]


def play(schedule: Sequence[Step], mutation: Mutation | None = None) -> None:
    """Run a schedule to its end and check agreement and loss."""
    wrong = mutation or Mutation()
    server = Server(reach=wrong.reach, cut=wrong.fields_cut)
    devices = [Replica(f"d{i}") for i in range(2)]
    ledger: list[Pending] = []
    for action, which, one, two in schedule:
        device = devices[which % len(devices)]
        if action == "open":
            record = one % RECORDS
            device.forms.append((record, device.cursor, device.seen(record)))
        elif action == "save" and device.forms:
            _save(device, one, two, ledger, base_at_save=wrong.base_at_save)
        elif action == "push" and device.pending:
            server.push(device.pending[: 1 + one % len(device.pending)])
            if two % 3:
                device.heard(server)
            if wrong.forget_overlay:
                device.pending = [sent for sent in device.pending if not sent.accepted]
        elif action == "pull":
            for _ in range(1 + two % 3):
                device.pull(server, 1 + one % 3)
        elif action == "join":
            devices.append(Replica(f"d{len(devices)}"))
    _finish(server, devices, ledger)


def _save(device: Replica, one: int, two: int, ledger: list[Pending], *, base_at_save: bool) -> None:
    record, base, seen = device.forms.pop(one % len(device.forms))
    names = [name for place, name in enumerate(FIELDS) if (two % 7 + 1) >> place & 1]
    own = {
        name: {known for known in known_ops if known[0] == device.id} for name, known_ops in device.seen(record).items()
    }
    device.n += 1
    base = device.cursor if base_at_save else base
    op = Live(0, device.id, device.n, one, base, values=dict.fromkeys(names, f"{device.id}.{device.n}"))
    device.pending.append(Pending(record, op, {name: seen[name] | own[name] for name in names}))
    ledger.append(device.pending[-1])


def _finish(server: Server, devices: list[Replica], ledger: list[Pending]) -> None:
    for device in devices:
        server.push(device.pending)
        device.heard(server)
    newcomer, witness = Replica("late"), Replica("all")
    for record, op in server.ops:
        witness.apply(record, op)
    for device in [*devices, newcomer]:
        while device.cursor < len(server.ops):
            device.pull(server, 1)
        assert not device.pending
        for record in range(RECORDS):
            assert device.seen(record) == witness.seen(record), "replicas disagree"
            assert merge.shown(device.view(record)) == merge.shown(witness.view(record))
            assert merge.presence(device.view(record)) == merge.presence(witness.view(record))
    for record in range(RECORDS):
        blind = {(e.seq, name) for e in server.live.get(record, []) for name in e.values}
        assert blind == {(e.seq, name) for e in witness.view(record) for name in e.values}, "the server differs"
    _stands_whole(server)
    _nothing_lost(ledger, {record: witness.seen(record) for record in range(RECORDS)})


def _stands_whole(server: Server) -> None:
    """Who reads page by page sees an op that it was given with all its fields, until what replaces them has come."""
    reader, everything = Replica("page by page"), Replica("all so far")
    while reader.cursor < len(server.ops):
        given, before = server.page(reader.cursor, 1)[0], reader.cursor
        reader.pull(server, 1)
        for record, op in server.ops[before : reader.cursor]:
            everything.apply(record, op)
        for record, op in given:
            for name in server.ops[op.seq - 1][1].values:
                place = (op.device, op.n)
                if place in everything.seen(record)[name]:
                    assert place in reader.seen(record)[name], "a field came later than the rest of its op"


def _nothing_lost(ledger: list[Pending], end: dict[int, dict[str, set[tuple[str, int]]]]) -> None:
    """A value may only be gone if somebody who knew it, or knew what knowingly replaced it, replaced it."""
    by_name = {(sent.op.device, sent.op.n): sent for sent in ledger}
    for sent in ledger:
        me = (sent.op.device, sent.op.n)
        for name in sent.op.values:
            if me in end[sent.record][name]:
                continue
            stack = [k for o in ledger if o.record == sent.record for k in o.knew.get(name, ())]
            known: set[tuple[str, int]] = set()
            while stack:
                place = stack.pop()
                if place not in known:
                    known.add(place)
                    stack.extend(by_name[place].knew.get(name, ()) if place in by_name else ())
            assert me in known, "silently lost"
