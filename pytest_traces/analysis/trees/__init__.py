"""Builds the tree of a trace from drafts, which a recording or a file gives."""
