"""The measured programs: our own, those of frameworks, and those of the peers."""
