"""Recorders and records: where a span belongs, and its data."""
