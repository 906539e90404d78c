"""Moderated discussions under one theme, for a time."""
