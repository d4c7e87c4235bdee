"""Compares a run with a baseline: the changes of each test, and the changes beyond their limits."""
