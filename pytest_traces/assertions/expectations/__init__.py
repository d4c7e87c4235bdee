"""What a test expects of the spans it asked for."""
