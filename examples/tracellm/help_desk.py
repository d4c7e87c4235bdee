"""A help desk traced with TraceLLM: the timeline of its documentation, with a tool that fails once."""

from tracellm import trace, trace_tool
from tracellm.trace_stream import TraceStream

outages = []


@trace_tool(name="query.embed")
def embed(text):
    return [len(word) for word in text.split()]


@trace_tool(name="vector.search")
def search(vector):
    return [f"article {size}" for size in vector]


@trace_tool(max_retries=1)
def tool_schema_lookup(tool):
    if outages:
        raise outages.pop()
    return {"tool": tool, "version": "2026.05"}


@trace_tool()
def response_generation(question, articles):
    return f"{question} See {', '.join(articles)}."


@trace(prompt="agent", model_name="gpt-4.1-mini", project="help-desk")
def answer(question):
    with TraceStream(question, "gpt-4.1-mini") as live:
        live.emit("query.embed", "Embedding prompt")
        vector = embed(question)
        live.emit("vector.search", "Searching vector index")
        articles = search(vector)
        live.emit("tool.chain", "Running tool chain")
        tool_schema_lookup("citation_builder")
        live.emit("llm.generate", "Generating answer")
        return response_generation(question, articles)
