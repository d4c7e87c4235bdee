"""Recordings of blocks: which test or script they belong to, how one is opened, and how many make a sweep."""
