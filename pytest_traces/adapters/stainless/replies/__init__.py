"""Replies of models: one class for each kind of endpoint, whole or piece by piece."""
