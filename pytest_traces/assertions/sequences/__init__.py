"""Patterns of calls, and how spans match them."""
