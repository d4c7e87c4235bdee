"""The whole output of failed tests of one agent at 80 columns: what went wrong, once, and on lines that fit."""

from __future__ import annotations

import re

import pytest

from tests.project import Project

PROGRAM = """
import asyncio
from pytest_traces.runtime import agent_trace, span

ASKED = [{"role": "system", "content": "You are a help desk. " * 20}, {"role": "user", "content": "Refund A-1. " * 9}]

def chat(messages, answer):
    with span(span_type="llm", name="chat", model_id="openai/gpt-4o-mini", input=list(messages)) as step:
        step.set_token_usage(input_tokens=100, output_tokens=20)
        step.record_output(answer)
    messages.append({"role": "assistant", **answer})

def tool(name, output=None, **given):
    with span(span_type="tool", name=name, input=given) as step:
        step.record_output(output) if output is not None else step.mark_failed("payment gateway timed out")

async def both(*calls):
    await asyncio.gather(*(asyncio.to_thread(tool, name, output, sku="X") for name, output in calls))

def ask():
    messages = list(ASKED)
    with agent_trace(agent_name="helpdesk"):
        chat(messages, {"tool": "find_order", "args": {"order_id": "A-1"}})
        tool("find_order", {"status": "shipped", "total": 30}, order_id="A-1")
        messages.append({"role": "tool", "content": "shipped"})
        chat(messages, {"tool": "stock", "args": {"sku": "X"}})
        asyncio.run(both(("price", 30), ("stock", 2)))
        messages.append({"role": "tool", "content": "2 at 30"})
        chat(messages, {"tool": "refund", "args": {"order_id": "A-1"}})
        tool("refund", order_id="A-1")
        tool("refund", "done", order_id="A-1")
        messages.append({"role": "tool", "content": "done"})
        chat(messages, {"content": "Your money is on its way."})
"""
TESTS = """
from helpdesk import ask

@pytest.fixture
def ran(trace):
    ask()
    return trace

def test_name(ran):
    ran.one("find_ordr")

def test_usage(ran):
    assert ran.usage.total_tokens == 1

@pytest.mark.trace(total_tokens=5)
def test_marker(ran):
    pass
"""
NAME = """\
ran = <trace: 10 spans, 1 failed>

    def test_name(ran):
>       ran.one("find_ordr")
E       pytest_traces.SpanNotFound: expected 1 span 'find_ordr', found 0
E
E       agent helpdesk
E       ├─ llm chat
E       ├─ tool find_order   ← did you mean this one?
E       ├─ llm chat
E       ├─ ∥ tool price
E       ├─ ∥ tool stock
E       ├─ llm chat
E       ├─ tool refund ✗ Failed: payment gateway timed out
E       ├─ tool refund
E       └─ llm chat

test_it.py:13: SpanNotFound"""
USAGE = """\
ran = <trace: 10 spans, 1 failed>

    def test_usage(ran):
>       assert ran.usage.total_tokens == 1
E       assert 480 == 1
E        +  where 480 = <usage: openai/gpt-4o-mini 400 in, 80 out>.total_tokens
E        +    where <usage: openai/gpt-4o-mini 400 in, 80 out> = <trace: 10 spans, 1 failed>.usage

test_it.py:16: AssertionError
------------------------------------ Trace -------------------------------------
agent helpdesk                                          400 in  80 out
├─ llm chat   openai/gpt-4o-mini                        100 in  20 out
│      input.0 system: "You are a help desk. You are a help desk. You ar…"
│      input.1 user: "Refund A-1. Refund A-1. Refund A-1. Refund A-1. Re…"
│      output: {"args": {"order_id": "A-1"}, "tool": "find_order"}
├─ tool find_order
│      input: {"order_id": "A-1"}
│      output: {"status": "shipped", "total": 30}
├─ llm chat   openai/gpt-4o-mini                        100 in  20 out
│      input: 3 messages as before, then
│      input.3 tool: "shipped"
│      output: {"args": {"sku": "X"}, "tool": "stock"}
├─ ∥ tool price {"sku": "X"} → 30
├─ ∥ tool stock {"sku": "X"} → 2
├─ llm chat   openai/gpt-4o-mini                        100 in  20 out
│      input: 5 messages as before, then
│      input.5 tool: "2 at 30"
│      output: {"args": {"order_id": "A-1"}, "tool": "refund"}
├─ tool refund {"order_id": "A-1"} ✗ Failed: payment gateway timed out
├─ tool refund {"order_id": "A-1"} → "done"   attempt 2
└─ llm chat   openai/gpt-4o-mini                        100 in  20 out
       input: 7 messages as before, then
       input.7 tool: "done"
       output: {"content": "Your money is on its way."}
values are cut here; pytest -vv shows them whole"""
MARKER = """\
    @pytest.mark.trace(total_tokens=5)
>   def test_marker(ran):
        ^^^^^^^^^^^
E   pytest_traces.Mismatch: expected total_tokens <= 5, got 480
E
E   agent helpdesk
E   ├─ llm chat
E   ├─ tool find_order
E   ├─ llm chat
E   ├─ ∥ tool price
E   ├─ ∥ tool stock
E   ├─ llm chat
E   ├─ tool refund ✗ Failed: payment gateway timed out
E   ├─ tool refund
E   └─ llm chat
E
E   set by @pytest.mark.trace of test_it.py::test_marker

test_it.py:19: Mismatch"""


@pytest.mark.parametrize(("test", "told"), [("name", NAME), ("usage", USAGE), ("marker", MARKER)])
def test_a_failure_is_told_once_and_on_lines_that_fit(project: Project, test: str, told: str) -> None:
    project.write("helpdesk.py", PROGRAM)
    project.tests(TESTS)
    output = project.run("-k", f"test_{test}", "-p", "no:cacheprovider", columns=80).output
    shown = re.search(rf"^_+ test_{test} _+\n\n(.*?)^(?:traces: |=)", output, re.M | re.S)
    assert shown is not None
    lines = [re.sub(r"(?: +\d+ ms)? *$", "", line) for line in shown[1].rstrip().splitlines()]
    assert "\n".join(lines) == told
