"""What users hold: a trace, its spans, a selection of them."""
