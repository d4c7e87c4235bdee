"""Measures the cost of tracing beside that of its peers: `python -m benchmarks`."""
