"""What lanes hand to one another: items, signals, results; who gets which first is often luck."""
