"""Where finished runs are sent in production."""
