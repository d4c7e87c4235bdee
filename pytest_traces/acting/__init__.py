"""Acts of a test: which calls they pick, what happens in place of these calls, and whether it happened."""
