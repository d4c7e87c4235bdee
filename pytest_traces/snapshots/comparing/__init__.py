"""What differs between two snapshots, in the fewest edits."""
