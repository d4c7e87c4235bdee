"""pydantic-ai: agents, model calls, tools, output functions and embeddings, at its public methods.

Its own OpenTelemetry spans hold less (no pieces of streams, no order), and programs must switch them on. If they are
on, they are machinery.
"""
