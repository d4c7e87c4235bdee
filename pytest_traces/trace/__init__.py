"""The objects that tests hold: a trace, its spans, selections of spans."""
