"""Marker words through every service, every field, the drafts and the audit; then a hunt for them wherever bytes are.

Looked for in UTF-8, UTF-16, base64 in its three alignments and hexadecimal: in every file of the homes, the temporary
folders, the server's folder, and all that goes over the wire, with what is compressed there unpacked.
"""

import base64
import gzip
import json
import os
import re
import socket
import subprocess
import sys
import threading
import time
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import zstandard

from sync.client import keyring
from tests.door import process
from tests.trouble.conftest import Demo
from tests.trouble.writing import begun, marked, text_fields
from wor_tui.clock import SystemClock
from wor_tui.demo.central import free_port
from wor_tui.domain.codes import Role
from wor_tui.services import candidates, drafts, enrolment, letters, synchronisation
from wor_tui.services.case_file import case_file, opened
from wor_tui.services.workspace import open_workspace
from wor_tui.vault.passphrase_cost import FLOOR
from wor_tui.vault.vault import create, unlock

CORE = "Zwaluwmerk"
PASSPHRASE = "Roerdompzin vier losse woorden"


def forms(secret: str | bytes) -> dict[str, bytes]:
    """A secret as it could lie somewhere, each form without the letters that its neighbours decide."""
    texts = (
        [secret] if isinstance(secret, bytes) else [secret.encode(code) for code in ("utf-8", "utf-16-le", "utf-16-be")]
    )
    found: dict[str, bytes] = {}
    for number, plain in enumerate(texts):
        found[f"plain {number}"] = plain
        found[f"hex {number}"] = plain.hex().encode()
        found[f"HEX {number}"] = plain.hex().upper().encode()
        for shift in range(3):
            encoded = base64.b64encode(b"\0" * shift + plain)
            whole = encoded[(0, 2, 3)[shift] : len(encoded) // 4 * 4 - 4]
            found[f"base64 {number}+{shift}"] = whole
            found[f"base64url {number}+{shift}"] = whole.translate(bytes.maketrans(b"+/", b"-_"))
    return found


def unpacked(content: bytes, depth: int = 3) -> Iterator[bytes]:
    """The bytes, with whatever is compressed in them or written as base64 unpacked too."""
    yield content
    if not depth:
        return
    for start in (found.start() for found in re.finditer(re.escape(b"\x28\xb5\x2f\xfd"), content)):
        try:
            yield from unpacked(zstandard.ZstdDecompressor().stream_reader(content[start:]).read(1 << 24), depth - 1)
        except zstandard.ZstdError:
            continue
    for start in (found.start() for found in re.finditer(re.escape(b"\x1f\x8b\x08"), content)):
        try:
            yield from unpacked(zlib.decompressobj(wbits=31).decompress(content[start:], 1 << 24), depth - 1)
        except zlib.error:
            continue
    if depth > 1:
        for found in re.finditer(rb"[A-Za-z0-9+/_-]{24,}={0,2}", content):
            letters = found[0].translate(bytes.maketrans(b"-_", b"+/")).rstrip(b"=")
            try:
                decoded = base64.b64decode(letters + b"=" * (-len(letters) % 4))
            except ValueError:
                continue
            if any(magic in decoded for magic in (b"\x28\xb5\x2f\xfd", b"\x1f\x8b\x08")):
                yield from unpacked(decoded, depth - 2)
            else:
                yield decoded


def hits(content: bytes, secrets: Iterable[str | bytes], *, deep: bool = False) -> list[str]:
    """Which secrets, in which form, are in there."""
    looked = list(unpacked(content)) if deep else [content]
    return [
        f"{secret!r} as {name}"
        for secret in secrets
        for name, form in forms(secret).items()
        if any(form in each for each in looked)
    ]


def hits_in(folder: Path, secrets: list[str | bytes]) -> list[str]:
    """The hits in every file under a folder, with the file's name."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [f"{path.name}: {hit}" for path in files for hit in hits(path.read_bytes(), secrets)]


@dataclass(slots=True)
class Wire:
    """A proxy between the devices and the central API that keeps every byte."""

    port: int
    to: int
    sent: bytearray = field(default_factory=bytearray)
    received: bytearray = field(default_factory=bytearray)

    @contextmanager
    def recording(self) -> Iterator["Wire"]:
        listening = socket.create_server(("127.0.0.1", self.port))

        def pump(start: socket.socket, end: socket.socket, kept: bytearray) -> None:
            try:
                while piece := start.recv(65536):
                    kept.extend(piece)
                    end.sendall(piece)
            except OSError:
                pass
            for each in (start, end):
                with suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)

        def accept() -> None:
            while True:
                try:
                    device, _ = listening.accept()
                except OSError:
                    return
                server = socket.create_connection(("127.0.0.1", self.to))
                for start, end, kept in ((device, server, self.sent), (server, device, self.received)):
                    threading.Thread(target=pump, args=(start, end, kept), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        try:
            yield self
        finally:
            listening.shutdown(socket.SHUT_RDWR)
            listening.close()


def test_the_hunter_finds_what_is_hidden() -> None:
    for plant in (
        CORE.encode(), CORE.encode("utf-16-le"), CORE.encode().hex().encode(),
        base64.b64encode(b"x" + CORE.encode() + b"yz"), base64.b64encode(b"xy" + CORE.encode() + b"z"),
        base64.urlsafe_b64encode(CORE.encode() + b"abc"),
    ):  # fmt: skip
        assert hits(b"before" + plant + b"after", [CORE]), plant
    inner = zstandard.compress(
        json.dumps({"body": base64.b64encode(zstandard.compress(CORE.encode() * 3)).decode()}).encode()
    )
    for packed in (inner, gzip.compress(inner)):
        assert hits(b"POST / HTTP/1.1\r\n\r\n" + packed + b"trail", [CORE], deep=True)
    assert not hits(gzip.compress(inner), [CORE])
    assert not hits(os.urandom(100_000), [CORE], deep=True)


@dataclass(slots=True)
class Hunt:
    """What was done before the hunt: the words and secrets, the bytes of the wire, the folders."""

    markers: list[str | bytes]
    secrets: list[str | bytes]
    sent: bytes
    received: bytes
    temp: Path
    newcomer: Path
    printed: str
    watched: bytes
    organisation: str
    practice: str
    colleague_reads: bool


@pytest.fixture(scope="module")
def hunt(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Hunt:
    folder = tmp_path_factory.mktemp("hunt")
    temp, newcomer = folder / "temp", folder / "newcomer"
    temp.mkdir()
    markers: list[str | bytes] = []
    with demo.opened("coach") as workspace, demo.opened("assistant") as at_practice:
        organisation, practice = workspace.scopes.organisation, at_practice.scopes.practice
        written = begun(workspace, at_practice)
        for number, (kind, name) in enumerate(sorted(text_fields())):
            marker = f"{CORE}{number:02d}"
            if name in {"icpc", "postcode"}:
                continue
            markers.append(marker)
            written.write(kind, name, marked(kind, name, marker))
        for number in range(3):
            markers.append(f"{CORE}Concept{number}")
            drafts.save(workspace, "contact", f"{number}", {"note": f"{CORE}Concept{number} " * 200}, {})
        drafts.drop(workspace, "contact", "0")
        case_file(workspace, written.case)
        opened(workspace, written.case)
        assert synchronisation.status(at_practice).unsent > 0
        with workspace.database.read() as connection:
            rows = connection.exec_driver_sql("SELECT count(*) FROM audit WHERE record = ?", (written.case,)).scalar()
        assert rows
    made = create(newcomer, PASSPHRASE, cost=FLOOR)
    key = unlock(newcomer, passphrase=PASSPHRASE)
    secrets: list[str | bytes] = [
        PASSPHRASE, demo.passphrase, made.recovery_code, made.recovery_code.replace("-", ""), key.root,
        key.database_key()[:64], demo.key("coach").root, demo.key("coach").database_key()[:64],
    ]  # fmt: skip
    server_port = free_port()
    environment = {"TMPDIR": str(temp), "SQLITE_TMPDIR": str(temp)}
    with demo.online(server_port), Wire(demo.port, server_port).recording() as wire:
        with demo.opened("coordinator") as coordinator:
            invitation, _person = enrolment.invite(coordinator, "Nieuwe Collega", Role.COACH)
        code = invitation.code
        secrets += [code.text, code.text.replace("-", ""), code.secret, code.package_key]
        with open_workspace(made.vault, SystemClock()) as new:
            enrolment.join(new, invitation.text, label=f"{CORE}Toestel")
            markers.append(f"{CORE}Toestel")
            new.engine.until_done()
        with demo.opened("coach") as coach, coach.database.read() as connection:
            secrets += [
                private
                for scope in (coach.scopes.team, coach.scopes.desk, coach.scopes.organisation)
                for private in keyring.private_keys(connection, scope).values()
            ]
        done, watched = observed(demo, demo.homes["coach"], environment)
        assert done.returncode == 0, done.stderr
        received = process(
            "--home",
            demo.homes["colleague"],
            "--passphrase-file",
            demo.passphrase_file,
            "sync",
            environment=environment,
        )
        assert received.exit == 0, received.err
        shared = process(
            "--home",
            demo.homes["assistant"],
            "--passphrase-file",
            demo.passphrase_file,
            "sync",
            environment=environment,
        )
        assert shared.exit == 0, shared.err
    with demo.opened("colleague") as colleague:
        found = case_file(colleague, written.case)
        reads = CORE in found.client.name and CORE in found.client.remarks
        reads = reads and any(CORE in each.text for each in letters.of_referral(colleague, written.referral))
    with demo.opened("assistant") as at_practice:
        assert CORE in repr(candidates.listed(at_practice))
        assert synchronisation.status(at_practice).unsent == 0
    printed = done.stdout + done.stderr + received.out + received.err + shared.out + shared.err
    return Hunt(
        markers,
        secrets,
        bytes(wire.sent),
        bytes(wire.received),
        temp,
        newcomer,
        printed,
        watched,
        organisation,
        practice,
        reads,
    )


def observed(demo: Demo, home: Path, environment: dict[str, str]) -> tuple["subprocess.CompletedProcess[str]", bytes]:
    """Run `wor sync`, and read again and again what other processes may see of it: its command line and environment."""
    words = [
        sys.executable,
        "-m",
        "wor_tui",
        "--home",
        str(home),
        "--passphrase-file",
        str(demo.passphrase_file),
        "sync",
    ]
    watched = b""
    with subprocess.Popen(
        words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, **environment}
    ) as running:
        while running.poll() is None:
            for name in ("cmdline", "environ"):
                try:
                    watched += Path(f"/proc/{running.pid}/{name}").read_bytes()
                except OSError:
                    continue
            time.sleep(0.05)
        assert running.stdout is not None
        assert running.stderr is not None
        out, err = running.stdout.read(), running.stderr.read()
    return subprocess.CompletedProcess(words, running.returncode, out, err), watched


def test_what_was_written_arrives_readable_at_the_colleague(hunt: Hunt) -> None:
    """Else the hunt below would find nothing for the wrong reason."""
    assert hunt.colleague_reads
    assert len(hunt.markers) > 40


def test_no_marker_is_in_any_file_of_a_home(demo: Demo, hunt: Hunt) -> None:
    for home in (*demo.homes.values(), hunt.newcomer):
        assert hits_in(home, [CORE]) == []


def test_no_marker_is_in_a_home_that_is_open(demo: Demo, hunt: Hunt) -> None:
    """With the log of changes and the shared memory beside the database."""
    with demo.opened("coach") as workspace:
        drafts.save(workspace, "client", "open", {"note": f"{CORE}Open " * 5000}, {})
        home = demo.homes["coach"]
        assert (home / "vault.db-wal").stat().st_size > 50_000
        assert (home / "vault.db-shm").exists()
        assert hits_in(home, [CORE]) == []
        drafts.drop(workspace, "client", "open")
    assert hits_in(demo.homes["coach"], [CORE]) == []


def test_no_marker_is_in_the_servers_folder_or_its_log(demo: Demo, hunt: Hunt) -> None:
    assert hunt.organisation.encode() in (demo.data / "central.db").read_bytes()
    assert hits_in(demo.data, [CORE, *hunt.secrets]) == []
    assert hits(demo.folder.joinpath("central.log").read_bytes(), [CORE, *hunt.secrets]) == []


def test_no_marker_and_no_secret_goes_over_the_wire(hunt: Hunt) -> None:
    assert b"POST /v1/exchange" in hunt.sent
    assert b"POST /v1/enrolment/package" in hunt.sent
    deep = list(unpacked(hunt.sent))
    assert any(b'"ops":' in each for each in deep), "the bodies were not unpacked"
    assert any(hunt.organisation.encode() in each for each in deep)
    assert any(hunt.practice.encode() in each for each in deep), "the practice sent nothing of its candidate"
    for content in (hunt.sent, hunt.received):
        assert hits(content, [CORE, *hunt.secrets], deep=True) == []


def test_no_marker_is_left_in_temporary_folders(hunt: Hunt) -> None:
    assert list(hunt.temp.rglob("*")) == []


def test_no_secret_is_in_logs_output_arguments_or_environment(demo: Demo, hunt: Hunt) -> None:
    logs = [path for home in demo.homes.values() for path in (home / "logs").glob("*")]
    assert logs
    for path in logs:
        assert hits(path.read_bytes(), [CORE, *hunt.secrets]) == [], path
    assert hits(hunt.printed.encode(), [CORE, *hunt.secrets]) == []
    assert b"wor_tui" in hunt.watched
    assert hits(hunt.watched, [CORE, *hunt.secrets]) == []


def test_no_secret_is_in_the_files_of_a_home(demo: Demo, hunt: Hunt) -> None:
    for home in (*demo.homes.values(), hunt.newcomer):
        assert hits_in(home, hunt.secrets) == []
