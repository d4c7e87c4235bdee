"""Lanes: which task or thread started and joined which."""
