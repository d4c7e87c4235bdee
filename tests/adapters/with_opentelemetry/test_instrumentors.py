"""An OpenTelemetry instrumentor of a framework that has an adapter of its own: shown once, counted once."""

import pytest
from langchain.agents import create_agent
from langchain_core.language_models.fake_chat_models import GenericFakeChatModel
from langchain_core.messages import AIMessage
from langchain_core.tools import tool
from openinference.instrumentation.langchain import LangChainInstrumentor


class Scripted(GenericFakeChatModel):
    def bind_tools(self, tools, **options):
        return self


@tool
def weather(city: str) -> str:
    """Tell the weather."""
    return f"rain in {city}"


def ask():
    used = {"input_tokens": 10, "output_tokens": 4, "total_tokens": 14}
    call = AIMessage("", tool_calls=[{"name": "weather", "args": {"city": "Paris"}, "id": "c1"}], usage_metadata=used)
    agent = create_agent(
        Scripted(messages=iter([call, AIMessage("Rain.", usage_metadata=used)])), [weather], name="main"
    )
    return agent.invoke({"messages": [("user", "Weather?")]})["messages"][-1].content


@pytest.fixture
def instrumented(provider):
    instrumentor = LangChainInstrumentor()
    instrumentor.instrument(tracer_provider=provider)
    yield
    instrumentor.uninstrument()


def drawn(trace):
    return [line.split(" {")[0] for line in str(trace).splitlines()]


def test_langchain_with_its_instrumentor_gives_the_tree_that_it_gives_without(trace, request, exporter):
    assert ask() == "Rain."
    without = drawn(trace)
    assert len(without) == 4
    request.getfixturevalue("instrumented")
    assert ask() == "Rain."
    assert drawn(trace) == without * 2
    assert trace.usage.total_tokens == 56
    assert {span.source for span in trace.spans} == {"langchain"}
    assert {"LLM", "TOOL"} <= {span.attributes["openinference.span.kind"] for span in exporter.get_finished_spans()}
    assert trace.machinery.find(source="opentelemetry").find(type="llm").count == 2
