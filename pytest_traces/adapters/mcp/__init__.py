"""The Model Context Protocol: calls of a server's tools, as the session of a client makes them."""
