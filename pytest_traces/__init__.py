"""Test what your agent did, not only what it answered."""
