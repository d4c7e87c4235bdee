"""Which tasks and threads started and awaited which."""
