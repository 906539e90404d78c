"""Questions to officials: from a draft in a chat to a published answer, with a public clock.

``states`` holds which act leads where; ``asking`` is the resident's side, ``handling``,
``answering`` and ``moderating`` the officials'; ``record`` what every act has in common.
``told`` shows questions to residents, ``cards`` and ``forms`` to officials; ``officials`` and
``residents`` hold their commands, buttons and forms; ``reminders`` what the clock makes due.
"""
