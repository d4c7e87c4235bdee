"""What a trace means: causal order, retries, slow steps, status."""
