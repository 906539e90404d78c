"""Whether a request is Slack's. The SDK's own verifier raises on some forgeries."""

import hashlib
import hmac
from collections.abc import Callable, Mapping
from datetime import datetime

TIMESTAMP, SIGNATURE = "x-slack-request-timestamp", "x-slack-signature"
TOLERANCE = 300  # seconds


class Signature:
    def __init__(self, secret: str, clock: Callable[[], datetime]) -> None:
        self._secret, self._clock = secret.encode(), clock

    def fault(self, headers: Mapping[str, str], body: bytes) -> str | None:
        """What is wrong, without any value of the request; None where it is Slack's. ``headers``
        know names in lower case."""
        timestamp, given = headers.get(TIMESTAMP), headers.get(SIGNATURE)
        if not timestamp or not given:
            return "no signature"
        if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
            return "unreadable timestamp"
        if abs(self._clock().timestamp() - int(timestamp)) > TOLERANCE:
            return "too old"
        made = hmac.digest(self._secret, b"v0:%b:%b" % (timestamp.encode(), body), hashlib.sha256)
        expected = f"v0={made.hex()}".encode()
        same = hmac.compare_digest(expected, given.encode("utf-8", "surrogateescape"))
        return None if same else "wrong signature"
