"""Queries: the spans that match the conditions of a test."""
