"""Streamed answers: the events of a run, and the values of their chunks."""
