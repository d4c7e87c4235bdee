"""Builds the canonical model from records."""
