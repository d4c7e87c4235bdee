"""Checks of other tools that pass when they should fail, in our spelling: each must be red here."""
