"""Grows the tree of a trace from plain data, recorded or read from a file."""
