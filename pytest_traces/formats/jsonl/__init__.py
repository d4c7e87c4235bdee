"""Our own JSON lines: a trace, lanes and logical times included."""
