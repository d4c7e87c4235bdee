"""Asking and expecting: selections, sequences, budgets, flow."""
