"""Spans of other processes: OTLP over HTTP on loopback."""
