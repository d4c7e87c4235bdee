"""Reads and writes traces as files: our JSON lines, OTLP/JSON, Jaeger JSON, Chrome's trace events."""
