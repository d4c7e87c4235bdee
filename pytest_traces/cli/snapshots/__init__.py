"""Commands that decide on pending snapshots."""
