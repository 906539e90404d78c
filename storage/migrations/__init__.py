"""How the tables came to be. See `storage.schema`."""
