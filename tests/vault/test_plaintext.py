"""A marker is saved, sorted, changed and erased; then it is looked for wherever bytes can be."""

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from tests.vault.made import MARKER, Made, put_draft
from wor_tui.vault.vault import open_vault

FORMS = [MARKER.encode(encoding) for encoding in ("utf-8", "utf-16-le", "utf-16-be")]


def found_in(files: list[Path]) -> list[str]:
    """The names of the files that hold the marker."""
    return [path.name for path in files if any(form in path.read_bytes() for form in FORMS)]


def test_nothing_is_readable_in_the_home_while_open_and_after(made: Made) -> None:
    with open_vault(made.home, made.key) as vault:
        with vault.database.write() as connection:
            for number in range(300):
                put_draft(connection, f"{MARKER} {number}", MARKER * 20)
        looked = list(made.home.iterdir())
        assert {path.suffix for path in looked} >= {".db", ".db-wal", ".db-shm", ".key"}
        assert (made.home / "vault.db-wal").stat().st_size > 100_000
        assert found_in(looked) == []
        with vault.database.write() as connection:
            connection.exec_driver_sql("DELETE FROM draft")
        assert found_in(list(made.home.iterdir())) == []
    looked = list(made.home.iterdir())
    assert found_in(looked) == []
    assert not any(made.key.root in path.read_bytes() for path in looked)
    assert not any(made.key.database_key().encode() in path.read_bytes() for path in looked)


@pytest.mark.skipif(sys.platform != "linux", reason="looks at /proc")
def test_a_sort_larger_than_the_cache_leaves_nothing_in_temp_folders_or_descriptors(made: Made, tmp_path: Path) -> None:
    script = """
        import os, sys
        from pathlib import Path
        from tests.vault.made import MARKER
        from wor_tui.vault.keyfile import UnlockedKey
        from wor_tui.vault.vault import open_vault

        home, temp, *parts = sys.argv[1:]
        def descriptors():
            return {os.readlink(f"/proc/self/fd/{name}") for name in os.listdir("/proc/self/fd")
                    if os.path.exists(f"/proc/self/fd/{name}")}
        with open_vault(Path(home), UnlockedKey(*(bytes.fromhex(part) for part in parts))) as vault:
            with vault.database.write() as connection:
                connection.exec_driver_sql(
                    '''INSERT INTO draft (form, record, scope_bases, "values", saved_at)
                       WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
                       SELECT ? || i, '', '{}', hex(randomblob(500)) || ?, '' FROM n''', (MARKER, MARKER))
            with vault.database.read() as connection:
                result = connection.exec_driver_sql('SELECT * FROM draft ORDER BY "values", saved_at')
                first = result.fetchone()
                assert MARKER in first[0]
                opened = {name for name in descriptors() if name.startswith("/") and not name.startswith("/dev")}
                outside = [name for name in opened if not name.startswith(home)]
                assert not outside, outside
                assert not os.listdir(temp), os.listdir(temp)
                left = [name for name in opened if "deleted" in name]
                assert not left, left
    """
    temp = tmp_path / "temp"
    temp.mkdir()
    parts = (made.key.vault.hex(), made.key.salt.hex(), made.key.root.hex())
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script), str(made.home), str(temp), *parts],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"TMPDIR": str(temp), "SQLITE_TMPDIR": str(temp)},
    )
    assert done.returncode == 0, done.stderr
    assert (done.stdout, done.stderr) == ("", "")
    assert list(temp.iterdir()) == []
    assert found_in(list(made.home.iterdir())) == []
