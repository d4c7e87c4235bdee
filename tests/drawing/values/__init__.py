"""Tests of `drawing/values`."""
