"""Our own JSON lines: a trace with its lanes and logical times."""
