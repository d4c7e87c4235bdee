"""Acts of a test: which calls they pick, what they do in place of them, and whether they did."""
