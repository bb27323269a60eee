import json
from dataclasses import replace

import pytest

from tests.vault.made import Made, refused
from wor_tui.vault import escrow, keyfile, recovery_code, slots
from wor_tui.vault.errors import (
    EscrowMissing,
    KeyfileDamaged,
    KeyfileTampered,
    OrganisationKeyMistyped,
    OrganisationKeyUnusable,
    VaultError,
    WrongSecret,
)
from wor_tui.vault.escrow import OrganisationKey, escrow_slot, new_organisation_key, opened_by_organisation_key
from wor_tui.vault.keyfile import Keyfile
from wor_tui.vault.rewriting import rewrite
from wor_tui.vault.vault import unlock


@pytest.fixture(scope="module")
def organisation() -> OrganisationKey:
    return new_organisation_key()


@pytest.fixture
def escrowed(made: Made, organisation: OrganisationKey) -> Keyfile:
    slot = escrow_slot(made.key, organisation.public)
    return rewrite(made.home, made.key, lambda before: slots.replaced(before, slot))


def test_the_organisations_key_opens_the_vault(made: Made, escrowed: Keyfile, organisation: OrganisationKey) -> None:
    key = unlock(made.home, organisation_key=organisation.code)
    assert key == made.key
    assert key.by == slots.ESCROW


def test_only_the_public_half_is_in_the_key_file(made: Made, escrowed: Keyfile, organisation: OrganisationKey) -> None:
    content = made.keyfile.read_bytes()
    assert organisation.public.hex().encode() in content
    assert organisation.code.encode() not in content
    assert len(content) < keyfile.MOST_BYTES / 4


def test_the_code_is_eight_groups_of_seven_that_survive_typing(organisation: OrganisationKey) -> None:
    groups = organisation.code.split("-")
    assert [len(group) for group in groups] == [7] * 8
    typed = " ".join(groups).lower().replace("0", "o").replace("1", "l")
    assert escrow.organisation_key(typed) == organisation
    assert organisation.code not in repr(organisation)


def test_a_typing_error_is_told_apart_from_another_organisations_key(
    made: Made, escrowed: Keyfile, organisation: OrganisationKey
) -> None:
    wrong = ("1" if organisation.code[0] != "1" else "2") + organisation.code[1:]
    with refused(OrganisationKeyMistyped, made):
        unlock(made.home, organisation_key=wrong)
    with refused(WrongSecret, made):
        unlock(made.home, organisation_key=new_organisation_key().code)


def test_the_one_kind_of_code_is_never_taken_for_the_other(organisation: OrganisationKey) -> None:
    with pytest.raises(OrganisationKeyMistyped):
        escrow.organisation_key(recovery_code.fresh())
    with pytest.raises(VaultError):
        recovery_code.read(organisation.code)


def test_a_vault_without_the_slot_says_so(made: Made, organisation: OrganisationKey) -> None:
    with refused(EscrowMissing, made):
        unlock(made.home, organisation_key=organisation.code)


@pytest.mark.parametrize("public", [b"", bytes(1215), bytes(1216), b"\xff" * 1216], ids=["none", "cut", "0", "f"])
def test_what_is_no_public_key_is_refused(public: bytes, made: Made) -> None:
    with refused(OrganisationKeyUnusable, made):
        escrow_slot(made.key, public)


def test_tampering_with_any_part_never_opens(made: Made, escrowed: Keyfile, organisation: OrganisationKey) -> None:
    tried = 0
    for name in ("public", "sealed", "salt", "since"):
        for place in (0, -1):
            document = json.loads(made.keyfile.read_bytes())
            parameters = document["slots"][-1]["parameters"]
            text = list(parameters[name])
            text[place] = "0" if text[place] != "0" else "1"
            parameters[name] = "".join(text)
            content = keyfile._canonical(document | {"check": keyfile._check(document)})
            with pytest.raises(VaultError) as caught:
                opened_by_organisation_key(keyfile.parsed(content), organisation.code)
            assert type(caught.value) in {WrongSecret, KeyfileDamaged}
            tried += 1
    assert tried == 8


def test_a_slot_moved_in_from_another_vault_does_not_open(
    made: Made, escrowed: Keyfile, organisation: OrganisationKey
) -> None:
    other = escrow_slot(keyfile.new_key(), organisation.public)
    with pytest.raises(VaultError) as caught:
        opened_by_organisation_key(replace(escrowed, slots=slots.replaced(escrowed.slots, other)), organisation.code)
    assert type(caught.value) is KeyfileDamaged
    # Somebody who took the slot of this vault out and put a newly made one in hasn't the key for the whole.
    mine = escrow_slot(made.key, organisation.public)
    with refused(KeyfileTampered, made):
        opened_by_organisation_key(replace(escrowed, slots=slots.replaced(escrowed.slots, mine)), organisation.code)


def test_two_devices_compare_a_key_by_sixteen_letters(organisation: OrganisationKey) -> None:
    assert len(escrow.fingerprint(organisation.public)) == 19
    assert escrow.fingerprint(organisation.public) != escrow.fingerprint(new_organisation_key().public)
