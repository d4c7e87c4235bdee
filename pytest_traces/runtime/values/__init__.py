"""Copies values by their types: no code of the program runs."""
