"""The shapes in which Slack shows its objects and sends what people do."""

from collections.abc import Mapping
from typing import Any

from bots.playground.slack_rules import elements_of
from bots.playground.slack_types import Channel, Json, Message, User
from bots.playground.slack_world import SlackWorld


def message_object(world: SlackWorld, message: Message) -> Json:
    shown: Json = {
        "type": "message", "user": message.user, "ts": message.ts, "text": message.text,
        "team": world.app.team,
    }  # fmt: skip
    if message.bot_id:
        shown |= {"bot_id": message.bot_id, "app_id": world.app.id,
                  "bot_profile": {"id": message.bot_id, "app_id": world.app.id,
                                  "name": world.app.name, "team_id": world.app.team}}  # fmt: skip
    if message.blocks:
        shown["blocks"] = message.blocks
    if message.thread_ts:
        shown["thread_ts"] = message.thread_ts
        if parent := world.messages[message.channel].get(message.thread_ts):
            shown["parent_user_id"] = parent.user
    if message.edited:
        shown["edited"] = {"user": message.user, "ts": message.edited}
    if message.metadata:
        shown["metadata"] = message.metadata
    return shown


def channel_object(world: SlackWorld, channel: Channel) -> Json:
    common = {"id": channel.id, "is_im": channel.im, "is_archived": channel.archived}
    if channel.im:
        return {**common, "user": channel.members[0]}
    return {
        **common, "name": channel.name, "name_normalized": channel.name,
        "is_channel": not channel.private, "is_group": channel.private, "is_mpim": False,
        "is_private": channel.private, "is_member": world.app.user in channel.members,
        "is_general": False, "topic": {"value": channel.topic}, "num_members": len(channel.members),
        "context_team_id": world.app.team,
    }  # fmt: skip


def user_object(world: SlackWorld, user: User, with_locale: bool) -> Json:
    profile = {"real_name": user.name, "display_name": user.name}
    shown: Json = {
        "id": user.id, "team_id": world.app.team, "name": handle(user), "deleted": False,
        "real_name": user.name, "profile": profile, "is_bot": user.bot, "is_admin": False,
        "tz": "Europe/Helsinki",
    }  # fmt: skip
    return {**shown, "locale": user.locale} if with_locale else shown


def handle(user: User) -> str:
    return user.id.lower()


def person(world: SlackWorld, user: str) -> Json:
    name = handle(world.users[user])
    return {"id": user, "username": name, "name": name, "team_id": world.app.team}


def channel_name(channel: Channel) -> str:
    return "directmessage" if channel.im else channel.name


def interaction(world: SlackWorld, kind: str, user: str, /, **more: Any) -> Json:
    app = world.app
    return {
        "type": kind, "user": person(world, user), "api_app_id": app.id, "token": "deprecated",
        "team": {"id": app.team, "domain": "kaupunki"}, "enterprise": None,
        "is_enterprise_install": False, **more,
    }  # fmt: skip


def slash_command(world: SlackWorld, user: str, channel: Channel, command: str, text: str) -> Json:
    app = world.app
    return {
        "token": "deprecated", "team_id": app.team, "team_domain": "kaupunki",
        "channel_id": channel.id, "channel_name": channel_name(channel),
        "user_id": user, "user_name": handle(world.users[user]),
        "command": command, "text": text, "api_app_id": app.id,
        "is_enterprise_install": "false", "trigger_id": world.new_trigger(user),
    }  # fmt: skip


def event_callback(world: SlackWorld, event: Json) -> Json:
    app = world.app
    allowed = {"enterprise_id": None, "team_id": app.team, "user_id": app.user, "is_bot": True,
               "is_enterprise_install": False}  # fmt: skip
    return {
        "token": "deprecated", "team_id": app.team, "api_app_id": app.id, "event": event,
        "type": "event_callback", "event_id": world.serial("Ev"),
        "event_time": int(world.clock()), "authorizations": [allowed],
        "is_ext_shared_channel": False, "event_context": world.serial("EC"),
    }  # fmt: skip


def message_event(world: SlackWorld, message: Message, /, **more: Any) -> Json:
    channel = world.channels[message.channel]
    kind = "im" if channel.im else "group" if channel.private else "channel"
    shown = {} if "subtype" in more else message_object(world, message)
    return {"type": "message", "channel": channel.id, "channel_type": kind, **shown,
            "event_ts": more.get("ts", message.ts), **more}  # fmt: skip


def values_of(blocks: list[Json], kept: Mapping[str, Json]) -> Json:
    """`state.values`: every element that keeps a state, by block and action.

    `kept` has the same shape: what a person changed; the rest is as the blocks say."""
    values: Json = {}
    for block in blocks:
        for element in elements_of(block):
            name, action = block["block_id"], element["action_id"]
            if element["type"] not in ("button", "overflow"):
                state = kept.get(name, {}).get(action)
                same = state is not None and state["type"] == element["type"]
                values.setdefault(name, {})[action] = state if same else initial_state(element)
    return values


# What an element's state holds, and the property of the element that sets it at first.
STATES: dict[str, tuple[str, str]] = {
    "static_select": ("selected_option", "initial_option"),
    "radio_buttons": ("selected_option", "initial_option"),
    "overflow": ("selected_option", ""),
    "multi_static_select": ("selected_options", "initial_options"),
    "checkboxes": ("selected_options", "initial_options"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
    "users_select": ("selected_user", "initial_user"),
    "multi_users_select": ("selected_users", "initial_users"),
    "channels_select": ("selected_channel", "initial_channel"),
    "multi_channels_select": ("selected_channels", "initial_channels"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "multi_conversations_select": ("selected_conversations", "initial_conversations"),
}
SEVERAL = ("selected_options", "selected_users", "selected_channels", "selected_conversations")


def state_keys(element: Mapping[str, Any]) -> tuple[str, str]:
    return STATES.get(element["type"], ("value", "initial_value"))


def initial_state(element: Mapping[str, Any]) -> Json:
    key, initial = state_keys(element)
    empty: list[Any] | None = [] if key in SEVERAL else None
    return {"type": element["type"], key: element.get(initial, empty)}
