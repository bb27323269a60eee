"""The central API from the side of a device that wants more than it may: an assistant's, enrolled the real way."""

import base64
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import pytest

from sync import seal, signature, wire
from sync.client import keyring
from sync.codes import Code
from sync.identifiers import uuid7
from sync.seal import KeyPair
from tests.server.device import Device
from tests.trouble.conftest import Demo
from wor_tui.domain.codes import Role
from wor_tui.services import enrolment


@dataclass(slots=True)
class Inside:
    """An assistant's device of our own making, and what an attacker could know besides."""

    device: Device
    http: httpx.Client
    team: str
    desk: str
    coach: str
    victim: str
    package: dict[str, object]


@pytest.fixture(scope="module")
def inside(demo: Demo) -> Iterator[Inside]:
    kept = (demo.data / "central.db").read_bytes()
    with demo.online(), httpx.Client(base_url=demo.url) as http:
        with demo.opened("coordinator") as coordinator:
            invitation, _ = enrolment.invite(coordinator, "Nieuwsgierige Assistent", Role.ASSISTANT)
        with demo.opened("coach") as coach:
            team, desk, user, victim = coach.scopes.team, coach.scopes.desk, coach.me.person_id, coach.me.device_id
        device, code = Device(http, ""), invitation.code
        sealed = http.post("/v1/enrolment/package", content=wire.encode(wire.PackageRequest(code.lookup)))
        package = seal.open_package(
            code.package_key, code.lookup, wire.decode(sealed.content, wire.PackageAnswer).package
        )
        device.enrol(code)
        yield Inside(device, http, team, desk, user, victim, package)
    for file in demo.data.glob("central.db*"):
        file.unlink()
    (demo.data / "central.db").write_bytes(kept)


def problem(answer: httpx.Response, status: int, name: str) -> None:
    assert answer.status_code == status, answer.text
    assert wire.decode(answer.content, wire.Problem).name == name


def test_the_assistant_belongs_and_reads_the_desk(inside: Inside) -> None:
    """Else what follows would prove nothing."""
    found = inside.device.exchange()
    assert inside.desk in found.changes
    assert found.changes[inside.desk].ops


def test_an_invitation_holds_no_key_of_the_team(inside: Inside) -> None:
    assert inside.team not in str(inside.package)
    assert inside.desk in str(inside.package)


def test_the_teams_scope_isnt_handed_out_however_it_is_asked_for(inside: Inside) -> None:
    device = inside.device
    for cursor in (wire.Cursor(), wire.Cursor(0, b"", 1), wire.Cursor(1 << 52)):
        asked = device.request(cursors={**device.cursors, inside.team: cursor})
        answer = device.post("/v1/exchange", asked)
        if answer.status_code == 200:
            told = wire.decode(answer.content, wire.ExchangeAnswer)
            assert inside.team not in told.changes
            assert inside.team not in {grant.scope for grant in told.key_grants}
            assert inside.team not in {scope.id for scope in told.scopes.granted}
        else:
            assert answer.status_code in {400, 403, 409}


def test_nothing_is_written_into_the_team(inside: Inside, demo: Demo) -> None:
    device = inside.device
    told = device.exchange(device.op(inside.team, uuid7(), {"family_name": "binnengedrongen"}))
    assert [refusal.n for refusal in told.refusals] == [device.n]
    assert inside.team not in {run.scope for run in told.accepted}


def test_an_existing_record_of_the_team_cant_be_reached_through_another_scope(inside: Inside, demo: Demo) -> None:
    """A record lives in one scope: naming its id in the desk's scope mustn't touch or hide it for the team."""
    with demo.opened("coach") as coach, coach.database.read() as connection:
        client = connection.exec_driver_sql("SELECT id, family_name FROM client").first()
    assert client is not None
    device = inside.device
    device.exchange(device.op(inside.desk, client[0], {"family_name": "gekaapt", "deleted_at": "2026-01-01T00:00:00Z"}))
    with demo.opened("coach") as coach:
        coach.engine.until_done()
        with coach.database.read() as connection:
            now = connection.exec_driver_sql(
                "SELECT family_name, scope, deleted_at FROM client WHERE id = ?", (client[0],)
            )
            assert tuple(now.one()) == (client[1], inside.team, None)


@pytest.mark.parametrize("what", ["scopes", "users", "members", "grants", "nothing"])
def test_only_a_coordinator_sets_up_the_organisation(inside: Inside, what: str) -> None:
    device, pair = inside.device, KeyPair.new()
    asked = {
        "scopes": wire.OrganisationRequest([wire.NewScope(uuid7(), "team", pair.public)]),
        "users": wire.OrganisationRequest(users=[wire.NewUser(uuid7(), "coordinator")]),
        "members": wire.OrganisationRequest(members=[wire.Membership(inside.team, device.user, "lead")]),
        "grants": wire.OrganisationRequest(grants=[wire.NewGrant(device.id, inside.team, 1, b"x" * 100)]),
        "nothing": wire.OrganisationRequest(),
    }[what]
    problem(device.post("/v1/organisation", asked), 403, wire.ProblemType.FORBIDDEN)


def test_only_a_coordinator_invites(inside: Inside) -> None:
    code = Code.new()
    asked = wire.InvitationRequest(
        code.lookup, code.proof_hash, uuid7(), "coordinator", b"x" * 50, [wire.Membered(inside.team, "lead")]
    )
    problem(inside.device.post("/v1/invitations", asked), 403, wire.ProblemType.FORBIDDEN)
    fetched = inside.http.post("/v1/enrolment/package", content=wire.encode(wire.PackageRequest(code.lookup)))
    assert fetched.status_code in {404, 410}, fetched.text


def test_nobody_enrols_with_a_guess_a_used_code_or_in_anothers_name(inside: Inside) -> None:
    device = Device(inside.http, "")
    guess = Code.new()
    for lookup, proof in ((guess.lookup, guess.proof), ("0" * 32, bytes(32))):
        asked = wire.EnrolmentRequest(lookup, proof, device.id, device.keys.signing_public, device.keys.sealing_public)
        answer = device.post("/v1/enrolment", asked, key_name=signature.keyid("", device.id))
        assert answer.status_code in {403, 404, 410}, answer.text
    other = wire.EnrolmentRequest(
        guess.lookup, guess.proof, inside.victim, device.keys.signing_public, device.keys.sealing_public
    )
    answer = device.post("/v1/enrolment", other, key_name=signature.keyid("", device.id))
    assert answer.status_code == 401


def test_nobody_signs_for_another_device_or_organisation(inside: Inside) -> None:
    device = inside.device
    body = device.request()
    name = signature.keyid(device.organisation, inside.victim)
    problem(device.post("/v1/exchange", body, key_name=name), 401, wire.ProblemType.WRONG_SIGNATURE)
    for strange in (
        signature.keyid(uuid7(), device.id), signature.keyid(device.organisation, uuid7()), "", "/", "../..", "a/b/c/d",
        device.organisation + "/" + device.id + "' OR '1'='1",
    ):  # fmt: skip
        answer = device.post("/v1/exchange", body, key_name=strange)
        assert answer.status_code == 401, (strange, answer.text)
    forged = wire.ExchangeRequest(inside.victim, 1, bytes(32), incarnation=device.incarnation)
    problem(device.post("/v1/exchange", forged), 403, wire.ProblemType.FORBIDDEN)


def test_a_recorded_request_counts_once_and_cant_be_altered(inside: Inside) -> None:
    device = inside.device
    body = wire.encode(device.request())

    def signed(content: bytes) -> dict[str, str]:
        return signature.sign(
            device.keys.signing, signature.keyid(device.organisation, device.id), method="POST", path="/v1/exchange",
            body=content, created=int(device.clock()),
        )  # fmt: skip

    headers = signed(body)
    assert inside.http.post("/v1/exchange", content=body, headers=headers).status_code == 200
    problem(inside.http.post("/v1/exchange", content=body, headers=headers), 401, wire.ProblemType.REPLAYED)
    altered = body.replace(b"}", b" }", 1)
    problem(inside.http.post("/v1/exchange", content=altered, headers=signed(body)), 401, wire.ProblemType.WRONG_DIGEST)
    swapped = {**signed(body), "content-digest": signed(altered)["content-digest"]}
    answer = inside.http.post("/v1/exchange", content=altered, headers=swapped)
    problem(answer, 401, wire.ProblemType.WRONG_SIGNATURE)
    problem(inside.http.post("/v1/organisation", content=body, headers=signed(body)), 401, "wrong-signature")


def test_what_the_server_keeps_for_the_team_opens_with_no_key_of_an_assistant(inside: Inside, demo: Demo) -> None:
    """Were the first wall to fall: the bytes themselves stay closed to every key that the assistant has."""
    with demo.opened("coach") as coach:
        team = coach.scopes.team
        with coach.database.read() as connection:
            private = keyring.private_keys(connection, team)[1]
    held = str(inside.package)
    for form in (private.hex(), base64.b64encode(private).decode()):
        assert form not in held
    with sqlite3.connect(f"file:{demo.data / 'central.db'}?mode=ro", uri=True) as database:
        ops = database.execute("SELECT body FROM op WHERE scope_id = ?", (team,)).fetchall()
        wrapped = database.execute("SELECT device_id FROM keygrant WHERE scope_id = ?", (team,)).fetchall()
    assert ops
    assert (inside.device.id,) not in wrapped
    assert not any(private in bytes(body) for (body,) in ops)
