"""Web API methods on messages, channels and people. Each takes the world and the arguments,
and returns what stands beside `"ok": true`, or raises `SlackError`."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from bots.playground.slack_payloads import channel_object, message_object, user_object
from bots.playground.slack_rules import blocks_too_long, check_blocks
from bots.playground.slack_types import Channel, Json, Message, SlackError
from bots.playground.slack_world import SlackWorld

Method = Callable[[SlackWorld, Json], Json]

POST_TEXT, UPDATE_TEXT = 40_000, 4_000


def need(args: Mapping[str, Any], *names: str) -> list[str]:
    """The named arguments as strings; Slack's complaint where one is missing."""
    missing = [name for name in names if not args.get(name)]
    if missing:
        raise SlackError(
            "invalid_arguments", [f"[ERROR] missing required field: {name}" for name in missing]
        )
    return [str(args[name]) for name in names]


def find_channel(world: SlackWorld, args: Mapping[str, Any]) -> Channel:
    (key,) = need(args, "channel")
    channel = world.channels.get(key)
    hidden = channel and (channel.private or channel.im) and world.app.user not in channel.members
    if channel is None or hidden:
        raise SlackError("channel_not_found")
    return channel


def open_channel(world: SlackWorld, args: Mapping[str, Any]) -> Channel:
    """Where the app may post: a user id means that user's direct conversation."""
    (key,) = need(args, "channel")
    if key in world.users:
        channel = world.direct(key)
    else:
        channel = find_channel(world, args)
    if channel.archived:
        raise SlackError("is_archived")
    public = "chat:write.public" in (world.app.scopes or ())
    if world.app.user not in channel.members and not public:
        raise SlackError("not_in_channel")
    return channel


def content(args: Mapping[str, Any], most: int) -> Json:
    """The checked fields of a message that say something."""
    text, blocks = args.get("text") or "", args.get("blocks") or []
    if not isinstance(text, str):
        raise SlackError("invalid_arguments", ["[ERROR] must be a string [json-pointer:/text]"])
    if not text and not blocks and not args.get("attachments"):
        raise SlackError("no_text")
    if len(text) > most:
        raise SlackError("msg_too_long")
    return {"text": text, "blocks": checked(blocks)}


def checked(blocks: Any) -> list[Json]:
    if not isinstance(blocks, list):
        raise SlackError("invalid_blocks_format")
    if complaints := check_blocks(blocks, "message"):
        raise SlackError("invalid_blocks", complaints, errors=complaints)
    if blocks_too_long(blocks):
        raise SlackError("msg_blocks_too_long")
    return list(blocks)


def loose(args: Mapping[str, Any]) -> bool:
    return args.get("parse") == "full" or truthy(args.get("link_names"))


def truthy(value: Any) -> bool:
    return value in (True, 1, "1", "true", "True")


def thread_of(world: SlackWorld, channel: Channel, args: Mapping[str, Any]) -> str | None:
    if not args.get("thread_ts"):
        return None
    parent = world.find(channel.id, str(args["thread_ts"]))
    if parent is None:
        raise SlackError("thread_not_found")
    if parent.thread_ts not in (None, parent.ts):
        raise SlackError("cannot_reply_to_message")
    return parent.ts


def from_app(world: SlackWorld, channel: str, **fields: Any) -> Message:
    app = world.app
    return Message(channel, world.new_ts(), app.user, bot_id=app.bot, **fields)


def post_message(world: SlackWorld, args: Json) -> Json:
    channel = open_channel(world, args)
    message = from_app(
        world, channel.id, **content(args, POST_TEXT), thread_ts=thread_of(world, channel, args),
        metadata=args.get("metadata"), username=args.get("username"), loose=loose(args),
        broadcast=truthy(args.get("reply_broadcast")),
    )  # fmt: skip
    world.put(message)
    return {"channel": channel.id, "ts": message.ts, "message": message_object(world, message)}


def post_ephemeral(world: SlackWorld, args: Json) -> Json:
    channel = open_channel(world, args)
    (user,) = need(args, "user")
    if user not in channel.members:
        raise SlackError("user_not_in_channel")
    thread = thread_of(world, channel, args)
    message = from_app(
        world, channel.id, **content(args, POST_TEXT), thread_ts=thread, only_for=user
    )
    world.put(message)
    return {"message_ts": message.ts}


def own_message(world: SlackWorld, args: Json, refusal: str) -> Message:
    channel = find_channel(world, args)
    (ts,) = need(args, "ts")
    message = world.find(channel.id, ts)
    if message is None:
        raise SlackError("message_not_found")
    if message.bot_id != world.app.bot:
        raise SlackError(refusal)
    if channel.archived:
        raise SlackError("is_inactive")
    return message


def update(world: SlackWorld, args: Json) -> Json:
    """Blocks that are not given stay; `[]` removes them."""
    message = own_message(world, args, "cant_update_message")
    kept = {"blocks": message.blocks, **args}
    if kept["blocks"] is None:
        kept["blocks"] = message.blocks
    changed = replace(
        message, **content(kept, UPDATE_TEXT), edited=world.new_ts(), loose=loose(args)
    )
    world.put(changed)
    shown = message_object(world, changed)
    return {"channel": message.channel, "ts": message.ts, "text": changed.text, "message": shown}


def delete(world: SlackWorld, args: Json) -> Json:
    message = own_message(world, args, "cant_delete_message")
    world.remove(message)
    return {"channel": message.channel, "ts": message.ts}


def permalink(world: SlackWorld, args: Json) -> Json:
    channel = find_channel(world, args)
    (ts,) = need(args, "message_ts")
    if world.find(channel.id, ts) is None:
        raise SlackError("message_not_found")
    link = f"https://kaupunki.slack.com/archives/{channel.id}/p{ts.replace('.', '')}"
    return {"channel": channel.id, "permalink": link}


def add_reaction(world: SlackWorld, args: Json) -> Json:
    channel = find_channel(world, args)
    name, ts = need(args, "name", "timestamp")
    message = world.find(channel.id, ts)
    if message is None:
        raise SlackError("message_not_found")
    people = message.reactions.setdefault(name, [])
    if world.app.user in people:
        raise SlackError("already_reacted")
    people.append(world.app.user)
    world.touch()
    return {}


def channel_info(world: SlackWorld, args: Json) -> Json:
    return {"channel": channel_object(world, find_channel(world, args))}


def page(args: Json, entries: list[Any], name: str) -> Json:
    """One page of a list; the cursor is the place where the next one begins."""
    cursor, limit = str(args.get("cursor") or "0"), str(args.get("limit") or "100")
    if not cursor.isdecimal():
        raise SlackError("invalid_cursor")
    if not limit.isdecimal() or not 1 <= int(limit) <= 1000:
        raise SlackError("invalid_limit")
    end = int(cursor) + int(limit)
    following = str(end) if end < len(entries) else ""
    return {name: entries[int(cursor) : end], "response_metadata": {"next_cursor": following}}


def visible(world: SlackWorld, args: Json, member: str | None) -> list[Json]:
    kinds = str(args.get("types") or "public_channel").split(",")
    closed = truthy(args.get("exclude_archived"))
    found = []
    for channel in world.channels.values():
        kind = "im" if channel.im else "private_channel" if channel.private else "public_channel"
        seen = kind == "public_channel" or world.app.user in channel.members
        if kind not in kinds or not seen or (closed and channel.archived):
            continue
        if member is None or member in channel.members:
            found.append(channel_object(world, channel))
    return found


def list_channels(world: SlackWorld, args: Json) -> Json:
    return page(args, visible(world, args, None), "channels")


def user_channels(world: SlackWorld, args: Json) -> Json:
    return page(args, visible(world, args, str(args.get("user") or world.app.user)), "channels")


def channel_members(world: SlackWorld, args: Json) -> Json:
    return page(args, find_channel(world, args).members, "members")


def open_conversation(world: SlackWorld, args: Json) -> Json:
    (users,) = need(args, "users")
    people = users.split(",")
    if any(user not in world.users for user in people):
        raise SlackError("user_not_found")
    if len(people) > 1 or world.users[people[0]].bot:
        raise SlackError("method_not_supported_for_channel_type")
    known = f"D{people[0][1:]}" in world.channels
    channel = world.direct(people[0])
    return {"already_open": known, "channel": {"id": channel.id}}


def user_info(world: SlackWorld, args: Json) -> Json:
    (key,) = need(args, "user")
    if key not in world.users:
        raise SlackError("user_not_found")
    return {"user": user_object(world, world.users[key], truthy(args.get("include_locale")))}


def team_info(world: SlackWorld, args: Json) -> Json:
    app = world.app
    return {"team": {"id": app.team, "name": app.team_name, "domain": "kaupunki"}}


def auth_test(world: SlackWorld, args: Json) -> Json:
    app = world.app
    return {
        "url": "https://kaupunki.slack.com/", "team": app.team_name, "user": app.name.lower(),
        "team_id": app.team, "user_id": app.user, "bot_id": app.bot,
        "is_enterprise_install": False,
    }  # fmt: skip


def api_test(world: SlackWorld, args: Json) -> Json:
    if args.get("error"):
        raise SlackError(str(args["error"]))
    return {"args": args}


# Each method with the scopes of which one is enough.
METHODS: dict[str, tuple[Method, tuple[str, ...]]] = {
    "api.test": (api_test, ()),
    "auth.test": (auth_test, ()),
    "chat.delete": (delete, ("chat:write",)),
    "chat.getPermalink": (permalink, ()),
    "chat.postEphemeral": (post_ephemeral, ("chat:write",)),
    "chat.postMessage": (post_message, ("chat:write",)),
    "chat.update": (update, ("chat:write",)),
    "conversations.info": (channel_info, ("channels:read", "groups:read", "im:read")),
    "conversations.list": (list_channels, ("channels:read", "groups:read", "im:read")),
    "conversations.members": (channel_members, ("channels:read", "groups:read", "im:read")),
    "conversations.open": (open_conversation, ("im:write",)),
    "reactions.add": (add_reaction, ("reactions:write",)),
    "team.info": (team_info, ("team:read",)),
    "users.conversations": (user_channels, ("channels:read", "groups:read", "im:read")),
    "users.info": (user_info, ("users:read",)),
}
