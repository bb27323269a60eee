"""Bytes that change, files that are cut off, a log that is lost: found, said, and never shown as other content."""

import json
import random
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.faults.killing import cheap, cheap_passphrase, seeded
from tests.vault.made import Made, drafts, put_draft
from wor_tui.commands.vault_copies import findings
from wor_tui.config import Config
from wor_tui.vault import checking, keyfile, slots
from wor_tui.vault.connection import PAGE_BYTES, reading_connection
from wor_tui.vault.copying import copied, is_whole
from wor_tui.vault.errors import (
    KeyfileDamaged,
    KeyfileTampered,
    VaultDamaged,
    VaultError,
    VaultMismatch,
    WrongSecret,
)
from wor_tui.vault.passphrase_cost import FLOOR
from wor_tui.vault.rewriting import set_passphrase
from wor_tui.vault.vault import open_vault, unlock

__all__ = ["cheap_passphrase"]

Counts = Callable[[str], None]
FLIPS = [30, pytest.param(200, marks=pytest.mark.soak)]
FRAME, LOG_HEADER = PAGE_BYTES + 24, 32
SALT_BYTES = 16

# The key file


def test_every_byte_of_the_key_file_changed(made: Made, counts: Counts) -> None:
    """Each place with every other bit pattern that matters, left out, and with one byte put before it."""
    whole = made.keyfile.read_bytes()
    tried = 0
    for place, byte in enumerate(whole):
        others = {0, 0xFF, 0x20, ord("0"), ord('"'), ord("}"), byte ^ 1, byte ^ 0x20, byte ^ 0x80} - {byte}
        changed = [whole[:place] + bytes([other]) + whole[place + 1 :] for other in sorted(others)]
        changed += [whole[:place] + whole[place + 1 :], whole[:place] + b"0" + whole[place:]]
        for content in changed:
            if content == whole:
                continue
            with pytest.raises(KeyfileDamaged):
                keyfile.parsed(content)
            tried += 1
    counts(f"key file: {tried:,} changes of one byte in {len(whole):,} places, all refused as damaged")


@pytest.mark.usefixtures("cheap_passphrase")
@pytest.mark.parametrize("secret", ["passphrase", "recovery_code"])
def test_every_byte_changed_by_somebody_who_makes_the_check_anew(secret: str, made: Made, counts: Counts) -> None:
    set_passphrase(made.home, made.key, "passphrase", FLOOR)
    secrets = {"passphrase": "passphrase", "recovery_code": made.recovery_code}
    whole = made.keyfile.read_bytes()
    found: Counter[type[VaultError]] = Counter()
    for place, byte in enumerate(whole):
        content = rechecked(whole[:place] + bytes([byte ^ 1]) + whole[place + 1 :])
        if content in {None, whole}:  # no JSON any more, or only the check itself was changed
            continue
        made.keyfile.write_bytes(content)
        with pytest.raises(VaultError) as caught:
            unlock(made.home, **{secret: secrets[secret]})
        found[type(caught.value)] += 1
    assert set(found) == {WrongSecret, KeyfileDamaged, KeyfileTampered}
    made.keyfile.write_bytes(whole)
    assert unlock(made.home, **{secret: secrets[secret]}) == made.key
    said = ", ".join(f"{count:,} {kind.__name__}" for kind, count in sorted(found.items(), key=lambda one: -one[1]))
    counts(f"key file with its check made anew, opened by {secret}: {found.total():,} changes, all refused: {said}")


def rechecked(content: bytes) -> bytes | None:
    """What somebody writes who knows the format but not the key; None when it isn't JSON."""
    try:
        document: Any = json.loads(content)
    except ValueError:
        return None
    return keyfile._canonical(document | {"check": keyfile._check(document)})


# The database


@pytest.fixture
def filled(made: Made) -> Made:
    """300 rows over some hundred pages, long texts and short ones."""
    chance = random.Random(3)
    with open_vault(made.home, made.key) as vault, vault.database.write() as connection:
        for row in range(300):
            put_draft(connection, f"{row:03}", text_of(row) * chance.choice([1, 20, 200]))
    return made


def text_of(row: int) -> str:
    return f"row {row} holds this. "


def seen(made: Made) -> str:
    """Read all rows as a reader does: `right`, or the class of the error; anything else fails the test."""
    try:
        with open_vault(made.home, made.key) as vault, vault.database.read() as connection:
            rows = connection.exec_driver_sql('SELECT form, "values" FROM draft ORDER BY form').all()
    except (VaultDamaged, VaultMismatch) as error:
        return type(error).__name__
    assert [row[0] for row in rows] == [f"{row:03}" for row in range(300)]
    assert not [form for form, text in rows if text.replace(text_of(int(form)), "")]
    return "right"


def is_found(made: Made) -> bool:
    """Whether `wor vault check` finds something in the database."""
    found = findings(made.home, Config(), made.key)
    return not all(each.ok for each in found if each.check == "database")


@pytest.mark.parametrize("flips", FLIPS)
def test_every_flipped_bit_of_the_database_is_found_and_none_is_shown(flips: int, filled: Made, counts: Counts) -> None:
    chance, seed = seeded()
    whole = filled.database.read_bytes()
    assert not is_found(filled)
    shown: Counter[str] = Counter()
    for flip in range(flips):
        place = chance.randrange(len(whole)) if flip else chance.randrange(SALT_BYTES)
        flipped = bytearray(whole)
        flipped[place] ^= 1 << chance.randrange(8)
        filled.database.write_bytes(flipped)
        assert is_found(filled), f"seed {seed}: the flip at {place} was not found"
        shown[seen(filled)] += 1
        assert filled.database.read_bytes() == flipped, f"seed {seed}: the damaged database was written to"
    filled.database.write_bytes(whole)
    assert (is_found(filled), seen(filled)) == (False, "right")
    counts(
        f"{flips} bits flipped in the database: all {flips} found by the check; read meanwhile: {shown['right']} times "
        f"the right rows (the bit lay elsewhere), {flips - shown['right']} times refused, 0 wrong (seed {seed})"
    )


def test_the_database_cut_off_at_every_size(filled: Made, counts: Counts) -> None:
    whole = filled.database.read_bytes()
    pages = len(whole) // PAGE_BYTES
    half = pages // 2 * PAGE_BYTES
    last = len(whole) - PAGE_BYTES
    sizes = [0, 1, 15, 16, 17, 100, 1023, 1024, 4095, 4096, 4097, 8191, 8192, half - 1, half, half + 1, last - 1, last]
    sizes += [last + 1, len(whole) - 16, len(whole) - 1]
    for size in sizes:
        filled.database.write_bytes(whole[:size])
        assert seen(filled) == "VaultDamaged", size
        assert is_found(filled), size
        assert filled.database.read_bytes() == whole[:size], f"cut off at {size}, it was written to"
    for more in (b"\0", b"\0" * PAGE_BYTES, whole[-PAGE_BYTES:], b"x" * 100):
        filled.database.write_bytes(whole + more)
        if not is_found(filled):
            assert seen(filled) == "right"
    filled.database.write_bytes(whole)
    assert (is_found(filled), seen(filled)) == (False, "right")
    counts(f"database cut off at {len(sizes)} sizes from 0 to one byte short: all refused and found, none written to")


@pytest.mark.parametrize("damage", ["zeros", "a bit"])
def test_every_page_damaged_is_found_and_the_end_of_a_long_text_is_never_zeros(
    damage: str, made: Made, counts: Counts
) -> None:
    """A page that fails its authentication comes out as zeros, and SQLCipher says so only when the next one is read."""
    with open_vault(made.home, made.key) as vault, vault.database.write() as connection:
        # Pages that a migration freed lie anywhere, and are taken first: other texts take them.
        filler = 0
        while connection.exec_driver_sql("PRAGMA freelist_count").scalar_one():
            put_draft(connection, f"filler {filler}", "y" * 3000)
            filler += 1
        put_draft(connection, "long", "x" * 20_000)
    whole = made.database.read_bytes()
    pages = len(whole) // PAGE_BYTES
    refused, tried = 0, 12  # the last ones hold the text
    for page in range(pages - tried, pages):
        content = bytearray(whole)
        if damage == "zeros":
            content[page * PAGE_BYTES : (page + 1) * PAGE_BYTES] = bytes(PAGE_BYTES)
        else:
            content[page * PAGE_BYTES + 7] ^= 1
        made.database.write_bytes(content)
        assert is_found(made)
        refused += read_then_written_then_copied(made, made.home.with_name(f"copy{page}")) == "damaged"
        assert made.database.read_bytes() == content
    assert refused >= 5
    counts(
        f"{pages - 1} pages, one at a time, {damage}: all found; a long text read, written on or copied: never wrong"
    )


def test_a_page_that_holds_nothing_any_more_is_found_too(made: Made, counts: Counts) -> None:
    """No row stands on it, so nothing but the look at every page reads it; a later save would write on it."""
    with open_vault(made.home, made.key) as vault:
        with vault.database.write() as connection:
            put_draft(connection, "long", "x" * 200_000)
        with vault.database.write() as connection:
            connection.exec_driver_sql("DELETE FROM draft")
            free = connection.exec_driver_sql("PRAGMA freelist_count").scalar()
    assert free is not None
    assert free > 30
    whole = made.database.read_bytes()
    pages = len(whole) // PAGE_BYTES
    for page in range(pages):
        content = bytearray(whole)
        content[page * PAGE_BYTES + 100] ^= 1
        made.database.write_bytes(content)
        assert not is_whole(made.database, made.key), page
    assert is_found(made)
    counts(f"{pages} pages, {free} of them free, a bit in each: all found")


def read_then_written_then_copied(made: Made, copy: Path) -> str:
    try:
        with open_vault(made.home, made.key) as vault:
            try:
                with vault.database.read() as connection:
                    text = connection.exec_driver_sql("""SELECT "values" FROM draft WHERE form = 'long'""").scalar()
                assert text == "x" * 20_000
                return "right"
            except VaultDamaged:
                with pytest.raises(VaultDamaged), vault.database.write() as connection:
                    connection.exec_driver_sql(
                        """UPDATE draft SET "values" = substr("values", 2), saved_at = 'later'"""
                    )
                source = reading_connection(made.database, made.key)
                with pytest.raises(VaultDamaged):
                    copied(source, copy, made.key)
                source.close()
                return "damaged"
    except VaultDamaged:
        return "damaged"


# The log of changes


@pytest.fixture
def interrupted(made: Made, tmp_path: Path) -> tuple[Made, list[int]]:
    """The files as a crash leaves them, and the size of the log after each of its commits."""
    sizes: list[int] = []
    with open_vault(made.home, made.key) as vault:
        with vault.database.write() as connection:
            put_draft(connection, "first", "x" * 20_000)
        vault.database.checkpoint()
        for group in range(12):
            with vault.database.write() as connection:
                for row in range(3):
                    put_draft(connection, f"{group:02} {row}", "y" * 1500)
            sizes.append((made.home / "vault.db-wal").stat().st_size)
        home = tmp_path / "crashed"
        shutil.copytree(made.home, home)
    (home / "vault.db-shm").unlink()
    return Made(home, made.key, made.recovery_code), sizes


def test_the_log_cut_off_anywhere_leaves_whole_commits(
    interrupted: tuple[Made, list[int]], tmp_path: Path, counts: Counts
) -> None:
    crashed, sizes = interrupted
    log = (crashed.home / "vault.db-wal").read_bytes()
    # Where the log was emptied before, it starts anew: its size is that of its largest time.
    ends = [LOG_HEADER, *sorted(set(sizes))]
    cuts = {0, 1, 31, 32, 33, LOG_HEADER + 24, LOG_HEADER + FRAME // 2, len(log) // 2, len(log) - 1, len(log)}
    cuts |= {end + by for end in ends for by in (-1, 0, 1, PAGE_BYTES) if 0 <= end + by <= len(log)}
    outcomes: Counter[int] = Counter()
    for cut in sorted(cuts):
        home = tmp_path / "cut"
        shutil.copytree(crashed.home, home)
        (home / "vault.db-wal").write_bytes(log[:cut])
        with open_vault(home, crashed.key) as vault:
            assert [each.code for each in checking.of_database(vault)] == [checking.WHOLE]
            with vault.database.read() as connection:
                forms = drafts(connection)
            seq = vault.database.vault_seq()
        groups = sum(size <= cut for size in sizes)
        assert forms == [*(f"{group:02} {row}" for group in range(groups) for row in range(3)), "first"], cut
        assert seq == groups + 1  # what the next exchange compares
        outcomes[groups] += 1
        shutil.rmtree(home)
    assert set(outcomes) == set(range(13))
    counts(
        f"log of changes cut off at {len(cuts)} places (0: lost): always the whole commits up to there, "
        "counted by vault_seq"
    )


def test_every_frame_of_the_log_damaged_leaves_whole_commits(
    interrupted: tuple[Made, list[int]], tmp_path: Path, counts: Counts
) -> None:
    """A flipped bit in the log ends it there; what it takes along is what a lost log takes along."""
    crashed, sizes = interrupted
    chance, seed = seeded()
    log = (crashed.home / "vault.db-wal").read_bytes()
    places = [start + chance.randrange(FRAME) for start in range(LOG_HEADER, len(log), FRAME)][:-1]
    for place in [*range(0, LOG_HEADER, 5), *places]:
        home = tmp_path / "flipped"
        shutil.copytree(crashed.home, home)
        flipped = bytearray(log)
        flipped[place] ^= 1 << chance.randrange(8)
        (home / "vault.db-wal").write_bytes(flipped)
        with open_vault(home, crashed.key) as vault:
            assert [each.code for each in checking.of_database(vault)] == [checking.WHOLE], f"seed {seed}, {place}"
            with vault.database.read() as connection:
                forms = drafts(connection)
        groups = sum(size <= place for size in sizes)
        assert forms == [*(f"{group:02} {row}" for group in range(groups) for row in range(3)), "first"], place
        shutil.rmtree(home)
    counts(f"log of changes: a bit flipped in each of {len(places)} frames: whole commits before it (seed {seed})")


@pytest.mark.parametrize("size", [0, 16, 100, 4095, 4096, 4097, 10_000, -1, -4096])
def test_a_database_cut_off_beside_its_log_shows_nothing_wrong(size: int, interrupted: tuple[Made, list[int]]) -> None:
    crashed, _ = interrupted
    whole = crashed.database.read_bytes()
    crashed.database.write_bytes(whole[:size])
    found = findings(crashed.home, Config(), crashed.key)
    try:
        with open_vault(crashed.home, crashed.key) as vault, vault.database.read() as connection:
            forms = drafts(connection)
            texts = connection.exec_driver_sql('SELECT "values" FROM draft').scalars().all()
    except VaultDamaged:
        assert not all(each.ok for each in found if each.check == "database")
        return
    # The log held every page that was cut off.
    assert forms == [*(f"{group:02} {row}" for group in range(12) for row in range(3)), "first"]
    assert {text[:1] + text[-1:] for text in texts} == {"xx", "yy"}
    assert all(each.ok for each in found if each.check == "database")


def test_stretching_is_replaced_for_these_tests_alone() -> None:
    assert slots.stretched is not cheap
