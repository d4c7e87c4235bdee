"""The state of a session that uses traces."""
