"""A chat model that answers from a script: LangChain's own fake, which also takes tools; a graph of two steps."""

from __future__ import annotations

import json
import operator
import re
from collections.abc import Iterator
from typing import Annotated, Any, TypedDict

from langchain_core.language_models.fake_chat_models import GenericFakeChatModel
from langchain_core.messages import AIMessage, AIMessageChunk
from langchain_core.outputs import ChatGenerationChunk
from langgraph.graph import START, StateGraph

USAGE: Any = {"input_tokens": 25, "output_tokens": 5, "total_tokens": 30}


class Scripted(GenericFakeChatModel):
    """Answers with its messages in turn; an exception in the script is raised."""

    def bind_tools(self, tools: Any, **kwargs: Any) -> Any:
        return self

    def _stream(
        self, messages: Any, stop: Any = None, run_manager: Any = None, **kwargs: Any
    ) -> Iterator[ChatGenerationChunk]:
        """Stream the words of an answer, then the usage; the base class cannot stream a message of tool calls."""
        answer: Any = next(self.messages)
        asked: Any = [
            {"name": call["name"], "args": json.dumps(call["args"]), "id": call["id"], "index": at}
            for at, call in enumerate(answer.tool_calls)
        ]
        words = [AIMessageChunk(word) for word in re.findall(r"\S+\s*", answer.content)]
        for piece in [*words, AIMessageChunk("", tool_call_chunks=asked, usage_metadata=USAGE)]:
            chunk = ChatGenerationChunk(message=piece)
            if run_manager is not None:
                run_manager.on_llm_new_token(piece.content, chunk=chunk)
            yield chunk


def scripted(*turns: AIMessage | Exception) -> Scripted:
    """Return a model with a script."""

    def answers() -> Iterator[AIMessage]:
        for turn in turns:
            if isinstance(turn, Exception):
                raise turn
            yield turn

    return Scripted(messages=answers())


def calls(*tools: str, **args: Any) -> AIMessage:
    """Return the message of a model that asks for tools."""
    asked: Any = [{"name": name, "args": args, "id": f"{name}-1"} for name in tools]
    return AIMessage("", tool_calls=asked, usage_metadata=USAGE)


class State(TypedDict):
    done: Annotated[list[Any], operator.add]


def steps_a_and_b() -> Any:
    """Return a graph of two nodes, one after the other."""
    made = StateGraph(State)
    for before, name in (START, "a"), ("a", "b"):
        made.add_node(name, lambda state, name=name: {"done": [name]})
        made.add_edge(before, name)
    return made.compile(name="graph")
