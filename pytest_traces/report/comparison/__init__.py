"""A run against a baseline: what changed in each test, and what went beyond its limits."""
