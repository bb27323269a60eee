"""The central API gone, slow, or not itself; a clock that is wrong: a sentence, and nothing leaves the outbox."""

import gzip
import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import zstandard

from tests.trouble import portal
from tests.trouble.conftest import Demo
from tests.trouble.judging import copied, one_sentence
from wor_tui.clock import FixedClock
from wor_tui.services import caseload, contacts, synchronisation
from wor_tui.services.case_file import case_file
from wor_tui.services.contacts import NewContact
from wor_tui.services.workspace import Workspace

MARKER = "Grutttomerkteken"


@pytest.fixture(scope="module")
def home(demo: Demo) -> Path:
    """The colleague's home, with a contact that was saved while offline."""
    with demo.opened("colleague") as workspace:
        add(workspace)
    return demo.homes["colleague"]


@pytest.fixture
def kept(demo: Demo, home: Path) -> Iterator[None]:
    """Whatever happens, the outbox and the contact stay what they were, and the log holds nothing personal."""
    before = stand(demo)
    assert before[0]
    yield
    assert stand(demo) == before
    logged = "".join(path.read_text("utf-8") for path in (home / "logs").glob("*"))
    assert MARKER not in logged
    assert "Traceback" not in logged


def add(workspace: Workspace) -> str:
    case = caseload.index(workspace, caseload.View.TEAM).ids[0]
    contacts.add(workspace, case, NewContact("phone", workspace.clock.now(), 5, note=MARKER))
    return case


def stand(demo: Demo) -> tuple[list[tuple[int, str]], int, int]:
    with demo.opened("colleague") as workspace:
        waiting = [(row.n, row.record) for row in synchronisation.outbox(workspace)]
        case = caseload.index(workspace, caseload.View.TEAM).ids[0]
        notes = [entry.note for entry in case_file(workspace, case).timeline]
        return waiting, notes.count(MARKER), synchronisation.status(workspace).held


@pytest.mark.usefixtures("kept")
def test_a_server_that_is_gone_is_normal(demo: Demo, home: Path) -> None:
    one_sentence(demo.wor(home, "sync"), 5, "Geen verbinding", "later vanzelf verstuurd")


@pytest.mark.usefixtures("kept")
def test_a_guest_networks_login_page_is_told_apart(demo: Demo, home: Path) -> None:
    with portal.answering(demo.port, 200, {"content-type": "text/html; charset=utf-8"}, portal.LOGIN) as asked:
        one_sentence(demo.wor(home, "sync"), 5, "iets anders dan de centrale computer", "gastnetwerk")
        done = demo.inside(home, "doctor", "--json", role="colleague")
    assert set(asked) == {"/v1/exchange"}
    assert done.exit == 1
    assert "gastnetwerk" in done.out


JSON, HTML, PROBLEM = "application/json", "text/html", "application/problem+json"
BOMB = b'{"incarnation":"' + b"x" * (64 << 20) + b'"}'
ANSWERS: dict[str, tuple[int, dict[str, str], bytes, str]] = {
    "HTML that says JSON": (200, {"content-type": JSON}, portal.LOGIN, "niet heel aan"),
    "HTML 404": (404, {"content-type": HTML}, portal.LOGIN, "iets anders"),
    "HTML 403": (403, {"content-type": HTML}, portal.LOGIN, "iets anders"),
    "HTML 500": (500, {"content-type": HTML}, portal.LOGIN, "heeft het druk"),
    "HTML 502": (502, {"content-type": HTML}, b"", "heeft het druk"),
    "504": (504, {}, b"", "niet op tijd"),
    "511": (511, {"content-type": HTML}, portal.LOGIN, "druk"),
    "redirect": (302, {"location": "http://login.invalid/", "content-type": HTML}, portal.LOGIN, "iets anders"),
    "empty": (200, {}, b"", "iets anders"),
    "no content": (204, {}, b"", "iets anders"),
    "another JSON": (200, {"content-type": JSON}, b'{"hello": "world"}', "niet heel aan"),
    "null": (200, {"content-type": JSON}, b"null", "niet heel aan"),
    "half a JSON": (200, {"content-type": JSON}, b'{"incarnation": "a', "niet heel aan"),
    "deep JSON": (200, {"content-type": JSON}, b"[" * 100_000, "niet heel aan"),
    "not UTF-8": (200, {"content-type": JSON}, b'{"incarnation": "\xff\xfe"}', "niet heel aan"),
    "zstd bomb": (200, {"content-type": JSON, "content-encoding": "zstd"}, zstandard.compress(BOMB), "te veel"),
    "gzip bomb": (200, {"content-type": JSON, "content-encoding": "gzip"}, gzip.compress(BOMB, 1), "te veel"),
    "not zstd": (200, {"content-type": JSON, "content-encoding": "zstd"}, b"nonsense", "niet heel aan"),
    "unknown encoding": (200, {"content-type": JSON, "content-encoding": "br"}, b"nonsense", "niet heel aan"),
    "unknown problem": (
        400, {"content-type": PROBLEM}, b'{"type": "urn:wor:problem:x", "title": "x", "status": 400}', "",
    ),
    "HTML problem": (401, {"content-type": PROBLEM}, portal.LOGIN, "niet heel aan"),
}  # fmt: skip


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_that_isnt_the_central_apis_changes_nothing(demo: Demo, home: Path, name: str) -> None:
    status, headers, body, essence = ANSWERS[name]
    with portal.answering(demo.port, status, headers, body):
        one_sentence(demo.inside(home, "sync", role="colleague"), 5, essence)


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize(
    ("behave", "essence"),
    [
        (portal.stall, "niet op tijd"),
        (portal.hang_up, "niet heel aan"),
        (portal.half_an_answer, "niet heel aan"),
        (portal.no_http, "niet heel aan"),
        (portal.endless_headers, "niet heel aan"),
        (portal.endless_body, "te veel"),
        pytest.param(portal.a_byte_at_a_time, "niet op tijd", marks=pytest.mark.soak),  # takes a whole answer's time
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_a_connection_that_stalls_or_breaks_changes_nothing(
    demo: Demo, home: Path, behave: object, essence: str
) -> None:
    (home / "config.toml").write_text("[sync]\ntimeout_seconds = 1\n", "utf-8")
    with portal.behaving(demo.port, behave):  # type: ignore[arg-type]
        one_sentence(demo.inside(home, "sync", role="colleague"), 5, essence)


@pytest.mark.usefixtures("kept")
def test_a_clock_that_stays_wrong_is_said(demo: Demo, home: Path) -> None:
    problem = {
        "type": "urn:wor:problem:wrong-clock", "title": "x", "status": 401,
        "server_time": int(time.time() * 1000) - 3_600_000,
    }  # fmt: skip
    with portal.answering(demo.port, 401, {"content-type": PROBLEM}, json.dumps(problem).encode()) as asked:
        one_sentence(demo.inside(home, "sync", role="colleague"), 5, "klok", "datum en tijd")
    assert len(asked) == 2, "a clock is corrected once"


@pytest.mark.parametrize("years", [-10, 10])
def test_a_clock_ten_years_off_still_exchanges(demo: Demo, tmp_path: Path, years: int) -> None:
    """The real server says its time, and the device signs again with that; nothing is saved by the wrong clock."""
    clock = FixedClock(datetime.now(UTC) + timedelta(days=years * 365))
    home = copied(demo.homes["assistant"], tmp_path / "home")
    with demo.online(), demo.opened("assistant", home, clock) as workspace:
        done = workspace.engine.until_done()
        assert (done.refused, synchronisation.status(workspace).complete) == (0, True)


def test_when_the_server_is_back_everything_that_waited_arrives(demo: Demo, home: Path) -> None:
    before = stand(demo)[1]
    with demo.online():
        done = demo.wor(home, "sync", "--json").json
        assert (done["unsent"], done["held"], done["complete"]) == (0, 0, True)
        with demo.opened("coach") as coach:
            coach.engine.until_done()
            case = caseload.index(coach, caseload.View.TEAM).ids[0]
            notes = [entry.note for entry in case_file(coach, case).timeline]
    assert notes.count(MARKER) == stand(demo)[1] == before
    with demo.opened("colleague") as workspace:
        add(workspace)
