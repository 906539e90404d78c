"""PostgreSQL's own programs, `pg_dump` and `pg_restore`."""

import os
import shutil
import subprocess
from pathlib import Path

import sqlalchemy as sa

from storage.errors import BackupFault

MISSING = (
    "{} is not on the PATH: install PostgreSQL's client programs, of the server's version or newer"
    " (on Debian and Ubuntu: postgresql-client)"
)


class Tools:
    """The password goes by the environment: a command line is seen by everybody on the machine."""

    def __init__(self, url: sa.URL) -> None:
        self.path: str | None = None  # folders to look for them in, instead of the PATH
        self._password = url.password
        plain = url._replace(drivername="postgresql", password=None)  # `set` would leave it there
        self._database = f"--dbname={plain.render_as_string(hide_password=False)}"

    def dump(self, file: Path, snapshot: str) -> None:
        own = ("--format=custom", "--no-owner", "--no-privileges")
        self._run("pg_dump", *own, f"--snapshot={snapshot}", f"--file={file}")

    def restore(self, file: Path) -> None:
        """What is there is dropped first, in the same transaction."""
        whole = ("--single-transaction", "--exit-on-error", "--clean", "--if-exists")
        self._run("pg_restore", *whole, "--no-owner", "--no-privileges", str(file))

    def _run(self, name: str, *arguments: str) -> None:
        program = shutil.which(name, path=self.path)
        if program is None:
            raise BackupFault(MISSING.format(name))
        env = dict(os.environ)
        if self._password is not None:
            env["PGPASSWORD"] = str(self._password)
        command = (program, self._database, *arguments)
        ended = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
        if ended.returncode:
            told = " ".join(ended.stderr.split())[-500:]
            raise BackupFault(f"{name} did not succeed: {told}.{_remedy(told)}")


def _remedy(told: str) -> str:
    newer = "Install PostgreSQL's client programs of the server's version or newer."
    return f" {newer}" if "version mismatch" in told else ""
