"""Recordings of blocks: their host, how one is opened, and sweeps of several."""
