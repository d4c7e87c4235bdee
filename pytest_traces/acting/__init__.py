"""Acts of a test: which calls they pick, their effect in place of a call, and the check that they happened."""
