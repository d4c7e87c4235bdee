"""Tests of `snapshots/text`."""
