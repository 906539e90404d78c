"""Microsoft Teams: officials' workplace, and residents' way in, over the Bot Connector."""
