"""`wor-central`, as people run it."""

import os
import re
import signal
import socket
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from sync.codes import Code
from tests import postgresql

COMMAND = [sys.executable, "-m", "sync.server.cli"]


def central(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *arguments], capture_output=True, text=True, timeout=3000, check=False, env=os.environ | environment
    )


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_serving_from_ready_to_a_clean_stop(tmp_path: Path, stop: signal.Signals) -> None:
    data = tmp_path / "central"
    codes: list[str] = []
    for _ in range(2):
        server = subprocess.Popen(
            [*COMMAND, "serve", "--data", str(data), "--port", "0"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert server.stdout is not None
        try:
            ready = re.fullmatch(r"wor-central is ready on (http://127\.0\.0\.1:\d+)\n", server.stdout.readline())
            assert ready
            assert httpx.get(ready[1] + "/v1/health").json()["status"] == "ok"
        finally:
            server.send_signal(stop)
            rest, told = server.communicate(timeout=300)
        assert (server.returncode, rest) == (0, "")
        assert "Traceback" not in told
        file = data / "first-coordinator-code.txt"
        codes.append(file.read_text().strip())
        assert Code.parse(codes[-1]).text in told
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert codes[0] == codes[1]
    doctor = central("doctor", "--data", str(data))
    assert (doctor.returncode, "BAD" in doctor.stdout) == (0, False)


def test_a_taken_port_is_one_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        failed = central("serve", "--data", str(tmp_path / "d"), "--port", str(taken.getsockname()[1]))
    assert (failed.returncode, failed.stderr.count("\n")) == (1, 1)


def test_a_damaged_database_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "central.db").write_bytes(b"not a database" * 1000)
    for command in ("serve", "doctor"):
        failed = central(command, "--data", str(tmp_path))
        assert (failed.returncode, failed.stderr.count("\n")) == (1, 1)


def test_a_newer_database_is_refused(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "central.db") as connection:
        connection.execute("create table installation(id integer primary key, schema_version integer)")
        connection.execute("insert into installation values (1, 99)")
    failed = central("serve", "--data", str(tmp_path), "--port", "0")
    assert (failed.returncode, "newer" in failed.stderr) == (1, True)


def test_doctor_without_a_server_says_so(tmp_path: Path) -> None:
    assert central("doctor", "--data", str(tmp_path)).returncode == 1


def test_a_password_on_the_command_line_is_refused_and_not_repeated(tmp_path: Path) -> None:
    for url in ("postgresql://wor:Kanarie@127.0.0.1/wor", "postgresql://127.0.0.1/wor?user=wor&password=Kanarie"):
        failed = central("serve", "--data", str(tmp_path), "--port", "0", "--database", url)
        assert (failed.returncode, "PGPASSFILE" in failed.stderr) == (2, True)
        assert "Kanarie" not in failed.stderr + failed.stdout


@pytest.mark.skipif(postgresql.why_not() is not None, reason="there is no driver")
def test_a_postgresql_that_is_not_there_is_one_sentence_without_its_password(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and nobody listens
        url = f"postgresql://wor:Kanarie@127.0.0.1:{taken.getsockname()[1]}/wor"
        for command in (["serve", "--port", "0"], ["doctor"]):
            failed = central(*command, "--data", str(tmp_path), "--verbose", WOR_CENTRAL_DATABASE_URL=url)
            assert (failed.returncode, failed.stderr.count("\n")) == (1, 1), failed.stderr
            assert "Kanarie" not in failed.stderr + failed.stdout


def test_what_is_no_url_is_one_sentence(tmp_path: Path) -> None:
    for url in ("nonsense", "mysql://127.0.0.1/wor"):
        failed = central("doctor", "--data", str(tmp_path), "--database", url)
        assert (failed.returncode, failed.stderr) == (1, "The database's URL isn't one: postgresql://USER@HOST/NAME.\n")


def test_the_doctor_looks_at_postgresql(cluster: postgresql.Cluster, tmp_path: Path) -> None:
    looked = central("doctor", "--data", str(tmp_path), "--database", cluster.url("prepared"))
    assert (looked.returncode, "ok  schema" in looked.stdout) == (0, True), looked.stderr
    assert not list(tmp_path.iterdir())


def test_a_backup_is_made_and_put_back(tmp_path: Path) -> None:
    data, copy = tmp_path / "central", tmp_path / "copy.db"
    missing = central("backup", "--data", str(data), str(copy))
    assert (missing.returncode, missing.stderr.count("\n")) == (1, 1)
    server = subprocess.Popen(
        [*COMMAND, "serve", "--data", str(data), "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert server.stdout is not None
    try:
        assert "ready" in server.stdout.readline()
        made = central("backup", "--data", str(data), str(copy))
        assert (made.returncode, made.stderr) == (0, "")
        running = central("restore", "--data", str(data), str(copy))
        assert (running.returncode, "running" in running.stderr) == (1, True)
    finally:
        server.terminate()
        server.communicate(timeout=300)
    done = central("restore", "--data", str(data), str(copy))
    assert (done.returncode, "replaced-" in done.stdout, done.stderr) == (0, True, "")
    assert central("doctor", "--data", str(data)).returncode == 0
    unnamed = central("restore", "--data", str(data))
    assert (unnamed.returncode, unnamed.stderr.count("\n")) == (1, 1)


def test_a_setting_that_cannot_be_read_is_one_sentence(tmp_path: Path) -> None:
    failed = central("serve", "--data", str(tmp_path / "d"), WOR_CENTRAL_PROXIES="the proxy", WOR_CENTRAL_POLL_S="0")
    assert failed.returncode == 1
    assert "WOR_CENTRAL_POLL_S, WOR_CENTRAL_PROXIES" in failed.stderr
    assert "Traceback" not in failed.stderr
