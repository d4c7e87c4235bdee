"""Collectors of streams: which pieces become events, and the value of the whole stream."""
