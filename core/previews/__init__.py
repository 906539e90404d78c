"""How something will look before it goes out, on a page that draws what the adapters would send."""
