"""Signs that a span is written with wherever it is named, be it in a tree, a `repr` or a stream of events."""

FAILURE = "✗"
"""Stands before the error of a span."""
SUCCESS = "✓"
"""Stands before a step that ended well."""
