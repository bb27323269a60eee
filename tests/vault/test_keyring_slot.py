"""The keyring of the system stands behind one door; here a real backend of the library, kept in memory."""

from collections.abc import Iterator

import keyring
import keyring.backend
import keyring.errors
import pytest
from keyring.backends import fail, null
from keyring.backends.chainer import ChainerBackend

from tests.vault.made import Made, refused
from wor_tui.vault import keyring_slot, slots
from wor_tui.vault.errors import KeyringEmptied, KeyringUnavailable, KeyringUnused, WrongSecret
from wor_tui.vault.keyring_slot import forget, opened_by_keyring, probed
from wor_tui.vault.rewriting import rewrite
from wor_tui.vault.vault import keyfile_of


class InMemory(keyring.backend.KeyringBackend):
    """Keeps its secrets for as long as the test runs; `locked` refuses as a keyring does that wasn't opened."""

    priority = 1  # pyright: ignore[reportAssignmentType, reportIncompatibleMethodOverride]

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}
        self.locked = False

    def get_password(self, service: str, username: str) -> str | None:
        if self.locked:
            raise keyring.errors.KeyringLocked
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        if self.locked:
            raise keyring.errors.PasswordSetError
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if (service, username) not in self.kept:
            raise keyring.errors.PasswordDeleteError
        del self.kept[service, username]


HERE = (__name__,)


@pytest.fixture
def backend() -> Iterator[InMemory]:
    before = keyring.get_keyring()
    chosen = InMemory()
    keyring.set_keyring(chosen)
    yield chosen
    keyring.set_keyring(before)


def turned_on(made: Made, backend: InMemory) -> None:
    slot = keyring_slot.keyring_slot(made.key, backend)
    rewrite(made.home, made.key, lambda before: slots.replaced(before, slot))


def read(made: Made) -> keyring_slot.Keyfile:
    return keyfile_of(made.home)


def test_a_keyring_that_answers_is_found_and_nothing_of_the_trial_stays(backend: InMemory) -> None:
    assert probed(HERE) is backend
    assert backend.kept == {}


def test_a_keyring_that_is_not_known_to_encrypt_is_never_used(backend: InMemory) -> None:
    assert probed() is None
    assert backend.kept == {}


@pytest.mark.parametrize("none", [fail.Keyring, null.Keyring])
def test_a_computer_without_a_keyring_offers_none(none: type[keyring.backend.KeyringBackend]) -> None:
    before = keyring.get_keyring()
    keyring.set_keyring(none())
    try:
        assert probed((*keyring_slot.TRUSTED, none.__module__)) is None
    finally:
        keyring.set_keyring(before)


def test_a_locked_keyring_is_not_offered(backend: InMemory) -> None:
    backend.locked = True
    assert probed(HERE) is None


def test_the_first_known_one_of_several_is_taken(backend: InMemory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ChainerBackend, "backends", [null.Keyring(), backend])
    keyring.set_keyring(ChainerBackend())
    assert probed(HERE) is backend


def test_the_keyring_opens_the_vault_and_holds_only_a_secret_for_it(made: Made, backend: InMemory) -> None:
    turned_on(made, backend)
    key = opened_by_keyring(read(made), backend)
    assert key == made.key
    assert key.by == slots.KEYRING
    (kept,) = backend.kept.values()
    assert made.key.root.hex() not in kept
    assert kept not in made.keyfile.read_text()


def test_each_thing_that_can_be_wrong_is_told_apart(made: Made, backend: InMemory) -> None:
    with refused(KeyringUnused, made):
        opened_by_keyring(read(made), backend)
    turned_on(made, backend)
    with refused(KeyringUnavailable, made):
        opened_by_keyring(read(made), None)
    backend.locked = True
    with refused(KeyringEmptied, made):
        opened_by_keyring(read(made), backend)
    backend.locked = False
    (entry,) = backend.kept
    for strange in ("", "no hex", "00"):
        backend.kept[entry] = strange
        with refused(KeyringEmptied, made):
            opened_by_keyring(read(made), backend)
    backend.kept[entry] = "00" * keyring_slot.SECRET_BYTES
    with refused(WrongSecret, made):
        opened_by_keyring(read(made), backend)
    backend.kept.clear()
    with refused(KeyringEmptied, made):
        opened_by_keyring(read(made), backend)


def test_a_keyring_that_refuses_makes_no_slot(made: Made, backend: InMemory) -> None:
    backend.locked = True
    with refused(KeyringUnavailable, made):
        keyring_slot.keyring_slot(made.key, backend)


def test_turning_it_off_leaves_nothing_in_the_keyring(made: Made, backend: InMemory) -> None:
    turned_on(made, backend)
    slot = slots.of_kind(read(made), slots.KEYRING)
    assert slot is not None
    forget(slot, backend)
    assert backend.kept == {}
    forget(slot, backend)
    forget(slot, None)
