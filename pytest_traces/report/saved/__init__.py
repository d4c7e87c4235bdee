"""A run saved in a file: to be reported with others, or to be compared with."""
