"""What went wrong in a trace: retries, problems, repeats, slow steps, broken streams, and its status."""
