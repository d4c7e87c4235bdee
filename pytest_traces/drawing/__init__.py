"""Draws traces as text: trees, timelines, notes beside spans."""
