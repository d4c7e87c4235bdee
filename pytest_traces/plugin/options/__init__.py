"""Options and ini keys of pytest."""
