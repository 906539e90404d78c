"""Who residents are to us: pseudonyms made with the city's secret, never names."""

import base64
import hmac
from hashlib import blake2b

from cryptography.fernet import Fernet

from core.events import Address

PULLED = frozenset({"web"})
"""Channels that residents come to by themselves: there is no way to write to them there."""


class Keyring:
    """Keys derived from the city's one secret (32 bytes at least; ValueError otherwise)."""

    def __init__(self, secret: bytes) -> None:
        if len(secret) < 32:
            raise ValueError("the secret key has fewer than 32 bytes")
        self._person = hmac.digest(secret, b"kuulolla person", "sha256")
        sealing = hmac.digest(secret, b"kuulolla contact", "sha256")
        self._box = Fernet(base64.urlsafe_b64encode(sealing))
        self._digests = hmac.digest(secret, b"kuulolla digest", "sha256")
        self.cookie_key = hmac.digest(secret, b"kuulolla cookie", "sha256")

    def resident(self, channel: str, account: str) -> str:
        """The pseudonym of an account: 32 hex digits."""
        return _code(self._person, f"{channel}:{account}").hex()

    def digest(self, purpose: str, code: str) -> bytes:
        """What is kept of a code that somebody will show us: 16 bytes. Keyed, for short codes
        could be found by trying them all."""
        return _code(self._digests, f"{purpose}:{code}")

    def seal(self, text: str) -> str:
        return self._box.encrypt(text.encode()).decode()

    def open(self, sealed: str) -> str:
        """cryptography.fernet.InvalidToken where it was sealed with another secret key."""
        return self._box.decrypt(sealed.encode()).decode()


def voter(poll_key: bytes, resident: str) -> bytes:
    """A resident's pseudonym in one poll: 16 bytes, unlinkable once the key is destroyed."""
    return _code(poll_key, resident)


def _code(key: bytes, name: str) -> bytes:
    """BLAKE2's own keyed mode: a message authentication code at a third of an HMAC's price."""
    return blake2b(name.encode(), key=key, digest_size=16).digest()


def private_chat(channel: str, resident: str) -> Address:
    """The address that stands for a resident's private chat in the outbox."""
    return Address(channel, f"~{resident}")


def resident_of(address: Address) -> str | None:
    """The resident behind a `private_chat` address."""
    return address.chat[1:] if address.chat.startswith("~") else None
