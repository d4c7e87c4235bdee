"""Reports of a session: the figures of each test, their sums, and their text."""
