"""Exchanges between lanes: items, signals, results; which lane gets one first is often luck."""
