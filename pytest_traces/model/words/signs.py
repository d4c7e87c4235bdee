"""Signs of success and failure, for trees, the `repr` of spans and streams of events."""

FAILURE = "✗"
"""Stands before the error of a span."""
SUCCESS = "✓"
"""Stands before a step that succeeded."""
