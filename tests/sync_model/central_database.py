"""Where the central API of these worlds keeps its database: a file in its folder, or a database of a PostgreSQL.

With `WOR_TEST_ENGINE=postgresql` a file in the folder names the database, so that whoever copies the folder can be
given a copy of the database, too.
"""

import atexit
import functools
import os
from contextlib import ExitStack
from pathlib import Path

from tests import postgresql

ON_POSTGRESQL = os.environ.get("WOR_TEST_ENGINE") == "postgresql"
_NAMED = "database.txt"


def own(folder: Path) -> str:
    """The address of this folder's own database, a copy of the one that it names; "" for a file in the folder."""
    if not ON_POSTGRESQL:
        return ""
    folder.mkdir(parents=True, exist_ok=True)
    named = folder / _NAMED
    name = _cluster().new(named.read_text() if named.exists() else "template1")
    named.write_text(name)
    return _cluster().url(name)


def drop(folder: Path) -> None:
    """Remove the databases of this folder and of those in it."""
    for named in folder.rglob(_NAMED):
        _cluster().drop(named.read_text())


@functools.cache
def _cluster() -> postgresql.Cluster:
    if (reason := postgresql.why_not()) is not None:
        raise SystemExit(reason)
    stack = ExitStack()
    atexit.register(stack.close)
    return stack.enter_context(postgresql.cluster())
