"""Sealed audit lines at the central API: taken once and in order, a fork noted, handed to auditors only."""

import pytest

from sync import audit_batch, trail, wire
from sync.identifiers import uuid7
from sync.seal import KeyPair, Unopenable
from sync.trail import START, Anchor
from sync.wire import (
    AuditAnswer,
    AuditReadAnswer,
    AuditReadRequest,
    AuditRequest,
    Membership,
    NewScope,
    OrganisationRequest,
)
from tests.server.conftest import World
from tests.server.device import Device

NAME = b"Vondeling-Canarius"
PAIR = KeyPair.new()


def lines(count: int, word: bytes = b"line") -> list[bytes]:
    return [word + b" %d" % n for n in range(count)]


def sealed(device: Device, contents: list[bytes], before: Anchor = START) -> AuditRequest:
    after = trail.links(before.hash, contents)[-1]
    body = audit_batch.seal(PAIR.public, device.organisation, device.id, before.n + 1, before.hash, contents)
    return AuditRequest(before.n + 1, before.n + len(contents), before.hash, after, 1, body)


def sent(device: Device, request: AuditRequest) -> AuditAnswer:
    answer = device.post("/v1/audit", request)
    assert answer.status_code == 200, answer.text
    return wire.decode(answer.content, AuditAnswer)


def read(device: Device, have: dict[str, int] | None = None) -> AuditReadAnswer:
    answer = device.post("/v1/audit/read", AuditReadRequest(have or {}))
    assert answer.status_code == 200, answer.text
    return wire.decode(answer.content, AuditReadAnswer)


def auditor(world: World) -> Device:
    """Who reads in a scope of the kind audit; the coordinator only hands out its key."""
    scope, device = uuid7(), world.assistant()
    members = [Membership(scope, device.user, "read"), Membership(scope, world.coordinator.user, "keys")]
    asked = OrganisationRequest([NewScope(scope, "audit", PAIR.public)], [], members, [])
    assert world.coordinator.post("/v1/organisation", asked).status_code == 200
    return device


def test_lines_are_taken_once_and_in_order(world: World) -> None:
    coach = world.coach()
    first = sealed(coach, lines(3))
    after = Anchor(3, first.after)
    later = sealed(coach, lines(2, b"later"), after)
    too_early = sent(coach, later)
    assert (too_early.last_n, too_early.hash, too_early.forked) == (0, bytes(32), False)
    for _ in range(2):  # the answer was lost
        told = sent(coach, first)
        assert (told.last_n, told.hash, told.forked) == (3, first.after, False)
    # More lines came before it was repeated: it begins where the central API is.
    longer = sealed(coach, [*lines(3), b"one more"])
    assert sent(coach, longer).last_n == 3
    assert sent(coach, later).last_n == 5
    page = read(auditor(world))
    assert [(batch.first_n, batch.last_n) for batch in page.batches] == [(1, 3), (4, 5)]
    assert [(chain.device, chain.last_n, chain.forks) for chain in page.chains] == [(coach.id, 5, 0)]


def test_another_chain_is_refused_and_noted(world: World) -> None:
    coach, reader = world.coach(), auditor(world)
    first = sealed(coach, lines(3))
    sent(coach, first)
    other = sealed(coach, lines(3, b"else"))
    assert sent(coach, other).forked
    beside = sealed(coach, lines(2), Anchor(3, other.after))
    told = sent(coach, beside)
    assert (told.last_n, told.hash, told.forked) == (3, first.after, True)
    page = read(reader)
    assert [(chain.last_n, chain.forks) for chain in page.chains] == [(3, 2)]
    assert page.chains[0].forked_at > 0
    assert len(page.batches) == 1


def test_only_auditors_read_and_only_the_pair_opens(world: World) -> None:
    coach, reader = world.coach(), auditor(world)
    request = sealed(coach, [NAME, b"second"])
    sent(coach, request)
    for other in (coach, world.coordinator, world.assistant()):
        assert other.post("/v1/audit/read", AuditReadRequest({})).status_code == 403
    [batch] = read(reader).batches
    named = (coach.organisation, batch.device, batch.first_n, batch.last_n, batch.before, batch.after, batch.body)
    opened = audit_batch.unseal(PAIR, *named)
    assert [line for line, _ in opened] == [NAME, b"second"]
    for place, wrong in ((1, uuid7()), (2, 2), (5, bytes(32))):
        moved = [*named]
        moved[place] = wrong
        with pytest.raises(Unopenable):
            audit_batch.unseal(PAIR, *moved)  # pyright: ignore[reportArgumentType] -- on purpose
    with pytest.raises(Unopenable):
        audit_batch.unseal(KeyPair.new(), *named)
    assert not any(NAME in content for content in world.files())


def test_an_auditor_gets_what_is_missing_page_by_page(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sync.server.store.audit.AUDIT_PAGE_BYTES", 3000)
    reader, before = auditor(world), {}
    coaches = [world.coach(), world.coach()]
    for coach in coaches:
        stands = START
        for _ in range(3):
            request = sealed(coach, lines(2), stands)
            stands = Anchor(sent(coach, request).last_n, request.after)
    have: dict[str, int] = before
    got: list[tuple[str, int]] = []
    pages = 0
    while True:
        page = read(reader, have)
        pages += 1
        for batch in page.batches:
            assert batch.first_n == have.get(batch.device, 0) + 1
            have[batch.device] = batch.last_n
            got.append((batch.device, batch.last_n))
        if not page.more:
            break
    assert pages > 1
    assert sorted(got) == sorted((coach.id, n) for coach in coaches for n in (2, 4, 6))


def test_a_device_that_was_sent_away_still_tells_its_log(world: World) -> None:
    coach = world.coach()
    assert world.coordinator.post("/v1/revocation", wire.RevocationRequest([coach.id])).status_code == 200
    assert sent(coach, sealed(coach, lines(1))).last_n == 1
