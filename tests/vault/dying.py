"""A process that dies at its first file operation, another at its second, and so on: what is there then must be whole.

For a process of its own that has done its imports: it forks.
"""

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

WATCHED = {"open", "os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.link", "sqlite3.connect"}
KILLED = 9


def at_each_step(folder: Path, begin: Callable[[Path], object], work: Callable[[Path], object]) -> Iterator[Path]:
    """Homes that `begin` prepared and in which `work` was killed, at each step once; in the last one it came to an end.

    A home is removed when the next one is asked for.
    """
    step, ended = 0, KILLED
    while ended:
        home = folder / str(step)
        begin(home)
        child = os.fork()
        if not child:
            _work_until(step, home, work)
        ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        assert ended in {0, KILLED}, ended
        yield home
        shutil.rmtree(home)
        step += 1


def _work_until(step: int, home: Path, work: Callable[[Path], object]) -> None:
    left = step

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal left
        if event in WATCHED and str(home) in str(arguments[0]):
            if not left:
                os._exit(KILLED)
            left -= 1

    sys.addaudithook(hook)
    # What goes wrong ends the process with a traceback.
    work(home)
    os._exit(0)
