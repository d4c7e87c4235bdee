"""Reads and writes attributes by the conventions of other tools, for files and for live spans."""
