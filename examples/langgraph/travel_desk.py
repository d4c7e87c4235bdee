"""A travel desk on LangGraph: two concurrent sources, then an agent with a scripted model."""

import operator
from typing import Annotated, Any, TypedDict

from langchain.agents import create_agent
from langchain_core.language_models.fake_chat_models import GenericFakeChatModel
from langchain_core.messages import AIMessage
from langchain_core.tools import tool
from langgraph.graph import START, StateGraph

USAGE: Any = {"input_tokens": 40, "output_tokens": 10, "total_tokens": 50}


class Scripted(GenericFakeChatModel):
    """LangChain's own fake model, which accepts tools and calls them by its script."""

    def bind_tools(self, tools: Any, **options: Any) -> Any:
        return self


@tool
def get_weather(city: str) -> dict[str, Any]:
    """Return the weather of a city."""
    return {"temp": 21, "sky": "rain"}


class Desk(TypedDict):
    city: str
    facts: Annotated[list[str], operator.add]
    answer: str


def map_office(desk: Desk) -> dict[str, Any]:
    return {"facts": [f"{desk['city']} is in France"]}


def time_office(desk: Desk) -> dict[str, Any]:
    return {"facts": ["it is 12:00"]}


def advisor(desk: Desk) -> dict[str, Any]:
    calls: Any = [{"name": "get_weather", "args": {"city": desk["city"]}, "id": "call_1"}]
    script = [AIMessage("", tool_calls=calls, usage_metadata=USAGE), AIMessage("Take one.", usage_metadata=USAGE)]
    agent: Any = create_agent(Scripted(messages=iter(script)), [get_weather], name="advisor")
    said = agent.invoke({"messages": [("user", f"Umbrella in {desk['city']}?")]})
    return {"answer": said["messages"][-1].content}


def ask(city: str) -> str:
    graph = StateGraph(Desk)
    for node in (map_office, time_office, advisor):
        graph.add_node(node.__name__, node)
    graph.add_edge(START, "map_office")
    graph.add_edge(START, "time_office")
    graph.add_edge(["map_office", "time_office"], "advisor")
    answer: str = graph.compile(name="desk").invoke({"city": city, "facts": [], "answer": ""})["answer"]
    return answer
