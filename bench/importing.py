"""A bare process that imports what a file names, a module a line, and exits."""

from __future__ import annotations

import contextlib
import importlib
import sys
from pathlib import Path

for name in Path(sys.argv[1]).read_text("utf-8").split():
    with contextlib.suppress(ImportError):
        importlib.import_module(name)
