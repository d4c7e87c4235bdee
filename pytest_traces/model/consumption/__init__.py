"""What spans consumed: usage of each model, sums, cost."""
