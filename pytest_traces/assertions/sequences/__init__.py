"""Patterns of calls, and how spans follow them."""
