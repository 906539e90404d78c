"""Settings of the server, and the city's own file."""
