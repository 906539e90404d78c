"""A backup is one zip file: what the engine dumped, and a manifest that says what it is.

The secret key is not in it: who finds a backup should not be able to link votes to accounts. The
manifest holds a mark of the key, so that a restore can tell whether it is the same.
"""

import hashlib
import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile

import msgspec

from storage import schema
from storage.database import Database
from storage.errors import BackupFault
from storage.figures import figures

FORMAT = 1
MANIFEST = "manifest.json"
DUMP = "dump"
LARGEST_MANIFEST = 64 * 1024
CHUNK = 1024 * 1024


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """``rows`` and ``figures`` (a digest) say what a restored database holds; ``key`` is the mark
    of the secret key, "" where none was known."""

    format: int
    program: str
    schema: str
    engine: str
    made_at: datetime
    size: int
    sha256: str
    rows: Mapping[str, int]
    figures: str
    key: str = ""


def back_up(database: Database, file: Path, *, program: str, at: datetime, key: str) -> Manifest:
    """Beside a running service. ``file`` is there whole in the end, or not at all; one that is
    there already is left alone."""
    database.check()
    if file.exists():
        raise BackupFault(f"{file} is there already: give the backup another name")
    with TemporaryDirectory(prefix=".kuulolla-backup-", dir=file.parent) as folder:
        dump, draft = Path(folder, DUMP), Path(folder, "draft")
        with database.reading() as store:
            found = figures(store)
            database.dump(store, dump)
        manifest = Manifest(
            format=FORMAT,
            program=program,
            schema=schema.wanted(),
            engine=database.engine,
            made_at=at,
            size=dump.stat().st_size,
            sha256=_sha256(dump),
            rows=found.rows,
            figures=found.digest(),
            key=key,
        )
        _pack(draft, manifest, dump)
        try:
            os.link(draft, file)
        except FileExistsError:
            raise BackupFault(f"{file} was made by somebody else meanwhile") from None
    return manifest


def restore(database: Database, file: Path, *, replace: bool) -> Manifest:
    """BackupFault where the file is not whole, or of another engine or version; NotEmpty where
    ``database`` holds something and is not to be replaced."""
    try:
        with ZipFile(file) as archive, TemporaryDirectory(dir=file.parent) as folder:
            manifest = _manifest(archive)
            _require(manifest, database)
            dump = Path(folder, DUMP)
            _unpack(archive, manifest, dump)
            database.load(dump, replace=replace)
    except (BadZipFile, KeyError, EOFError, NotImplementedError) as error:
        raise BackupFault(f"{file} is no whole backup of Kuulolla: take another one") from error
    with database.reading() as store:
        if figures(store).digest() != manifest.figures:
            raise BackupFault("what was restored is not what the backup was made of")
    return manifest


def _require(manifest: Manifest, database: Database) -> None:
    made = f"the backup is of {manifest.engine}, version {manifest.schema}"
    if manifest.engine != database.engine:
        raise BackupFault(
            f"{made}, and this database is {database.engine}: restore it into {manifest.engine},"
            " then `kuulolla copy-database --to` this one"
        )
    if manifest.schema != schema.wanted():
        raise BackupFault(
            f"{made}, and this program's is {schema.wanted()}: install Kuulolla"
            f" {manifest.program}, restore with it, then upgrade and run `kuulolla migrate`"
        )


def _manifest(archive: ZipFile) -> Manifest:
    with archive.open(MANIFEST) as file:
        written = file.read(LARGEST_MANIFEST + 1)
    try:
        manifest = msgspec.json.decode(written, type=Manifest)
    except msgspec.DecodeError:
        raise BackupFault("the backup's manifest cannot be read: take another backup") from None
    if manifest.format != FORMAT:
        raise BackupFault(f"the backup was made by Kuulolla {manifest.program}: restore with it")
    return manifest


def _pack(file: Path, manifest: Manifest, dump: Path) -> None:
    handle = os.open(file, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
    with os.fdopen(handle, "w+b") as raw:
        with ZipFile(raw, "w", ZIP_DEFLATED, compresslevel=1) as archive:
            archive.writestr(MANIFEST, msgspec.json.format(msgspec.json.encode(manifest)))
            archive.write(dump, DUMP)
        raw.flush()
        os.fsync(raw.fileno())


def _unpack(archive: ZipFile, manifest: Manifest, dump: Path) -> None:
    """Not a byte more than the manifest promises."""
    digest, left = hashlib.sha256(), manifest.size
    with archive.open(DUMP) as packed, open(dump, "xb") as file:
        while left >= 0 and (chunk := packed.read(min(CHUNK, left + 1))):
            digest.update(chunk)
            file.write(chunk)
            left -= len(chunk)
    if left or digest.hexdigest() != manifest.sha256:
        raise BackupFault("the backup was damaged (its checksum differs): take another one")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
