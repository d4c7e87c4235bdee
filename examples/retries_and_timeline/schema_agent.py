"""The agent of document 003: a traced function, and a tool that is retried when it fails."""

from pytest_traces.runtime import TraceStream, trace, trace_tool


class Database:
    """Times out a number of times before it answers."""

    def __init__(self, outages):
        self.outages = outages

    def schema(self, table):
        if self.outages:
            self.outages -= 1
            raise TimeoutError(f"no answer for {table!r}")
        return ["id", "name"]


@trace(name="agent", project="docs", environment="staging")
def ask(table, database):
    @trace_tool(max_retries=2, backoff=0.01)
    def tool_schema_lookup(table):
        return database.schema(table)

    with TraceStream(prompt=f"Describe {table}", model="gpt-4.1-mini") as stream:
        stream.emit("agent.plan", "Planning tool execution")
        return f"{table} has {len(tool_schema_lookup(table))} columns"
