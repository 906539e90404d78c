"""Telegram, on python-telegram-bot: `bots.telegram.adapter.TelegramChannel`."""
