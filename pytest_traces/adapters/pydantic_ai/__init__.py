"""pydantic-ai: agents, model calls, tools, output functions and embeddings, at its public methods.

Its own OpenTelemetry spans say less (no pieces of streams, no order) and would have to be switched on; where the
program switches them on, they are machinery.
"""
