"""Broadcasts: a message of the city to all, or to those who want to hear of a theme or an area.

One editor writes, another approves (`acts`); it goes into the outbox in steps behind all that
somebody waits for (`sending`); its card in the staff's chat follows, and holds the report (`card`).
Who gets it: the public chats it concerns, and subscribers; nobody who did not ask for messages.
"""
