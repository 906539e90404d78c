"""Pages that were rendered once, with gaps for what is a reader's own and what each vote changes.

Nothing personal is kept: what goes into the gaps is not, and a mould serves whoever's page is the
same around them.
"""

import re
import secrets
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from typing import Any

from markupsafe import escape

MOST = 256

Fill = Mapping[str, Callable[[], str]]
"""By gap's name; Markup goes in as it is, other text is escaped."""


class Moulds:
    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._sign = secrets.token_hex(16)  # no text can hold it: it never leaves this process
        self._gaps = re.compile(f"{self._sign}([a-z]+){self._sign}")
        self._kept: OrderedDict[Hashable, tuple[Mapping[str, Any], list[str]]] = OrderedDict()

    def gap(self, name: str) -> str:
        """What to render where the gap ``name`` (lower case letters) shall be."""
        return f"{self._sign}{name}{self._sign}"

    def pour(
        self, key: Hashable, context: Mapping[str, Any], render: Callable[[], str], fill: Fill
    ) -> str:
        """``render`` gives the page with its gaps: asked again only where the page of this
        ``key`` was made of another ``context``."""
        kept = self._kept.get(key)
        if kept is None or kept[0] != context:
            kept = self._kept[key] = context, self._gaps.split(render())
            if len(self._kept) > self._most:
                self._kept.popitem(last=False)
        self._kept.move_to_end(key)
        parts = list(kept[1])
        made: dict[str, str] = {}
        for i in range(1, len(parts), 2):
            name = parts[i]
            if name not in made:
                made[name] = str(escape(fill[name]()))
            parts[i] = made[name]
        return "".join(parts)
