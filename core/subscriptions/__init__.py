"""Subscriptions: residents say what they want to hear of by themselves, how often, and when not.

`wishes` are the rules, `cards` what people see and press, `sending` what goes out when. A wish says
nothing of a vote: "results" means those of all polls. Whoever wants the result of one poll asks for
it beside that poll (`core.polls.care`), whether or not they vote in it.
"""
