"""Conversations of short statements: people agree, disagree or pass, and groups come of it."""
