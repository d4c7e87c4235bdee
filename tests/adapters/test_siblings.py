"""Servers that are no OpenAI's, and SDKs that the same generator makes: CI installs those with the oldest versions."""

from importlib import import_module
from typing import Any

import pytest
from openai import AzureOpenAI, OpenAI

from pytest_traces import Trace
from tests.adapters.doubles.wire import ASK, client
from tests.adapters.with_openai.replies import chat


def answering(kind: type, module: str) -> Any:
    """Return a client of an SDK on whichever of the two HTTP libraries it is built."""
    base = import_module(f"{module}._base_client")
    http = getattr(base, "httpx", None) or base.httpx2
    reply = chat()
    transport = http.MockTransport(lambda request: http.Response(200, content=reply.content, headers=reply.headers))
    return kind(api_key="k", http_client=http.Client(transport=transport))


@pytest.mark.parametrize(("module", "kind"), [("groq", "Groq"), ("together", "Together")])
def test_a_chat_is_a_call_of_a_model(trace: Trace, module: str, kind: str) -> None:
    sdk = pytest.importorskip(module)
    answering(getattr(sdk, kind), module).chat.completions.create(model="llama", messages=ASK)
    call = trace.one("llama", type="llm")
    assert (call.source, call.output) == (module, "Rain.")
    assert (trace.usage.input_tokens, trace.usage.output_tokens) == (25, 5)


@pytest.mark.parametrize("server", ["azure", "compatible"])
def test_other_servers_are_asked_through_the_same_client(trace: Trace, server: str) -> None:
    if server == "azure":
        sdk = client(AzureOpenAI, chat(), api_version="2024-10-21", azure_endpoint="https://shop.openai.azure.com")
    else:
        sdk = client(OpenAI, chat(), base_url="http://localhost:11434/v1")
    sdk.chat.completions.create(model="llama", messages=ASK)
    call = trace.one("llama", type="llm")
    assert (call.source, call.output, call.model) == ("openai", "Rain.", "gpt-4o-mini-2024")
