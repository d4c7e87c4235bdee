"""The tools every adapter is written with."""
