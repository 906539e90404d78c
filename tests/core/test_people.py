import pytest
from cryptography.fernet import InvalidToken

from core.events import Address
from core.people import Keyring, private_chat, resident_of, voter

KEYS = Keyring(b"a" * 32)


def test_pseudonyms_differ_by_account_channel_and_secret():
    other = Keyring(b"b" * 32)
    names = {
        KEYS.resident("telegram", "1"),
        KEYS.resident("telegram", "2"),
        KEYS.resident("web", "1"),
        other.resident("telegram", "1"),
    }
    assert len(names) == 4
    assert KEYS.resident("telegram", "1") == Keyring(b"a" * 32).resident("telegram", "1")


def test_voters_cannot_be_linked_between_polls():
    assert voter(b"k" * 32, "r") != voter(b"l" * 32, "r")


def test_a_sealed_address_opens_with_the_same_secret_only():
    sealed = KEYS.seal("telegram:1")
    assert "telegram" not in sealed
    assert KEYS.open(sealed) == "telegram:1"
    with pytest.raises(InvalidToken):
        Keyring(b"b" * 32).open(sealed)


def test_a_short_secret_is_refused():
    with pytest.raises(ValueError, match="32 bytes"):
        Keyring(b"short")


def test_the_address_of_a_private_chat():
    assert resident_of(private_chat("telegram", "ab")) == "ab"
    assert resident_of(Address("telegram", "-100")) is None
