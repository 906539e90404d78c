"""Surveys: polls asked one after another, some only of those who answered others in a way."""
