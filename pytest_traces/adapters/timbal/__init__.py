"""Timbal: every run of an agent, tool or workflow, read from its own stream of events."""
