"""A run saved in a file, for a report of several runs or as a baseline."""
