"""Modals and home tabs: the `views.*` methods, and what an app may answer to a submission."""

from typing import Any

from bots.playground.slack_chat import METHODS, Method, need
from bots.playground.slack_payloads import values_of
from bots.playground.slack_rules import Surface, check_view, view_too_large
from bots.playground.slack_types import Json, SlackError
from bots.playground.slack_world import SlackWorld

STACK = 3


def build_view(world: SlackWorld, given: Any, surface: Surface, old: Json | None = None) -> Json:
    """A checked view with what Slack adds. `old` is the view that it takes the place of:
    fields keep what a person wrote where block, action and type are the same."""
    if complaints := check_view(given, surface):
        raise SlackError("invalid_arguments", complaints)
    if view_too_large(given):
        raise SlackError("view_too_large")
    external = given.get("external_id") or ""
    if external and find_view(world, external_id=external) not in (None, old):
        raise SlackError("duplicate_external_id")
    blocks = world.with_ids(given["blocks"])
    key = old["id"] if old else world.serial("V")
    app, kept = world.app, old["state"]["values"] if old else {}
    return {
        "id": key, "team_id": app.team, "app_id": app.id, "bot_id": app.bot,
        "app_installed_team_id": app.team, "root_view_id": key, "previous_view_id": None,
        "title": None, "submit": None, "close": None, "private_metadata": "", "callback_id": "",
        "clear_on_close": False, "notify_on_close": False, "submit_disabled": False,
        **given, "external_id": external, "blocks": blocks,
        "state": {"values": values_of(blocks, kept)}, "hash": world.new_ts(),
        **({name: old[name] for name in ("root_view_id", "previous_view_id")} if old else {}),
    }  # fmt: skip


def find_view(world: SlackWorld, view_id: Any = None, external_id: Any = None) -> Json | None:
    open_views = [view for stack in world.modals.values() for view in stack]
    for view in [*open_views, *world.homes.values()]:
        if view_id == view["id"] or (external_id and external_id == view["external_id"]):
            return view
    return None


def stack_of(world: SlackWorld, user: str) -> list[Json]:
    return world.modals.setdefault(user, [])


def put_on(world: SlackWorld, stack: list[Json], given: Any) -> Json:
    if len(stack) >= STACK:
        raise SlackError("push_limit_reached")
    view = build_view(world, given, "modal")
    if stack:
        view |= {"root_view_id": stack[0]["id"], "previous_view_id": stack[-1]["id"]}
    stack.append(view)
    world.touch()
    return view


def replace_view(world: SlackWorld, old: Json, given: Any) -> Json:
    view = build_view(world, given, old["type"], old)
    for stack in world.modals.values():
        stack[:] = [view if each is old else each for each in stack]
    for user, home in list(world.homes.items()):
        if home is old:
            world.homes[user] = view
    world.touch()
    return view


def open_view(world: SlackWorld, args: Json) -> Json:
    need(args, "view", "trigger_id")
    build_view(world, args["view"], "modal")
    trigger = world.spend_trigger(args["trigger_id"])
    world.modals[trigger.user] = []
    return {"view": put_on(world, world.modals[trigger.user], args["view"])}


def push_view(world: SlackWorld, args: Json) -> Json:
    need(args, "view", "trigger_id")
    build_view(world, args["view"], "modal")
    trigger = world.spend_trigger(args["trigger_id"])
    stack = stack_of(world, trigger.user)
    if trigger.view not in [view["id"] for view in stack]:
        raise SlackError("invalid_arguments", ["invalid `trigger_id`: it is not from a modal"])
    return {"view": put_on(world, stack, args["view"])}


def same_hash(args: Json, old: Json | None) -> None:
    if args.get("hash") and (old is None or args["hash"] != old["hash"]):
        raise SlackError("hash_conflict")


def update_view(world: SlackWorld, args: Json) -> Json:
    need(args, "view")
    if not args.get("view_id") and not args.get("external_id"):
        raise SlackError("invalid_arguments", ["either `view_id` or `external_id` is required"])
    old = find_view(world, args.get("view_id"), args.get("external_id"))
    if old is None:
        raise SlackError("not_found")
    same_hash(args, old)
    return {"view": replace_view(world, old, args["view"])}


def publish_view(world: SlackWorld, args: Json) -> Json:
    need(args, "view", "user_id")
    user = args["user_id"]
    if user not in world.users:
        raise SlackError("invalid_arguments", ["invalid `user_id`"])
    old = world.homes.get(user)
    same_hash(args, old)
    world.homes[user] = build_view(world, args["view"], "home", old)
    world.touch()
    return {"view": world.homes[user]}


def answer_submission(world: SlackWorld, user: str, view: Json, answer: Json | None) -> Json:
    """Does to the user's modals what the app answered. Returns the errors by block id;
    raises `SlackError` where Slack would show "We had some trouble connecting"."""
    stack, action = stack_of(world, user), (answer or {}).get("response_action")
    if not answer:
        stack[:] = [each for each in stack if each["id"] != view["id"]]
    elif action == "errors":
        return checked_errors(view, answer.get("errors"))
    elif action == "clear":
        stack.clear()
    elif action == "update":
        replace_view(world, view, answer.get("view"))
    elif action == "push":
        put_on(world, stack, answer.get("view"))
    else:
        raise SlackError("invalid_response_action")
    world.touch()
    return {}


def checked_errors(view: Json, errors: Any) -> Json:
    inputs = {block["block_id"] for block in view["blocks"] if block["type"] == "input"}
    if not isinstance(errors, dict) or not errors or not set(errors) <= inputs:
        raise SlackError("invalid_errors", ["keys of `errors` must be ids of input blocks"])
    if not all(isinstance(text, str) and text for text in errors.values()):
        raise SlackError("invalid_errors", ["each error must be a text"])
    return errors


VIEW_METHODS: dict[str, tuple[Method, tuple[str, ...]]] = {
    "views.open": (open_view, ()),
    "views.push": (push_view, ()),
    "views.update": (update_view, ()),
    "views.publish": (publish_view, ()),
}
ALL_METHODS = METHODS | VIEW_METHODS
