"""The city's one secret, that pseudonyms and cookies are made with."""

import hashlib
import os
import secrets
from pathlib import Path

from config.faults import ConfigFault, Fault
from config.fields import PREFIX, SHORTEST_KEY, Settings


def secret_key(settings: Settings) -> bytes:
    """The key that pseudonyms are made with. On the first start it is made and kept, for its owner
    only; of several processes that start at once, all get the same. Losing it loses the voters'
    pseudonyms: back it up with the database."""
    if settings.secret_key:
        return settings.secret_key.get_secret_value().encode()
    path = settings.database_folder / "secret.key"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            _create_key(path)
        key = path.read_bytes().strip()
    except OSError as error:
        remedy = f"Give the service the right to write there, or set {PREFIX}SECRET_KEY."
        fault = Fault(str(path), f"cannot be used ({error.strerror}).", remedy)
        raise ConfigFault([fault]) from None
    if len(key) < SHORTEST_KEY:
        remedy = "Bring it back from a backup; without one, delete it and a new one is made."
        raise ConfigFault([Fault(str(path), f"has fewer than {SHORTEST_KEY} bytes.", remedy)])
    return key


def key_mark(settings: Settings) -> str:
    """Tells one key from another and gives none away: 32 bits of a hash. "" where none is made."""
    if settings.secret_key or (settings.database_folder / "secret.key").exists():
        key = secret_key(settings)
        return hashlib.sha256(b"kuulolla's mark of " + key).hexdigest()[:8]
    return ""


def _create_key(path: Path) -> None:
    """Written whole under another name first: a reader sees all of it, or nothing."""
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_hex(32) + "\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass  # another process was first
    finally:
        draft.unlink()
