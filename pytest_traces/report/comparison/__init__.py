"""A run against a baseline: the changes of each test, and the changes beyond their limits."""
