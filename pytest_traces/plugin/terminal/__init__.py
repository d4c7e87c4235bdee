"""What the terminal shows: what a long test does now, and the report at the end."""
