"""Wraps calls of functions of every kind, from their arguments to their last piece."""
