"""One span at a time: where it belongs, what is recorded of it."""
