"""What subscribers see and press."""

from collections.abc import Callable, Mapping

from core import commands
from core.city import Part
from core.desk import Turn
from core.digests import page
from core.errors import BadAction, Refusal
from core.messages import AnyBlock, Ask, Button, Choice, Form, Message, Reply, bold, rows, text
from core.model import FEW, Results, Rhythm, Subscription
from core.scene import Scene, button
from core.subscriptions import wishes
from core.texts import Texts, plain
from core.timing import Hours


def rhythm_name(t: Texts, rhythm: Rhythm) -> str:
    return {
        Rhythm.AT_ONCE: t("at once"),
        Rhythm.DAILY: t("every day"),
        Rhythm.WEEKLY: t("every week"),
    }[rhythm]


def results_name(t: Texts, results: Results) -> str:
    return {
        Results.ALL: t("of all polls"),
        Results.VOTED: t("of polls that I vote in"),
        Results.NONE: t("none of them"),
    }[results]


def quiet_name(t: Texts, hours: Hours) -> str:
    if hours[0] == hours[1]:
        return t("none")
    return f"{hours[0].hour}–{hours[1].hour}"


def card(turn: Turn) -> Message:
    """What the person gets, and the buttons to change it."""
    t, mine = turn.t, wishes.own(turn)
    title = t("Your own round-up")
    if mine is None:
        what = t(
            "I tell you here what is new: answers, polls, results. Choose how often. You may "
            "choose themes and areas afterwards, and end it by one tap."
        )
        return Message(title, (text(bold(title)), text(what), rows(*_rhythms(turn, None), width=3)))
    buttons = [
        button(t("Themes"), "sub_themes"),
        button(t("Areas"), "sub_areas"),
        button(t("Results of polls"), "sub_results"),
        button(t("Quiet hours"), "sub_quiet"),
        Button(t("End it"), "sub_stop", "danger"),
    ]
    if not turn.city.areas:
        del buttons[1]
    shown = (*summary(turn, mine), rows(*_rhythms(turn, mine), width=3), rows(*buttons, width=2))
    return Message(title, (text(bold(title)), *shown))


def summary(turn: Turn, mine: Subscription) -> list[AnyBlock]:
    t, city = turn.t, turn.city
    themes = [plain(x.name, t.language) for x in city.themes if x.id in mine.themes]
    areas = [plain(x.name, t.language) for x in city.areas if x.id in mine.areas]
    facts = [t("I tell you what is new {often}.", often=rhythm_name(t, mine.rhythm))]
    facts.append(t("Themes: {themes}", themes=", ".join(themes) or t("all")))
    if city.areas:
        facts.append(t("Areas: {areas}", areas=", ".join(areas) or t("all")))
    facts.append(t("Results of polls: {which}", which=results_name(t, mine.results)))
    facts.append(t("Quiet hours: {hours}", hours=quiet_name(t, wishes.quiet(city, mine))))
    asked = len(turn.store.followed_questions(turn.accounts))
    if asked:
        facts.append(t.plural("You follow {n} question besides: its answer comes at once.",
                              "You follow {n} questions besides: their answers come at once.",
                              asked))  # fmt: skip
    return [text("\n".join(facts))]


def _rhythms(turn: Turn, mine: Subscription | None) -> list[Button]:
    return [
        _ticked(rhythm_name(turn.t, rhythm), bool(mine and mine.rhythm is rhythm), "sub", rhythm)
        for rhythm in Rhythm
    ]


def _ticked(label: str, chosen: bool, verb: str, *args: object) -> Button:
    return button(f"✓ {label}" if chosen else label, verb, *args)


def _choices(turn: Turn, kind: str) -> Message:
    t, mine = turn.t, _mine(turn)
    known = turn.city.themes if kind == "themes" else turn.city.areas
    chosen = mine.themes if kind == "themes" else mine.areas
    verb = "sub_theme" if kind == "themes" else "sub_area"
    title = t("Which themes?") if kind == "themes" else t("Which areas?")
    made = [_ticked(plain(x.name, t.language), x.id in chosen, verb, x.id) for x in known]
    note = t("None ticked: I tell you of all of them.")
    done = rows(button(t("Done"), "subscribe", primary=True))
    return Message(title, (text(bold(title)), text(note, role="note"), rows(*made, width=2), done))


def _mine(turn: Turn) -> Subscription:
    turn.require(Part.SUBSCRIPTIONS)
    if mine := wishes.own(turn):
        return mine
    raise Refusal(turn.t("You have no round-up of your own yet."))


# --- acts ----------------------------------------------------------------------------------------


def show(turn: Turn, _: str = "") -> Reply:
    turn.require(Part.SUBSCRIPTIONS)
    if not turn.private:
        raise Refusal(turn.t("Subscribe in a private chat with me."))
    return Reply(message=card(turn))


def again(turn: Turn) -> Reply:
    reply = show(turn)
    return _shown(reply.message) if reply.message else reply


def _shown(message: Message) -> Reply:
    return Reply(message=message, replaces=True)


def press_rhythm(turn: Turn, rhythm: str) -> Reply:
    if rhythm not in tuple(Rhythm):
        raise BadAction("no such rhythm")
    wishes.keep(turn, rhythm=Rhythm(rhythm))
    return _shown(card(turn))


def press_theme(turn: Turn, id: str) -> Reply:
    mine = _mine(turn)
    wishes.keep(turn, themes=wishes.toggle(mine.themes, id, [x.id for x in turn.city.themes]))
    return _shown(_choices(turn, "themes"))


def press_area(turn: Turn, id: str) -> Reply:
    mine = _mine(turn)
    wishes.keep(turn, areas=wishes.toggle(mine.areas, id, [x.id for x in turn.city.areas]))
    return _shown(_choices(turn, "areas"))


def show_results(turn: Turn) -> Reply:
    t, mine = turn.t, _mine(turn)
    title = t("Which polls' results shall I tell you?")
    made = [
        _ticked(results_name(t, one), mine.results is one, "sub_result", one) for one in Results
    ]
    note = text(voted_note(t), role="note")
    return _shown(Message(title, (text(bold(title)), note, rows(*made, width=1))))


def voted_note(t: Texts) -> str:
    return t(
        "If you choose the polls that you vote in, I note when a poll closes that you took part, "
        "but not how you voted. The result comes as soon as it is there."
    )


def press_result(turn: Turn, which: str) -> Reply:
    _mine(turn)
    if which not in tuple(Results):
        raise BadAction("no such results")
    wishes.keep(turn, results=Results(which))
    return _shown(card(turn))


def show_quiet(turn: Turn) -> Reply:
    t, mine = turn.t, _mine(turn)
    title = t("When shall I be quiet?")
    made = [
        _ticked(_quiet_label(turn, hours), mine.quiet == hours, "sub_hours", i)
        for i, hours in enumerate(wishes.QUIET)
    ]
    return _shown(Message(title, (text(bold(title)), rows(*made, width=2))))


def _quiet_label(turn: Scene, hours: Hours | None) -> str:
    if hours is None:
        name = quiet_name(turn.t, turn.city.quiet_hours)
        return turn.t("as usual in the city: {hours}", hours=name)
    return quiet_name(turn.t, hours)


def press_hours(turn: Turn, which: str) -> Reply:
    _mine(turn)
    wishes.keep(turn, quiet=_hours(which))
    return _shown(card(turn))


def _hours(which: str) -> Hours | None:
    if not (which.isascii() and which.isdigit() and int(which) < len(wishes.QUIET)):
        raise BadAction("no such hours")
    return wishes.QUIET[int(which)]


def stop(turn: Turn, _: str = "") -> Reply:
    turn.require(Part.SUBSCRIPTIONS)
    t = turn.t
    if wishes.stop(turn):
        told = t("Done. I send you nothing more by itself.")
    else:
        told = t("Nothing was coming to you by itself.")
    again_ = t("Answers to your own questions still come. To begin anew, write /{subscribe}.",
               subscribe=commands.name_of("subscribe", t.language))  # fmt: skip
    return Reply(message=Message(told, (text(bold(told)), text(again_, role="note"))))


# --- as a form: on the page ----------------------------------------------------------------------


def form(scene: Scene, mine: Subscription | None) -> Form:
    t, city = scene.t, scene.city
    often = tuple(Choice(r.value, rhythm_name(t, r)) for r in Rhythm)
    themes = tuple(Choice(x.id, plain(x.name, t.language)) for x in city.themes)
    areas = tuple(Choice(x.id, plain(x.name, t.language)) for x in city.areas)
    none = t("None ticked: I tell you of all of them.")
    fields = [
        Ask("rhythm", t("How often"), "choice", mine.rhythm if mine else Rhythm.WEEKLY,
            choices=often),
        Ask("themes", t("Themes"), "choices", " ".join(mine.themes) if mine else "", none,
            optional=True, choices=themes),
        Ask("areas", t("Areas"), "choices", " ".join(mine.areas) if mine else "", none,
            optional=True, choices=areas),
        Ask("results", t("Results of polls"), "choice", mine.results if mine else Results.ALL,
            voted_note(t), choices=tuple(Choice(x.value, results_name(t, x)) for x in Results)),
        Ask("quiet", t("Quiet hours"), "choice",
            str(wishes.QUIET.index(mine.quiet if mine else None)),
            choices=tuple(Choice(str(i), _quiet_label(scene, x))
                          for i, x in enumerate(wishes.QUIET))),
    ]  # fmt: skip
    shown = tuple(f for f in fields if f.kind != "choices" or f.choices)
    return Form("subscribe", t("Your own round-up"), t("Save"), shown)


def submit(turn: Turn, fields: Mapping[str, str], state: str) -> Reply:
    turn.require(Part.SUBSCRIPTIONS)
    themes, areas = fields.get("themes", "").split(), fields.get("areas", "").split()
    known = {x.id for x in turn.city.themes}, {x.id for x in turn.city.areas}
    results = fields.get("results", Results.ALL)
    if (
        results not in tuple(Results)
        or fields.get("rhythm") not in tuple(Rhythm)
        or not (known[0].issuperset(themes) and known[1].issuperset(areas))
    ):
        raise BadAction("no such wish")
    wishes.keep(
        turn, rhythm=Rhythm(fields["rhythm"]), themes=tuple(dict.fromkeys(themes)),
        areas=tuple(dict.fromkeys(areas)), results=Results(results),
        quiet=_hours(fields.get("quiet", "0")),
    )  # fmt: skip
    return Reply(turn.t("Saved."))


# --- for officials -------------------------------------------------------------------------------


def counts(turn: Turn, _: str = "") -> Reply:
    """How many, by theme and by area; never who, and not where they are few."""
    turn.require(Part.SUBSCRIPTIONS)
    turn.editor()
    t, store = turn.t, turn.store
    title = t("Subscribers: {n}", n=_few(t, store.subscribers()))
    blocks: list[AnyBlock] = [text(bold(title))]
    for kind, name, known in (
        ("themes", t("Themes"), turn.city.themes),
        ("areas", t("Areas"), turn.city.areas),
    ):
        if known:
            found = store.subscribers_by(kind)
            lines = [f"{plain(x.name, t.language)}: {_few(t, found.get(x.id, 0))}" for x in known]
            lines.append(t("all of them: {n}", n=_few(t, found.get("", 0))))
            blocks.append(text("\n".join([name, *lines])))
    blocks.append(text(t("Fewer than {n} are not told apart.", n=FEW), role="note"))
    return Reply(message=Message(title, tuple(blocks)))


def _few(t: Texts, n: int) -> str:
    return t.number(n) if n >= FEW else t("fewer than {n}", n=FEW)


# --- what is sent --------------------------------------------------------------------------------


def my_digest(scene: Scene, **contents: object) -> Message:
    made = page.digest(scene, **contents)
    t = scene.t
    ways = rows(
        button(t("Change what I get"), "sub_open"), button(t("End it"), "sub_stop"), width=2
    )
    return Message(made.summary, (*made.blocks, ways))


Answer = Callable[..., Reply]
VIEWS = {"my_digest": my_digest}
COMMANDS: dict[str, Answer] = {"subscribe": show, "stop": stop}
STAFF_COMMANDS: dict[str, Answer] = {"subscribers": counts}
STAFF_WORDS = dict.fromkeys(("subscribers", "tilaajat", "prenumeranter"), "subscribers")
BUTTONS: dict[str, Answer] = {
    "subscribe": again,
    "sub_open": show,
    "sub": press_rhythm,
    "sub_themes": lambda turn: _shown(_choices(turn, "themes")),
    "sub_areas": lambda turn: _shown(_choices(turn, "areas")),
    "sub_theme": press_theme,
    "sub_area": press_area,
    "sub_results": show_results,
    "sub_result": press_result,
    "sub_quiet": show_quiet,
    "sub_hours": press_hours,
    "sub_stop": stop,
}
FORMS: dict[str, Answer] = {"subscribe": submit}
