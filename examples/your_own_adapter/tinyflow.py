"""A made-up framework: a model calls tools in turns. It imports nothing of pytest-traces."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import Any

Tool = Callable[..., Any]


class Model:
    """Answers from a script: a mapping calls tools, a text is the answer, an exception is raised."""

    def __init__(self, *turns: Any) -> None:
        self._turns = iter(turns)

    def ask(self, messages: Sequence[Any]) -> Iterator[Any]:
        """Yield the calls of tools, or the words of an answer."""
        turn = next(self._turns)
        if isinstance(turn, Exception):
            raise turn
        yield from [turn] if isinstance(turn, Mapping) else re.findall(r"\S+\s*", turn)


class Agent:
    """Asks its model until it answers."""

    def __init__(self, name: str, model: Model, tools: Sequence[Tool]) -> None:
        self.name = name
        self.model = model
        self.tools = {tool.__name__: tool for tool in tools}

    def run(self, prompt: str) -> str:
        """Return the answer to a prompt."""
        messages: list[Any] = [prompt]
        while True:
            said = list(self.model.ask(messages))
            if isinstance(said[0], str):
                return "".join(said)
            with ThreadPoolExecutor() as pool:
                asked = [pool.submit(copy_context().run, self.call, *tool) for tool in said[0].items()]
            messages += [future.result() for future in asked]

    def call(self, name: str, arguments: Mapping[str, Any]) -> Any:
        """Call a tool; the model gets its error."""
        try:
            return self.run_tool(name, arguments)
        except Exception as error:
            return str(error)

    def run_tool(self, name: str, arguments: Mapping[str, Any]) -> Any:
        """Run the function of a tool."""
        return self.tools[name](**arguments)
