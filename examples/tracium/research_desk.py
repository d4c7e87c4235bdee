"""A research desk traced with Tracium: the programs of its documentation, with sources that need no network."""

import asyncio

import tracium
from tracium import span

client = tracium.init(auto_instrument_llm_clients=False, auto_instrument_langchain=False)


def generate_response(question, docs=()):
    with span(span_type="llm", name="generate") as call:
        call.set_model_id("gpt-4")
        call.record_input({"messages": [{"role": "user", "content": question}], "context": docs})
        call.record_output({"content": f"{question} See {len(docs)} documents."})
        call.set_token_usage(input_tokens=150, output_tokens=200, cached_input_tokens=50)
        call.add_tags(["streaming", "high-priority"])


def search_documents(query):
    with span(span_type="retrieval", name="search_docs", metadata={"index": "articles"}) as search:
        search.record_input({"query": query})
        docs = ["attention", "transformers"]
        search.record_output({"num_results": len(docs)})
        return docs


def answer(question):
    with client.agent_trace(agent_name="rag-agent") as trace:
        with trace.span(span_type="plan", name="analyze_query") as plan:
            plan.record_input({"query": question})
            generate_response(question, search_documents(question.lower()))
        trace.record_span(
            span_type="tool",
            name="lookup",
            input={"key": "user_123"},
            output={"name": "John"},
            latency_ms=45,
            status="completed",
        )


async def fetch_data(source, broken=False):
    with span(span_type="retrieval", name=f"fetch_{source}") as fetch:
        fetch.record_input({"source": source})
        try:
            await asyncio.sleep(0)
            if broken:
                raise TimeoutError("30 s")
            fetch.record_output({"count": 3})
        except TimeoutError as problem:
            fetch.mark_failed(f"Operation timed out: {problem}")
            raise


async def gather_data(broken=()):
    with client.agent_trace(agent_name="parallel-fetcher"):
        return await asyncio.gather(*(fetch_data(name, name in broken) for name in ("database", "api", "cache")))
