"""What lanes exchange: items, signals, results; which lane gets which first is often luck."""
