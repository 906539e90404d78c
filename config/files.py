"""A setting's value that is kept in a file: how Docker and Kubernetes hand secrets over."""

import os
import stat
from pathlib import Path

LARGEST = 64 * 1024


class Unusable(Exception):
    """What is wrong with the file, and how it is put right. Never holds what is in it."""

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(what)
        self.what = what
        self.remedy = remedy


def content(path: Path) -> str:
    """Its text, without blanks around it. Of a file that is no file (a pipe, a device) nothing is
    read: it might never end."""
    try:
        with open(os.open(path, os.O_RDONLY | os.O_NONBLOCK), "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise Unusable("names what is no file.", "Name the file itself.")
            data = file.read(LARGEST + 1)
    except FileNotFoundError:
        raise Unusable("names a file that is not there.", "Check the path.") from None
    except IsADirectoryError:
        raise Unusable("names what is no file.", "Name the file itself.") from None
    except (OSError, ValueError):
        raise Unusable("names a file that cannot be read.", "Check its rights.") from None
    if len(data) > LARGEST:
        raise Unusable(f"names a file of more than {LARGEST // 1024} KiB.", "Name the right one.")
    try:
        text = data.decode().strip()
    except UnicodeDecodeError:
        raise Unusable("names a file that is no text.", "It holds the value, in UTF-8.") from None
    if not text:
        raise Unusable("names an empty file.", "Write the value into it.")
    return text
