"""Where spans are born."""
