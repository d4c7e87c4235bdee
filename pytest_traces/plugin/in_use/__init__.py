"""What the hooks of pytest call once traces are used."""
