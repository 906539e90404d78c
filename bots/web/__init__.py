"""The city's public page: pages for people, JSON for programs."""
