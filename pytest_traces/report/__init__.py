"""What people read at the end of a session."""
