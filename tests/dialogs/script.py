"""Dialogs as tables. Each line is a person's act, or what somebody sees because of it:

resident: Milloin aurataan?          writes
resident: /kysy                      gives a command
resident: [Lähetä]                   presses the newest button of that name they can see
official: {answer_fi=Huomenna.}      fills the form that was opened to them and submits it
resident: telegram:-100> Keinuja!       writes under the newest post there
resident: telegram:-100> «ei» Joo       … under what says so
resident: telegram:-100~ «ei» Joo       changes what said so
resident: telegram:-100x «ei»           deletes it
city: numero on K-1                  the reply to the act above says this
city: !numero                        … and does not say this
resident< Huomenna.                  their private chat now shows this
telegram:-100< Ääniä 2               that chat now shows this;  "!" turns it round here too
wait: minutes=5                      time passes
"""

import re

from core.messages import Reply
from tests.stage import PEOPLE, Stage, words

_LINE = re.compile(r"^(?P<who>[^:<]+(?::-?[\w:@./]*\w)?(?: thread)?)(?P<kind>[:<])\s*(?P<what>.*)$")

_AMONG = re.compile(r"^(?P<chat>\w+:[-\w/:@.]+)(?P<how>[>~x]) ?(?:«(?P<old>.*?)»)? ?(?P<words>.*)$")


def play(stage: Stage, script: str) -> None:
    """Plays the script; AssertionError names the line that did not come true."""
    reply = Reply()
    for line in filter(None, (x.strip() for x in script.splitlines())):
        reply = _line(stage, line, reply)


def _line(stage: Stage, line: str, reply: Reply) -> Reply:
    found = _LINE.match(line)
    assert found, f"not a line of a dialog: {line!r}"
    who, kind, what = found["who"], found["kind"], found["what"]
    if who == "city":
        _expect(line, words(reply), what)
    elif kind == "<":
        _expect(line, stage.chat(who), what)
    elif who == "wait":
        name, _, n = what.partition("=")
        stage.passes(**{name: float(n)})
    else:
        assert who in PEOPLE, f"nobody is called {who!r}"
        return _act(stage, who, what)
    return reply


def _act(stage: Stage, who: str, what: str) -> Reply:
    if what.startswith("/"):
        return stage.commands(who, what)
    if what.startswith("["):
        return stage.presses(who, what.strip("[]"))
    if what.startswith("{"):
        pairs = (part.partition("=") for part in what.strip("{}").split(" | ") if part)
        return stage.submits(who, **{k.strip(): v.replace("\\n", "\n") for k, _, v in pairs})
    if among := _AMONG.match(what):
        chat, how, old, words = among.groups(default="")
        if how == ">":
            return stage.writes(who, chat, words, old)
        if how == "~":
            return stage.rewrites(who, chat, old, words)
        return stage.deletes(who, chat, old)
    return stage.says(who, what)


def _expect(line: str, seen: str, what: str) -> None:
    if what.startswith("!"):
        assert what[1:].strip() not in seen, f"{line}\n  but there is:\n{seen}"
    else:
        assert what in seen, f"{line}\n  but there is:\n{seen}"
