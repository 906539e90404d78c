"""The Bot Connector's tokens: RS256, with keys of the stand-in's own, and the documents by which a
bot finds them."""

import base64
import json
from typing import Any

from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256

Json = dict[str, Any]
ISSUER = "https://api.botframework.com"
CHANNEL = "msteams"


class SigningKey:
    """``endorsements`` are the channels that tokens of this key may speak for."""

    def __init__(self, id: str, endorsements: tuple[str, ...] = (CHANNEL,)) -> None:
        self.id, self.endorsements = id, endorsements
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    def jwk(self) -> Json:
        numbers = self._key.public_key().public_numbers()
        return {
            "kty": "RSA", "use": "sig", "alg": "RS256", "kid": self.id, "n": _number(numbers.n),
            "e": _number(numbers.e), "endorsements": list(self.endorsements),
        }  # fmt: skip

    def sign(self, claims: Json, **header: Any) -> str:
        """``header`` goes over the usual one, for tokens that are wrong on purpose."""
        made = {"typ": "JWT", "alg": "RS256", "kid": self.id, **header}
        head = f"{_encoded(made)}.{_encoded(claims)}"
        signature = self._key.sign(head.encode(), padding.PKCS1v15(), SHA256())
        return f"{head}.{_url64(signature)}"


def unsigned(claims: Json, key: str) -> str:
    """A token of the algorithm ``none``."""
    return f"{_encoded({'typ': 'JWT', 'alg': 'none', 'kid': key})}.{_encoded(claims)}."


def openid_configuration(issuer: str, keys_url: str) -> Json:
    return {
        "issuer": issuer, "jwks_uri": keys_url,
        "id_token_signing_alg_values_supported": ["RS256"],
        "token_endpoint_auth_methods_supported": ["private_key_jwt"],
    }  # fmt: skip


def _encoded(value: Json) -> str:
    return _url64(json.dumps(value, separators=(",", ":")).encode())


def _number(n: int) -> str:
    return _url64(n.to_bytes((n.bit_length() + 7) // 8, "big"))


def _url64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
