"""Calls of functions of every kind, followed from the first argument to the last piece."""
