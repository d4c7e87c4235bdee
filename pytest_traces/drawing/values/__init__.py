"""Draws a value on several lines, a path on each or a text as a block, and reads it back."""
