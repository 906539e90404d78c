"""Who may import whom, checked on the source. The picture is in docs/architecture.md."""

import ast
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
HOUSE = frozenset({"bots", "config", "core", "storage"})
COMMANDS = frozenset(
    {"bots.cli", "bots.statements_cli", "bots.survey_cli", "bots.upkeep", "bots.verify"}
)
SEES_EVERYTHING = COMMANDS | {"bots.app", "bots.channels", "bots.__main__"}
LOADS_ON_DEMAND = {
    "storage",  # psycopg, which SQLite has no need of
    "storage.schema",  # Alembic, 10 MB: a start runs migrations but once
    "core.personal_data",  # python-stdnum and phonenumbers, 10 MB: from the first question on
}
HANDED_PORTS = frozenset(
    {"bots.courier", "bots.duties", "bots.intake", "bots.parcels", "bots.timetable"}
)
ANYTHING = None

LANGUAGE = frozenset({"babel", "holidays", "phonenumbers", "rapidfuzz", "simplemma", "stdnum"})
PURE = LANGUAGE | {"cryptography", "msgspec", "numpy", "scipy", "yaml"}
DATABASE = frozenset({"alembic", "psycopg", "sqlalchemy"})
SDKS = {
    "telegram": frozenset({"telegram"}),
    "slack": frozenset({"slack_bolt", "slack_sdk"}),
    "teams": frozenset({"microsoft_agents", "msal"}),
}
ALL_SDKS = frozenset().union(*SDKS.values())
STANDINS = frozenset({"aiohttp", "cryptography"})  # they sign as the platforms do
SERVICE = DATABASE | {"apscheduler", "pydantic_settings"}


@dataclass(frozen=True)
class Rule:
    """What one module may import: parts of this house, and of the packages of others."""

    house: frozenset[str]
    only: frozenset[str] | None = ANYTHING
    never: frozenset[str] = frozenset()

    def forbids(self, target: str) -> bool:
        root = target.partition(".")[0]
        if root in HOUSE:
            return not any(within(target, part) for part in self.house)
        if root in sys.stdlib_module_names:
            return False
        return root in self.never or (self.only is not ANYTHING and root not in self.only)


def rule_for(module: str) -> Rule | None:
    """None: the module sees everything."""
    if module in SEES_EVERYTHING:
        return None
    match module.split("."):
        case ["core", *_]:
            return Rule(frozenset({"core"}), only=PURE)
        case ["storage", *_]:
            return Rule(frozenset({"core", "storage"}), never=ALL_SDKS | {"aiohttp"})
        case ["config", *_]:
            return Rule(frozenset({"core", "config"}), never=ALL_SDKS | {"aiohttp"} | DATABASE)
        case ["bots", "playground", *_]:
            return Rule(frozenset({"core", "bots.playground"}), only=STANDINS)
        case ["bots", name, *_] if name in channels():
            others = ALL_SDKS - SDKS.get(name, frozenset())
            return Rule(frozenset({"core", "bots.lines", f"bots.{name}"}), never=others | SERVICE)
    if module in HANDED_PORTS:
        return Rule(frozenset({"core", "bots.parcels"}), never=ALL_SDKS | DATABASE)
    shared = frozenset(name for name in plain_modules() if name not in SEES_EVERYTHING)
    return Rule(shared | {"core"}, never=ALL_SDKS | DATABASE)


def channels() -> set[str]:
    """Every folder in bots is a channel, except the stand-ins."""
    folders = (path.parent.name for path in (ROOT / "bots").glob("*/*.py"))
    return {"telegram", "slack", "teams", "web", *folders} - {"playground"}


def plain_modules() -> set[str]:
    return {f"bots.{path.stem}" for path in (ROOT / "bots").glob("*.py")} - {"bots.__init__"}


def within(name: str, part: str) -> bool:
    return name == part or name.startswith(part + ".")


def sources() -> Iterator[tuple[str, bool, str]]:
    """Module name, whether it is a package, and text, of every file of the house."""
    for part in sorted(HOUSE):
        for path in sorted((ROOT / part).rglob("*.py")):
            names = path.relative_to(ROOT).with_suffix("").parts
            package = names[-1] == "__init__"
            yield ".".join(names[:-1] if package else names), package, path.read_text("utf-8")


def imports(tree: ast.Module, module: str, package: bool) -> Iterator[tuple[int, str]]:
    """Line and absolute name of all that is imported; `from a import b` counts as `a.b`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            up = node.level - 1 if package else node.level
            parts = module.split(".")
            base = parts[: len(parts) - up] if node.level else []
            base += node.module.split(".") if node.module else []
            yield from ((node.lineno, ".".join([*base, alias.name])) for alias in node.names)


def forbidden_imports(text: str, module: str, package: bool = False) -> list[str]:
    rule = rule_for(module)
    if rule is None:
        return []
    found = imports(ast.parse(text), module, package)
    return [f"{module}:{line} imports {name}" for line, name in found if rule.forbids(name)]


def hidden_imports(text: str, module: str) -> list[str]:
    """Imports inside functions and classes: only where something heavy is loaded on demand."""
    if module in SEES_EVERYTHING | LOADS_ON_DEMAND:
        return []
    scopes = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    lines = {
        inner.lineno
        for outer in ast.walk(ast.parse(text))
        if isinstance(outer, scopes)
        for inner in ast.walk(outer)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    }
    return [f"{module}:{line} imports inside a function or class" for line in sorted(lines)]


def environment_reads(text: str, module: str) -> list[str]:
    """Reads of the environment, or settings built, by merely importing the module."""
    tree = ast.parse(text)
    names = {"os.environ", "os.environb", "os.getenv"}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            systems = {alias.asname for alias in node.names if alias.name == "os" and alias.asname}
            names |= {f"{system}.{what}" for system in systems for what in ("environ", "getenv")}
        elif isinstance(node, ast.ImportFrom) and node.module == "os":
            what = {"environ", "environb", "getenv"}
            names |= {alias.asname or alias.name for alias in node.names if alias.name in what}
    return [
        f"{module}:{node.lineno} reads the environment at import"
        for node in run_at_import(tree.body)
        if (isinstance(node, ast.Attribute | ast.Name) and ast.unparse(node) in names)
        or (isinstance(node, ast.Call) and ast.unparse(node.func).endswith("Settings"))
    ]


def run_at_import(nodes: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """Everything but the bodies of functions; their decorators and defaults do run."""
    for node in nodes:
        yield node
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                yield from run_at_import([*node.decorator_list, node.args])
            case ast.Lambda():
                yield from run_at_import([node.args])
            case _:
                yield from run_at_import(ast.iter_child_nodes(node))


def test_every_part_of_the_house_is_looked_at() -> None:
    assert {module.partition(".")[0] for module, _, _ in sources()} == HOUSE


def test_modules_import_only_what_they_may() -> None:
    assert [
        fault
        for module, package, text in sources()
        for fault in forbidden_imports(text, module, package)
    ] == []


def test_imports_stand_at_the_top() -> None:
    assert [fault for module, _, text in sources() for fault in hidden_imports(text, module)] == []


def test_only_the_workers_that_draw_load_what_draws() -> None:
    """It would weigh more than all the rest of the service."""
    heavy = ("matplotlib", "PIL", "bots.charts", "bots.picture_worker")
    found = [
        module
        for module, package, text in sources()
        for _, name in imports(ast.parse(text), module, package)
        if any(within(name, each) for each in heavy)
    ]
    assert set(found) == {"bots.charts", "bots.picture_worker"}


def test_nothing_reads_the_environment_at_import() -> None:
    assert [
        fault for module, _, text in sources() for fault in environment_reads(text, module)
    ] == []


def test_every_channel_has_the_same_shape() -> None:
    folders = [ROOT / "bots" / name for name in sorted(channels())]
    files = ("adapter.py", "parse.py", "render.py")
    assert [
        f"bots/{folder.name}/{file} is missing"
        for folder in folders
        if folder.is_dir()
        for file in files
        if not (folder / file).is_file()
    ] == []


@pytest.mark.parametrize(
    ("module", "text"),
    [
        ("core.polls", "import sqlalchemy"),
        ("core.polls", "from storage import Store"),
        ("core.polls", "if True:\n    import aiohttp.web"),
        ("core.polls", "def late():\n    import telegram"),
        ("storage.polls", "from config.settings import Settings"),
        ("storage.polls", "from bots import courier"),
        ("config.settings", "import storage"),
        ("bots.telegram.adapter", "from ..slack import render"),
        ("bots.telegram.adapter", "from .. import app"),
        ("bots.telegram.adapter", "import slack_sdk"),
        ("bots.slack.parse", "from bots.app import run"),
        ("bots.teams.adapter", "from storage.store import Store"),
        ("bots.web.adapter", "import config"),
        ("bots.courier", "from storage import Store"),
        ("bots.courier", "from .telegram import adapter"),
        ("bots.intake", "import sqlalchemy.orm"),
        ("bots.server", "from .app import build"),
        ("bots.playground.telegram", "from bots.telegram.parse import event"),
        ("bots.playground.slack", "import slack_sdk"),
    ],
)
def test_a_forbidden_import_is_found(module: str, text: str) -> None:
    assert len(forbidden_imports(text, module)) == 1


@pytest.mark.parametrize(
    ("module", "text"),
    [
        ("core.polls", "import re, babel.dates\nfrom . import texts\nfrom core import events"),
        ("storage.polls", "from sqlalchemy import select\nfrom core import polls"),
        ("bots.telegram.adapter", "import aiohttp, telegram.ext\nfrom .render import text"),
        ("bots.slack.adapter", "from bots.slack import parse\nfrom core.messages import Message"),
        ("bots.courier", "from core.ports import Store"),
        ("bots.app", "from .telegram import adapter\nimport storage, config, sqlalchemy"),
    ],
)
def test_a_permitted_import_is_not(module: str, text: str) -> None:
    assert forbidden_imports(text, module) == []


def test_a_relative_import_starts_at_the_package() -> None:
    text = "from . import store\nfrom ..config import city"
    assert forbidden_imports(text, "storage.tables") == ["storage.tables:2 imports config.city"]
    package = "from .polls import Polls\nfrom .. import config"
    assert forbidden_imports(package, "storage", package=True) == ["storage:2 imports config"]


@pytest.mark.parametrize(
    "text",
    [
        "def late():\n    import json",
        "class Late:\n    from json import dumps",
        "async def late():\n    if True:\n        import json",
    ],
)
def test_a_hidden_import_is_found(text: str) -> None:
    assert hidden_imports(text, "core.polls")
    assert hidden_imports(text, "bots.app") == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("import os\nTOKEN = os.environ['TOKEN']", 1),
        ("import os as system\nTOKEN = system.getenv('TOKEN')", 1),
        ("from os import environ as env\nTOKEN = env.get('TOKEN')", 1),
        ("import os\nclass City:\n    name = os.getenv('NAME')", 1),
        ("import os\ndef start(port=os.environ['PORT']): ...", 1),
        ("settings = Settings()", 1),
        ("import os\ndef start():\n    return os.environ['PORT'], Settings()", 0),
        ("import os\nread = lambda: os.environ", 0),
    ],
)
def test_an_early_look_at_the_environment_is_found(text: str, found: int) -> None:
    assert len(environment_reads(text, "config.settings")) == found
