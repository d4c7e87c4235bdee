"""The causal order of spans, and how siblings are arranged."""
