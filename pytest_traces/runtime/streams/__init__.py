"""Streamed answers: the events of a run, and what their chunks add up to."""
