"""Tracium: its traces and spans, with the data that its SDK drops, and without network."""
