"""Local stand-ins for the chat platforms: as strict as they are, and nothing leaves the machine."""
