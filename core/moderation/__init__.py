"""Moderation of everything that residents write and others may read: one desk, whatever it is."""
