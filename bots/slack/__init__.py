"""Slack: officials' workplace, and a channel to vote in. Bolt over Socket Mode or signed HTTP."""
