"""Sends finished runs to providers in production."""
