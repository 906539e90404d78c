"""How a call fails before Telegram answers it."""

from telegram.error import NetworkError, TimedOut


class NotSent(NetworkError):
    """The request never left this machine, so that repeating it is safe."""

    __slots__ = ()


class NotSentInTime(NotSent, TimedOut):
    """No connection could be had in time; the request was not sent."""

    __slots__ = ()


class NoAnswer(NetworkError):
    """The connection broke after the request was written; it may have been carried out."""

    __slots__ = ()
