"""What people do in the workspace. Every method stands for one act in Slack's client.

Acts that wait for the app return `{"ok": true, …}`, or `{"ok": false, "error" or "errors": …}`
as the person would see it. What the client doesn't offer raises `Impossible`.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from bots.playground.slack_chat import content, from_app
from bots.playground.slack_delivery import Ack, Delivery, Envelope
from bots.playground.slack_fields import chosen, client_errors, fill
from bots.playground.slack_payloads import (
    event_callback,
    interaction,
    message_event,
    message_object,
    slash_command,
    values_of,
)
from bots.playground.slack_rules import elements_of
from bots.playground.slack_text import called, typed
from bots.playground.slack_types import Channel, Impossible, Json, Message, SlackError
from bots.playground.slack_views import answer_submission, stack_of
from bots.playground.slack_world import SlackWorld

TYPED_TEXT = 12_000


class People:
    def __init__(
        self, world: SlackWorld, delivery: Delivery, response_url: Callable[[str], str]
    ) -> None:
        self._world, self._delivery, self._response_url = world, delivery, response_url
        world.on_message = self._message_events

    # --- writing

    def say(self, user: str, channel: str, text: str, thread_ts: str | None = None) -> Json:
        place = self._channel(user, channel)
        if not text.strip() or len(text) > TYPED_TEXT:
            raise Impossible(f"a message has 1 to {TYPED_TEXT} characters")
        if thread_ts is not None and thread_ts not in self._world.messages[channel]:
            raise Impossible("there is no such message to answer")
        sent = typed(text, self._world.names())
        message = Message(place.id, self._world.new_ts(), user, sent, thread_ts=thread_ts)
        self._world.put(message)
        return {"ok": True, "ts": message.ts}

    def edit(self, user: str, channel: str, ts: str, text: str) -> Json:
        message = self._own(user, channel, ts)
        sent = typed(text, self._world.names())
        self._world.put(replace(message, text=sent, edited=self._world.new_ts()))
        return {"ok": True, "ts": ts}

    def delete(self, user: str, channel: str, ts: str) -> Json:
        self._world.remove(self._own(user, channel, ts))
        return {"ok": True}

    def open_home(self, user: str, tab: str = "home") -> Json:
        self._user(user)
        event: Json = {
            "type": "app_home_opened", "user": user, "channel": self._world.direct(user).id,
            "tab": tab, "event_ts": self._world.new_ts(),
        }  # fmt: skip
        if user in self._world.homes:
            event["view"] = self._world.homes[user]
        self._event("app_home_opened", event)
        return {"ok": True}

    # --- commands and buttons

    async def command(self, user: str, channel: str, line: str) -> Json:
        """A typed line such as `/kuulolla help`."""
        place = self._channel(user, channel)
        name, _, text = line.strip().partition(" ")
        if name not in self._world.app.commands:
            raise Impossible(f"{name} is not a valid command")
        sent = typed(text.strip(), {})
        payload = slash_command(self._world, user, place, name, sent)
        payload["response_url"] = self._new_response_url(user, place.id)
        ack = await self._delivery.now(Envelope("slash_commands", payload))
        if ack.ok and ack.body:
            ack = self._shown(user, place.id, ack.body)
        return self._outcome(user, name, ack)

    async def press(
        self, user: str, action: str, *, channel: str | None = None, ts: str | None = None,
        view: str | None = None, block: str | None = None, value: Any = None,
    ) -> Json:  # fmt: skip
        """See `pressed`. The control API takes what is named here, and nothing else."""
        place = {"channel": channel, "ts": ts, "view": view, "block": block, "value": value}
        ack = await self._delivery.now(self.pressed(user, action, **place))
        return self._outcome(user, action, ack)

    def pressed(
        self, user: str, action: str, *, channel: str | None = None, ts: str | None = None,
        view: str | None = None, block: str | None = None, value: Any = None,
    ) -> Envelope:  # fmt: skip
        """What the app is sent of a button, or of a choice in a menu (`value`: the option's value,
        a date, a list …), in a message (`channel`, `ts`) or in a view (`view`: its id, or
        "home")."""
        if view is None:
            message = self._message(user, channel, ts)
            done = self._act(message.blocks, action, block, value)
            place = self._message_place(user, message, done)
        else:
            shown = self._view(user, view)
            done = self._act(shown["blocks"], action, block, value)
            place = self._view_place(user, shown, done)
        payload = interaction(self._world, "block_actions", user, actions=[done], **place)
        return Envelope("interactive", payload)

    def _act(self, blocks: list[Json], action: str, block_id: str | None, value: Any) -> Json:
        """The entry of `actions` for one element."""
        for block in blocks:
            if block_id not in (None, block["block_id"]):
                continue
            for element in elements_of(block):
                if element["action_id"] == action:
                    if block["type"] == "input" and not block.get("dispatch_action"):
                        raise Impossible(f"{action} tells the app nothing before it is submitted")
                    if not tells_of_letters(element):
                        raise Impossible(f"{action} tells the app when Enter is pressed only")
                    return self._entry(block, element, value)
        raise Impossible(f"there is no element {action} here")

    def _entry(self, block: Json, element: Json, value: Any) -> Json:
        names = {"action_id": element["action_id"], "block_id": block["block_id"]}
        entry = {"type": element["type"], **names, "action_ts": self._world.new_ts()}
        if element["type"] != "button":
            return {**chosen(element, value), **entry}
        kept: Json = {name: element[name] for name in ("text", "value", "style") if name in element}
        return {**kept, **entry}

    def _message_place(self, user: str, message: Message, done: Json) -> Json:
        world, channel = self._world, self._world.channels[message.channel]
        hidden = message.only_for is not None
        container = {"type": "message", "message_ts": message.ts, "channel_id": channel.id,
                     "is_ephemeral": hidden}  # fmt: skip
        if message.thread_ts:
            container["thread_ts"] = message.thread_ts
        kept = {done["block_id"]: {done["action_id"]: state_of(done)}}
        place: Json = {
            "container": container,
            "channel": {"id": channel.id, "name": channel.name or "directmessage"},
            "state": {"values": values_of(message.blocks, kept)},
            "trigger_id": world.new_trigger(user),
            "response_url": self._new_response_url(user, channel.id, message),
        }
        return place if hidden else {**place, "message": message_object(world, message)}

    def _view_place(self, user: str, view: Json, done: Json) -> Json:
        values = view["state"]["values"]
        if done["type"] not in ("button", "overflow"):
            values[done["block_id"]][done["action_id"]] = state_of(done)
        return {
            "container": {"type": "view", "view_id": view["id"]},
            "trigger_id": self._world.new_trigger(user, view["id"]), "view": view,
        }  # fmt: skip

    # --- modals

    async def submit(
        self, user: str, fields: Mapping[str, Any] | None = None, view: str | None = None
    ) -> Json:
        """Fill the top modal (`fields` by block id or action id) and press its submit button."""
        shown = self._view(user, view)
        if shown["submit"] is None or shown["submit_disabled"]:
            raise Impossible("this view has no button to submit it")
        fill(shown, fields or {})
        if errors := client_errors(shown):
            return {"ok": False, "errors": errors, "by": "client"}
        payload = interaction(
            self._world, "view_submission", user, view=shown, response_urls=[],
            trigger_id=self._world.new_trigger(user, shown["id"]),
        )  # fmt: skip
        ack = await self._delivery.now(Envelope("interactive", payload))
        if not ack.ok:
            return self._outcome(user, "view_submission", ack)
        try:
            errors = answer_submission(self._world, user, shown, ack.body)
        except SlackError as refusal:
            return self._outcome(user, "view_submission", refused(refusal))
        return {"ok": False, "errors": errors, "by": "app"} if errors else {"ok": True}

    async def close(self, user: str, view: str | None = None) -> Json:
        """Press the close button of the top modal: one step back, or all where it says so."""
        shown = self._view(user, view)
        stack = stack_of(self._world, user)
        cleared = bool(shown["clear_on_close"])
        gone = list(reversed(stack)) if cleared else [shown]
        stack[:] = [each for each in stack if each not in gone]
        self._world.touch()
        for each in gone:
            if each["notify_on_close"]:
                each["state"]["values"] = {}  # Slack tells that it was closed, not what was in it
                payload = interaction(
                    self._world, "view_closed", user, view=each, is_cleared=cleared
                )
                await self._delivery.now(Envelope("interactive", payload))
        return {"ok": True}

    # --- what they see of it

    def _shown(self, user: str, channel: str, body: Json) -> Ack:
        """An immediate answer to a command, shown to the person or to all."""
        try:
            fields = content(body, 40_000)
        except SlackError as refusal:
            return refused(refusal)
        only_for = None if body.get("response_type") == "in_channel" else user
        self._world.put(from_app(self._world, channel, only_for=only_for, **fields))
        return Ack()

    def _outcome(self, user: str, what: str, ack: Ack) -> Json:
        if ack.ok:
            return {"ok": True}
        messages = (ack.body or {}).get("messages", [])
        self._world.notice(user, what, ack.error or "", messages=messages)
        return {"ok": False, "error": ack.error, "messages": messages}

    def _new_response_url(self, user: str, channel: str, message: Message | None = None) -> str:
        return self._response_url(self._world.new_response_url(user, channel, message))

    # --- events

    def _event(self, subscription: str, event: Json) -> None:
        if subscription in self._world.app.events:
            self._delivery.later(event_callback(self._world, event))

    def _message_events(self, new: Message | None, old: Message | None) -> None:
        world, message = self._world, new or old
        if message is None or world.app.user not in world.channels[message.channel].members:
            return
        channel = world.channels[message.channel]
        kind = "im" if channel.im else "groups" if channel.private else "channels"
        self._event(f"message.{kind}", change_event(world, new, old))
        mentioned = new is not None and world.app.user in called(new.text)
        if mentioned and old is None and message.user != world.app.user and not channel.im:
            event = message_event(world, message)
            del event["channel_type"]
            self._event("app_mention", {**event, "type": "app_mention"})

    # --- what there is

    def _user(self, user: str) -> str:
        known = self._world.users.get(user)
        if known is None or known.bot:
            raise Impossible(f"there is no person {user}")
        return user

    def _channel(self, user: str, channel: str) -> Channel:
        self._user(user)
        if channel == self._world.app.user:
            return self._world.direct(user)
        found = self._world.channels.get(channel)
        if found is None or user not in found.members or found.archived:
            raise Impossible(f"{user} can't write in {channel}")
        return found

    def _message(self, user: str, channel: str | None, ts: str | None) -> Message:
        place = self._channel(user, channel or "")
        message = self._world.find(place.id, ts or "", user)
        if message is None:
            raise Impossible(f"{user} sees no message {ts} in {channel}")
        return message

    def _own(self, user: str, channel: str, ts: str) -> Message:
        message = self._message(user, channel, ts)
        if message.user != user:
            raise Impossible("only the author can do that")
        return message

    def _view(self, user: str, view: str | None) -> Json:
        self._user(user)
        if view == "home":
            if user not in self._world.homes:
                raise Impossible(f"{user} has no home tab yet")
            return self._world.homes[user]
        stack = stack_of(self._world, user)
        if not stack or view not in (None, stack[-1]["id"]):
            raise Impossible(f"{user} has no such modal on top")
        return stack[-1]


def tells_of_letters(element: Json) -> bool:
    """Slack's own choice for a text field is to tell when Enter is pressed."""
    when = (element.get("dispatch_action_config") or {}).get("trigger_actions_on") or ()
    return element["type"] != "plain_text_input" or "on_character_entered" in when


def state_of(done: Json) -> Json:
    names = ("action_id", "block_id", "action_ts")
    return {name: value for name, value in done.items() if name not in names}


def refused(refusal: SlackError) -> Ack:
    return Ack(refusal.error, {"messages": refusal.messages})


def change_event(world: SlackWorld, new: Message | None, old: Message | None) -> Json:
    """The `message` event of a new, changed or deleted message."""
    if new and old:
        return message_event(
            world, new, subtype="message_changed", hidden=True, ts=world.new_ts(),
            message=message_object(world, new), previous_message=message_object(world, old),
        )  # fmt: skip
    if new:
        return message_event(world, new)
    assert old is not None
    return message_event(
        world, old, subtype="message_deleted", hidden=True, ts=world.new_ts(),
        deleted_ts=old.ts, previous_message=message_object(world, old),
    )  # fmt: skip
