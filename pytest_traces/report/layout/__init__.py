"""Lays out figures: numbers as words, tables, lists, and the size of a terminal."""
