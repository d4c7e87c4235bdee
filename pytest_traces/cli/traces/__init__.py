"""Commands that read trace files."""
