"""An instrumentor that came before the adapter, or is taken off: each call is recorded once, natively."""

from typing import Any

import pytest
from openai import OpenAI
from openinference.instrumentation.openai import OpenAIInstrumentor

from pytest_traces import Trace
from tests.adapters.doubles.wire import ASK, client
from tests.adapters.with_openai.replies import chat
from tests.project import project as project

SCRIPT = """
import logfire
from openai import OpenAI
from openinference.instrumentation.openai import OpenAIInstrumentor

import pytest_traces
from tests.adapters.doubles.wire import ASK, client
from tests.adapters.with_openai.replies import chat

model, instrumentor = client(OpenAI, *(chat() for _ in range(4))), OpenAIInstrumentor()
instrument, uninstrument = instrumentor.instrument, instrumentor.uninstrument

def call():
    model.chat.completions.create(model="gpt-4o-mini", messages=ASK)

def by_logfire():
    logfire.configure(send_to_logfire=False, console=False)
    logfire.instrument_openai(model)

call()
{before}
with pytest_traces.record() as trace:
    {meanwhile}
print(trace.status, trace.usage.requests, *(call.source for call in trace.llms), *trace.machinery.names)
"""

ORDERS = [
    ("instrument()", "call()", "success 1 openai ChatCompletion"),
    ("instrument(); uninstrument()", "call()", "success 1 openai"),
    ("instrument()", "uninstrument(); call()", "success 1 openai"),
    ("instrument(); call(); uninstrument()", "instrument(); call()", "success 1 openai ChatCompletion"),
    ("", "instrument(); call(); uninstrument(); call()", "success 2 openai openai ChatCompletion"),
    ("by_logfire()", "call()", "success 1 openai Chat Completion with {request_data[model]!r}"),
]


@pytest.mark.parametrize(("before", "meanwhile", "told"), ORDERS, ids=lambda one: str(one))
def test_a_script_may_instrument_before_it_records(project: Any, before: str, meanwhile: str, told: str) -> None:
    script = project.write("script.py", SCRIPT.replace("{before}", before).replace("{meanwhile}", meanwhile))
    assert project.python(str(script)).output.splitlines()[-1] == told


def test_a_test_may_instrument_again_and_again(trace: Trace) -> None:
    model, instrumentor = client(OpenAI, chat(), chat(), chat()), OpenAIInstrumentor()
    for _ in range(3):
        instrumentor.instrument()
        model.chat.completions.create(model="gpt-4o-mini", messages=ASK)
        instrumentor.uninstrument()
    assert str(trace) == "\n".join(["llm gpt-4o-mini"] * 3)
    assert trace.usage.requests == 3
    assert trace.machinery.names == ["ChatCompletion"] * 3


def test_the_program_sees_the_function_as_it_was() -> None:
    import inspect

    assert list(inspect.signature(OpenAI.request).parameters) == ["self", "cast_to", "options", "stream", "stream_cls"]
    assert inspect.getsource(OpenAI.request).lstrip().startswith("def request(")
