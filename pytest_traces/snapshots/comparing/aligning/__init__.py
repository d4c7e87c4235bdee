"""The fewest edits that turn one drawn tree into another."""
