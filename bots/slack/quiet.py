"""The SDK's own log, made fit to keep: it prints messages, tickets of sockets and response URLs."""

import logging
import re

_SECRET = re.compile(r"(?:xox[a-z]|xapp|xwfp)[-.][\w.-]+|\b(?:wss?|https?)://\S+")


class _Redact(logging.Filter):
    """One short line without tokens and addresses; tracebacks print what they were given."""

    def filter(self, record: logging.LogRecord) -> bool:
        line = record.getMessage().partition("\n")[0]
        record.msg, record.args = _SECRET.sub("…", line)[:200], ()
        record.exc_info = record.exc_text = None
        return True


def sdk_log() -> logging.Logger:
    """Never below WARNING, whatever the root logger says. Bolt copies level and filter."""
    log = logging.getLogger("bots.slack.sdk")
    log.setLevel(logging.WARNING)
    if not log.filters:
        log.addFilter(_Redact())
    return log
