"""The consumption of spans: usage of each model, sums, cost."""
