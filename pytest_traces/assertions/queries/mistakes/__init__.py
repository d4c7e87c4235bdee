"""Refuses misspelt queries: that they match nothing is no evidence."""
