import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from wor_tui.vault import swap
from wor_tui.vault.errors import DiskFault

OLD = {"vault.db": b"old", "vault.db-wal": b"commits of the old one", "vault.key": b"old key"}
NEW = {"vault.db": b"new", "vault.key": b"new key"}


def made(home: Path) -> Path:
    """The old vault with the log that its crash left, and the new one, ready to take its place."""
    home.mkdir()
    for name, content in OLD.items():
        (home / name).write_bytes(content)
    folder = swap.making(home)
    for name, content in NEW.items():
        (folder / name).write_bytes(content)
    return home


def held(home: Path) -> dict[str, bytes]:
    """What is in the home, once what a kill left was settled."""
    swap.settle(home)
    return {path.name: path.read_bytes() for path in home.iterdir()}


@pytest.mark.parametrize("destroy", [False, True])
def test_the_new_one_takes_the_place_and_no_log_is_left_to_play_into_it(tmp_path: Path, destroy: bool) -> None:
    home = made(tmp_path / "home")
    swap.commit(home, destroy=destroy)
    assert held(home) == NEW


@pytest.mark.parametrize("destroy", [False, True])
def test_the_old_files_are_overwritten_only_when_it_is_asked(tmp_path: Path, destroy: bool) -> None:
    home = made(tmp_path / "home")
    for name in NEW:
        os.link(home / name, tmp_path / name)
    swap.commit(home, destroy=destroy)
    found = {name: (tmp_path / name).read_bytes() for name in NEW}
    assert found == {name: bytes(len(OLD[name])) if destroy else OLD[name] for name in NEW}


def test_a_swap_that_fails_leaves_the_old_one_with_its_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = Path.replace

    def failing(path: Path, target: Path) -> Path:
        if path.name == "vault.db":
            raise OSError(5, "the disk fails")
        return plain(path, target)

    home = made(tmp_path / "home")
    monkeypatch.setattr(Path, "replace", failing)
    with pytest.raises(DiskFault):
        swap.commit(home, destroy=False)
    monkeypatch.undo()
    assert held(home) == OLD


@pytest.mark.skipif(not hasattr(os, "fork"), reason="forks")
@pytest.mark.parametrize("destroy", [False, True])
def test_killed_at_every_step_it_is_the_old_one_with_its_log_or_the_new_one(tmp_path: Path, destroy: bool) -> None:
    """A process dies at each file operation of a swap, and another one at each of what settles it afterwards."""
    script = """
        import os, sys
        from pathlib import Path
        from tests.vault.test_swap import NEW, OLD, held, made
        from wor_tui.vault import swap
        folder, destroy = Path(sys.argv[1]), sys.argv[2] == "True"

        def dies(home, step, work):
            child = os.fork()
            if not child:
                left = step
                watched = {"open", "os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.link"}
                def hook(event, arguments):
                    nonlocal left
                    # Removing a folder names what is in it without the folder.
                    if event in watched and (str(home) in str(arguments[0]) or not str(arguments[0]).startswith("/")):
                        if not left:
                            os._exit(9)
                        left -= 1
                sys.addaudithook(hook)
                work()
                os._exit(0)
            ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
            assert ended in {0, 9}, ended
            return ended == 9

        count = {"old": 0, "new": 0}
        step = 0
        while True:
            again = 0
            while True:
                home = made(folder / f"{step} {again}")
                died = dies(home, step, lambda: swap.commit(home, destroy=destroy))
                settling = dies(home, again, lambda: swap.settle(home))
                found = held(home)
                assert found in (OLD, NEW), (step, again, found)
                count["old" if found == OLD else "new"] += 1
                again += 1
                if not settling:
                    break
            step += 1
            if not died:
                break
        print(step - 1, count["old"], count["new"])
    """
    command = [sys.executable, "-c", textwrap.dedent(script), str(tmp_path), str(destroy)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    kills, old, new = map(int, done.stdout.split())
    print(f"swap: {kills} kills, each at another step, and one more in settling each: {old} times old, {new} times new")
    assert old > 10
    assert new > 5
