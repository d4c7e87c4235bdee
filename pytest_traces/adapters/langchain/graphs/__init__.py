"""LangGraph: the order of its steps, how they end, what its tasks give, tools that it does not know."""
