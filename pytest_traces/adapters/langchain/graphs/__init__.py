"""LangGraph: the order of its steps, their ends, futures of its tasks, unknown tools."""
