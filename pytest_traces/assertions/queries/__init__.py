"""Which spans a test asks for."""
