"""The traces that a run keeps in files, one for each test, and their index."""
