"""What is measured: programs of our own, those of frameworks, and those of the peers."""
