import logging
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from wor_tui import logs
from wor_tui.config import Logs

MARKER = "Wilhelmina Geheimstra"


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Path]:
    handler = logs.start(tmp_path, Logs(level="debug"))
    yield tmp_path / "logs" / "wor.log"
    logs.stop(handler)


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such rights")
def test_the_first_start_makes_a_home_for_its_owner_alone(tmp_path: Path) -> None:
    """The log is the first thing that is written in it."""
    before = os.umask(0)
    try:
        logs.stop(logs.start(tmp_path / "above" / "home", Logs()))
    finally:
        os.umask(before)
    made = [path for path in sorted(tmp_path.rglob("*")) if path.is_dir()]
    assert {path.name: oct(path.stat().st_mode & 0o777) for path in made} == dict.fromkeys(
        ("above", "home", "logs"), "0o700"
    )


def test_our_own_lines_carry_ids_codes_and_counts(log: Path) -> None:
    logging.getLogger("wor_tui.test").info("exchange pushed=%d code=%s", 3, "stale-key")
    logging.getLogger("sync.client.test").info("record %s", "019abc00-0000-7000-8000-000000000001")
    text = log.read_text()
    assert "INFO wor_tui.test exchange pushed=3 code=stale-key" in text
    assert "record 019abc00-0000-7000-8000-000000000001" in text


def test_a_person_never_gets_in(log: Path) -> None:
    own = logging.getLogger("wor_tui.test")
    own.info("saved %s", MARKER)
    own.info("saved %(name)s", {"name": MARKER})
    own.error("failed: %s", ValueError(MARKER))
    logging.getLogger("httpx").warning("GET %s", MARKER)
    logging.getLogger("some.library").error(MARKER)
    try:
        try:
            raise ValueError(MARKER)
        except ValueError as error:
            raise KeyError(MARKER) from error
    except KeyError:
        own.exception("failed")
    text = log.read_text()
    assert "Wilhelmina" not in text
    assert "Geheimstra" not in text
    assert "builtins.ValueError" in text
    assert "test_a_person_never_gets_in" in text


def test_a_line_that_doesnt_fit_its_values_says_where_it_stands() -> None:
    record = logging.LogRecord("wor_tui.test", logging.INFO, "place.py", 7, "too few %s %s", (MARKER,), None)
    assert logs.Formatter().format(record).endswith("(place.py:7)")


def test_other_libraries_are_quiet(log: Path) -> None:
    logging.getLogger("httpx").info("GET https://central.example/v1/exchange")
    logging.getLogger("sqlalchemy.engine").info("SELECT 1")
    assert log.read_text() == ""


def test_it_is_readable_by_its_owner_only(log: Path) -> None:
    logging.getLogger("wor_tui").warning("started")
    assert log.stat().st_mode & 0o077 == 0
    assert log.parent.stat().st_mode & 0o077 == 0


def test_it_rotates(tmp_path: Path) -> None:
    handler = logs.start(tmp_path, Logs(kilobytes=16, copies=2))
    try:
        for count in range(2_000):
            logging.getLogger("wor_tui.test").info("line %d of many", count)
    finally:
        logs.stop(handler)
    files = sorted(tmp_path.glob("logs/*"))
    assert [file.name for file in files] == ["wor.log", "wor.log.1", "wor.log.2"]
    assert all(file.stat().st_size <= 16 * 1024 for file in files)


def test_a_folder_that_cant_be_written_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "logs").write_text("a file where the folder should be")
    handler = logs.start(tmp_path, Logs())
    logging.getLogger("wor_tui.test").warning("nobody reads this")
    logs.stop(handler)


def test_a_full_disk_says_nothing_across_the_screen(log: Path, capfd: pytest.CaptureFixture[str]) -> None:
    handler = next(item for item in logging.getLogger().handlers if isinstance(item, logging.FileHandler))
    handler.acquire()
    handler.stream.close()
    handler.stream = Path("/dev/full").open("w")  # noqa: SIM115 -- the handler closes it
    handler.release()
    logging.getLogger("wor_tui.test").warning("lost")
    assert capfd.readouterr().err == ""
    handler.stream = log.open("a")
