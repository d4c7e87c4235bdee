"""Queries and assertions: which spans match, and what must hold of them."""
