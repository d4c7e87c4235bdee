"""Recordings of blocks: their test or script, how one is opened, and sweeps of several."""
