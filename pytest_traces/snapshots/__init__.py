"""What people commit: the normalised text of a trace, and how two of them differ."""
