"""One-time codes: readable by people, and nothing else passes for one."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.codes import ALPHABET, BadInvitation, Code, Invitation, MistypedCode, server_address

CODES = st.binary(min_size=16, max_size=16).map(Code)


@given(CODES)
def test_a_code_survives_being_read_aloud_and_typed(code: Code) -> None:
    assert Code.parse(code.text) == code
    assert Code.parse("  " + code.text.lower().replace("-", " ").replace("0", "o").replace("1", "l")) == code


@given(CODES, st.integers(0, 25), st.sampled_from(ALPHABET))
def test_a_wrong_letter_is_found_out(code: Code, place: int, letter: str) -> None:
    letters = code.text.replace("-", "")
    typed = letters[:place] + letter + letters[place + 1 :]
    if typed == letters:
        assert Code.parse(typed) == code
        return
    with contextlib.suppress(MistypedCode):
        # The checksum has ten bits: about one in a thousand slips through, and then the server knows no such code.
        assert Code.parse(typed) != code


def test_nearly_all_single_mistakes_are_found_out() -> None:
    letters = Code(bytes(range(16))).text.replace("-", "")
    slipped = 0
    for place in range(len(letters)):
        for letter in ALPHABET.replace(letters[place], ""):
            try:
                Code.parse(letters[:place] + letter + letters[place + 1 :])
                slipped += 1
            except MistypedCode:
                pass
    assert slipped <= 5


@pytest.mark.parametrize("text", ["", "ABC", "U" * 28, "é" * 28, "0" * 29, "٣" * 28])
def test_what_is_no_code_is_mistyped(text: str) -> None:
    with pytest.raises(MistypedCode):
        Code.parse(text)


def test_what_is_derived_differs_and_stays() -> None:
    code = Code(bytes(16))
    derived = {code.lookup, code.proof.hex(), code.package_key.hex(), code.proof_hash.hex(), code.secret.hex()}
    assert len(derived) == 5
    assert Code.parse(code.text).lookup == code.lookup


def test_a_code_does_not_show_itself() -> None:
    code = Code.new()
    assert code.text not in repr(Invitation("https://server", code))


@pytest.mark.parametrize(
    ("server", "kept"),
    [
        ("https://wor.example", "https://wor.example"),
        ("https://wor.example/", "https://wor.example"),
        ("http://127.0.0.1:8440", "http://127.0.0.1:8440"),
        ("http://[::1]:8440", "http://[::1]:8440"),
        ("https://wor.example/central/", "https://wor.example/central"),
    ],
)
def test_an_invitation_brings_server_and_code(server: str, kept: str) -> None:
    code = Code.new()
    assert Invitation.parse(Invitation(server, code).text) == Invitation(kept, code)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "wor.example/",
        "ftp://wor.example/",
        "https:///",
        "https://a:b@wor.example/",
        "https://x:99999/",
        "https://[/",
    ],
)
def test_another_address_is_no_invitation(address: str) -> None:
    with pytest.raises(BadInvitation):
        Invitation.parse(f"{address}#{Code.new().text}")


def test_an_address_without_code_is_no_invitation() -> None:
    with pytest.raises(BadInvitation):
        Invitation.parse("https://wor.example/")


@pytest.mark.parametrize(
    "address", ["http://wor.example", "http://192.168.1.7:8440", "ftp://wor.example", "wor.example"]
)
def test_an_address_without_tls_is_only_this_machine(address: str) -> None:
    with pytest.raises(BadInvitation):
        server_address(address)


@pytest.mark.parametrize(
    "address", ["https://wor.example", "http://127.0.0.1:8440", "http://localhost", "http://[::1]:1"]
)
def test_an_address_with_tls_or_on_this_machine_is_taken(address: str) -> None:
    assert server_address(f" {address}/ ") == address
