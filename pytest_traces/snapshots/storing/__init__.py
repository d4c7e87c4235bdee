"""Where snapshots are kept: files, pending results, syrupy."""
