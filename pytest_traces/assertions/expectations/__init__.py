"""Expectations: the checks behind each `assert_...` method."""
