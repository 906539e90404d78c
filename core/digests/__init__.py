"""Round-ups that go back by themselves: what is new for each chat, and for each subscriber.

`items` says what may stand in one, `registry` which kinds there are, `composing` chooses and orders
(a pure function), `chats` sends them by their cron lines, `preview` is the editor's, `page` shows.
"""
