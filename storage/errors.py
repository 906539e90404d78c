"""What can go wrong with the database itself.

StorageError
 ├─ DatabaseUnavailable   locked, full, gone: nothing was kept, the same may work in a moment
 ├─ DatabaseInUse         another process has this SQLite file
 ├─ UnsuitablePool        a pooler gives each transaction another session
 ├─ OtherKey              another process makes other pseudonyms of the same residents
 ├─ TooOld                a PostgreSQL without what we need
 ├─ SchemaMismatch        the tables are older or newer than this program
 ├─ NotEmpty              something would be written over
 ├─ CopyDiffers           a copy is not what it was made of
 └─ BackupFault           a backup cannot be made, or used
"""


class StorageError(Exception):
    """Base of the errors of the store."""


class DatabaseUnavailable(StorageError):
    """The database could not do it now. Nothing of the transaction was kept."""


class DatabaseInUse(StorageError):
    """Another process writes to the same SQLite file."""


class UnsuitablePool(StorageError):
    """Locks of a session, notifications and settings would be somebody else's the next moment."""

    def __init__(self) -> None:
        super().__init__(
            "KUULOLLA_DATABASE_URL leads to a connection pool in transaction mode (PgBouncer or"
            " alike), where a session's locks do not hold: give the database's own address, or"
            " that of a pool in session mode"
        )


class OtherKey(StorageError):
    """Two processes with two secret keys would take one resident for two."""

    def __init__(self) -> None:
        super().__init__(
            "another process on this database has another secret key, so that everybody could vote"
            " twice: give all of them the same KUULOLLA_SECRET_KEY"
        )


class TooOld(StorageError):
    """The server lacks what we count on."""


class SchemaMismatch(StorageError):
    """The tables are not those of this program. The text says what to do."""

    def __init__(self, found: str | None, wanted: str, remedy: str) -> None:
        super().__init__(f"the database is at version {found or 'none'}, not {wanted}: {remedy}")
        self.found = found
        self.wanted = wanted


class NotEmpty(StorageError):
    """What is to be filled holds something already."""

    def __init__(self) -> None:
        super().__init__("the database there is not empty: nothing was written")


class CopyDiffers(StorageError):
    """Nothing of the copy was kept."""

    def __init__(self) -> None:
        super().__init__("the copy does not hold what its source holds: it was not kept")


class BackupFault(StorageError):
    """The text says what to do."""
