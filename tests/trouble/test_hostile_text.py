"""SQL, markup, template signs, control characters and marks of direction, in every text field of every kind."""

import dataclasses
import json
from pathlib import Path

import pytest

from sync.client.changes import Change
from sync.client.replica import Replica, base_of
from sync.schema import Schema
from tests.trouble.conftest import Demo
from tests.trouble.judging import copied, raw_controls
from tests.trouble.writing import Written, begun, shaped, text_fields
from wor_tui.clock import milliseconds
from wor_tui.domain.errors import Invalid
from wor_tui.domain.kinds import schema
from wor_tui.domain.text import clean_note, is_printable_note
from wor_tui.services import caseload, drafts, synchronisation
from wor_tui.services.case_file import case_file

LITERAL = {
    "SQL": """x'); DROP TABLE client;-- " OR 1=1 /* ; PRAGMA key='' */""",
    "markup": "[bold]vet[/bold] [link='x']y[/] [/] [@click=app.quit]z[/] \\[b] :smile:",
    "templates": "{0} {} {name} %s %(a)s %d ${HOME} `id` $(id) {{7*7}} \\N{BULLET} \\x1b",
    "html": "<script>alert(1)</script> &amp; <!-- ]]>",
    "formula": "=1+1 +1 -1 @SUM(1) \"'",
    "letters": "Özgür Đorđević 王小明 محمد שלום ẞ Ǆ é👩‍👩‍👧 ﬁ 1️⃣",
}
STEERING = "\x1b]0;owned\x07A\x1b[31mB\u202eC\u2066D\x9b2JE\x00F\x7fG\ufeffH\x85I\u2028J\rK\tL"
SHORT_STEERING = STEERING[STEERING.index("A") :][:10]
SHORTER = (60, 40, 20, 12)
FIELDS = sorted(text_fields())


@pytest.fixture(scope="module")
def written(demo: Demo, tmp_path_factory: pytest.TempPathFactory):
    home = copied(demo.homes["coach"], tmp_path_factory.mktemp("hostile") / "home")
    beside = copied(demo.homes["assistant"], home.parent / "practice")
    with demo.opened("coach", home) as workspace, demo.opened("assistant", beside) as practice:
        yield begun(workspace, practice)


def test_the_walk_meets_every_kind_with_words() -> None:
    kinds = {kind for kind, _ in FIELDS}
    assert kinds == set(schema().kinds) - {"consent"}
    assert {("client", "family_name"), ("client", "phone"), ("client", "email"), ("contact", "note")} <= set(FIELDS)
    assert len(FIELDS) > 40


@pytest.mark.parametrize(("kind", "field"), FIELDS, ids=".".join)
def test_hostile_words_are_kept_literally_and_steering_ones_cleaned(written: Written, kind: str, field: str) -> None:
    for text in LITERAL.values():
        hostile = shaped(field, text)
        limit = next((size for size in (len(hostile), *SHORTER) if fits(written, kind, field, hostile[:size])), 0)
        if not limit:
            # A field of a stricter form says so; nothing was kept.
            assert field == "email"
            continue
        assert hostile[:limit].strip() in written.read(kind, field)
    if any(fits(written, kind, field, steering) for steering in (shaped(field, STEERING)[:40], SHORT_STEERING)):
        kept = written.read(kind, field)
        assert all(is_printable_note(each) and not raw_controls(each) for each in kept)
        assert any("A[31mB" in each for each in kept)
    else:
        assert field == "email"


def fits(written: Written, kind: str, field: str, text: str) -> bool:
    try:
        written.write(kind, field, text)
    except Invalid:
        return False
    return True


def test_all_of_it_is_shown_and_the_tables_still_stand(written: Written, demo: Demo) -> None:
    """What is written last in each field is what the command line shows: literally, and steering nothing."""
    w = written.workspace
    found = case_file(w, written.case)
    assert found.client.name
    ids = caseload.index(w, caseload.View.TEAM).ids
    assert len(ids) >= 5
    assert written.case in ids
    index = caseload.index(w, caseload.View.TEAM)
    for search in ("'", '" OR 1=1', "%", "_", "*", "[bold]", "\\", "\x1b", "\u202e", "(", "x" * 5000):
        caseload.matching(index, search)


def test_a_draft_keeps_what_was_typed_literally(written: Written) -> None:
    values = {str(number): text for number, text in enumerate([*LITERAL.values(), STEERING])}
    drafts.save(written.workspace, "x'; DROP TABLE draft;--", "[bold]", values, {})
    found = drafts.load(written.workspace, "x'; DROP TABLE draft;--", "[bold]")
    assert found is not None
    assert found.values == values
    drafts.drop(written.workspace, "x'; DROP TABLE draft;--", "[bold]")


@pytest.mark.parametrize("form", ["--plain", "--json"])
def test_the_command_line_shows_hostile_names_literally(demo: Demo, tmp_path: Path, form: str) -> None:
    home = copied(demo.homes["coach"], tmp_path / "home")
    with demo.opened("coach", home) as workspace:
        made = begun(workspace)
        for field, text in (("family_name", LITERAL["markup"]), ("given_name", LITERAL["SQL"])):
            made.write("client", field, text)
        made.write("client", "neighbourhood", STEERING)
        made.write("contact", "note", LITERAL["templates"] + "\n" + STEERING)
    shown = demo.inside(home, "cases", form, role="coach")
    case = demo.inside(home, "case", made.case, form, role="coach")
    assert (shown.exit, case.exit) == (0, 0)
    for text in (shown.out, case.out):
        assert not raw_controls(text)
        plain = text if form == "--plain" else json.dumps(json.loads(text), ensure_ascii=False)
        wanted = LITERAL["markup"] if form == "--plain" else json.dumps(LITERAL["markup"])[1:-1]
        assert wanted in plain
    assert (LITERAL["templates"] if form == "--plain" else json.dumps(LITERAL["templates"])[1:-1]) in case.out


def test_what_a_colleague_with_another_program_sends_cant_steer_a_terminal(demo: Demo, tmp_path: Path) -> None:
    """A member of the team whose program checks nothing: the changes come in, and are put apart, with their count."""
    unchecked = Replica(
        Schema(
            schema().version, {name: dataclasses.replace(kind, validate=None) for name, kind in schema().kinds.items()}
        )
    )
    homes = {role: copied(demo.homes[role], tmp_path / role) for role in ("coach", "assistant")}
    kept = (demo.data / "central.db").read_bytes()
    try:
        with demo.online():
            with demo.opened("assistant", homes["assistant"]) as evil:
                desk, organisation = evil.scopes.desk, evil.scopes.organisation
                with evil.database.write() as connection:
                    for scope, kind, values in (
                        (desk, "referral", {"client_name": STEERING, "received_on": "2026-11-22"}),
                        (organisation, "practice", {"name": STEERING}),
                        (organisation, "person", {"name": STEERING, "role": "coach"}),
                        (organisation, "person", {"name": "x", "role": "king"}),
                        (desk, "referral", {"client_name": "x" * 9_000, "received_on": "2026-11-22"}),
                        (desk, "referral", {"client_name": "x", "received_on": "1802-01-01"}),
                    ):
                        change = Change(kind, evil.new_id(), scope, values, base_of(connection, scope))
                        unchecked.save(connection, [change], milliseconds(evil.clock.now()))
                evil.engine.until_done()
            with demo.opened("coach", homes["coach"]) as coach:
                before = synchronisation.status(coach).quarantined
                coach.engine.until_done()
                stand = synchronisation.status(coach)
                assert stand.complete
                assert stand.quarantined - before == 6
                reasons = [row.reason for row in synchronisation.quarantine(coach)]
                assert not raw_controls("".join(reasons))
                with coach.database.read() as connection:
                    for kind in ("referral", "practice", "person"):
                        for row in connection.execute(schema().kinds[kind].table.select()):
                            assert all(clean_note(value) == value for value in row if isinstance(value, str))
            for words in (["cases"], ["status"], ["doctor"], ["conflicts"]):
                done = demo.inside(homes["coach"], *words, role="coach")
                assert not raw_controls(done.out + done.err)
    finally:
        for file in demo.data.glob("central.db*"):
            file.unlink()
        (demo.data / "central.db").write_bytes(kept)
