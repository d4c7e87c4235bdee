"""The terminal: live progress of long tests, and the report at the end."""
