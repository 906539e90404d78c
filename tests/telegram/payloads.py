"""Updates as Telegram sends them, to be changed field by field."""

from copy import deepcopy
from typing import Any

Json = dict[str, Any]

USER: Json = {
    "id": 7_000_000_001,
    "is_bot": False,
    "first_name": "Aino",
    "last_name": "Äyräväinen",
    "username": "aino_a",
    "language_code": "fi",
}
BOT: Json = {"id": 4242, "is_bot": True, "first_name": "Kuulolla", "username": "kuulolla_bot"}
ANONYMOUS: Json = {
    "id": 1_087_968_824,
    "is_bot": True,
    "first_name": "Group",
    "username": "GroupAnonymousBot",
}
PRIVATE: Json = {"id": USER["id"], "type": "private", "first_name": "Aino"}
GROUP: Json = {"id": -4_000_000_001, "type": "group", "title": "Naapurit"}
SUPERGROUP: Json = {"id": -1_001_000_000_001, "type": "supergroup", "title": "Naapurit"}
CHANNEL: Json = {"id": -1_002_000_000_001, "type": "channel", "title": "Kaupunki"}
KEYBOARD: Json = {
    "inline_keyboard": [
        [{"text": "Kyllä", "callback_data": "vote:7:0"}],
        [{"text": "Ei", "callback_data": "vote:7:1"}],
        [{"text": "Lisää", "url": "https://example.test/polls/7"}],
    ]
}


def update(kind: str, body: Json, id: int = 900) -> Json:
    return {"update_id": id, kind: deepcopy(body)}


def message(text: str | None = None, chat: Json = PRIVATE, **more: Any) -> Json:
    body: Json = {"message_id": 55, "from": USER, "chat": chat, "date": 1_790_000_000}
    return update("message", body | ({} if text is None else {"text": text}) | more)


def press(data: str | None = "vote:7:1", chat: Json | None = PRIVATE, **more: Any) -> Json:
    """``chat=None``: the pressed message is not told at all."""
    body: Json = {"id": "4382", "from": USER, "chat_instance": "-77"}
    if data is not None:
        body["data"] = data
    if chat is None:
        body["inline_message_id"] = "BAAAA"
    else:
        body["message"] = {
            "message_id": 56,
            "from": BOT,
            "chat": chat,
            "date": 1_790_000_000,
            "text": "Rakennetaanko silta?",
            "reply_markup": KEYBOARD,
        }
    return update("callback_query", body | more)


def inaccessible(chat: Json = SUPERGROUP) -> Json:
    """A press on a message that is too old for the bot to see."""
    return press(message={"message_id": 56, "chat": chat, "date": 0})


def member(status: str, **more: Any) -> Json:
    return {"user": BOT, "status": status} | more


ADMINISTRATOR = member(
    "administrator",
    **dict.fromkeys(
        (
            "can_be_edited",
            "is_anonymous",
            "can_manage_chat",
            "can_delete_messages",
            "can_manage_video_chats",
            "can_restrict_members",
            "can_promote_members",
            "can_change_info",
            "can_invite_users",
            "can_post_stories",
            "can_edit_stories",
            "can_delete_stories",
        ),
        False,
    ),
)
RESTRICTIONS = dict.fromkeys(
    (
        "can_send_messages",
        "can_send_audios",
        "can_send_documents",
        "can_send_photos",
        "can_send_videos",
        "can_send_video_notes",
        "can_send_voice_notes",
        "can_send_polls",
        "can_send_other_messages",
        "can_add_web_page_previews",
        "can_change_info",
        "can_edit_tag",
        "can_react_to_messages",
        "can_invite_users",
        "can_pin_messages",
        "can_manage_topics",
    ),
    False,
)


def membership(was: Json, now: Json, chat: Json = GROUP) -> Json:
    body = {
        "chat": chat,
        "from": USER,
        "date": 1_790_000_000,
        "old_chat_member": was,
        "new_chat_member": now,
    }
    return update("my_chat_member", body)


PHOTO: Json = {
    "photo": [
        {"file_id": "A", "file_unique_id": "a", "width": 90, "height": 60, "file_size": 1000},
    ],
    "caption": "/kysy kuva",
}
VOICE: Json = {"voice": {"file_id": "B", "file_unique_id": "b", "duration": 3}}
STICKER: Json = {
    "sticker": {
        "file_id": "C",
        "file_unique_id": "c",
        "type": "regular",
        "width": 512,
        "height": 512,
        "is_animated": False,
        "is_video": False,
    }
}
