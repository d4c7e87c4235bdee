"""A book shop that traces with the OpenTelemetry API alone: no SDK is set up, and nothing is exported."""

import json

from opentelemetry import trace

tracer = trace.get_tracer("book_shop")


def call_model(question: str) -> str:
    about = {"gen_ai.operation.name": "chat", "gen_ai.provider.name": "openai", "gen_ai.request.model": "gpt-4o-mini"}
    with tracer.start_as_current_span("chat gpt-4o-mini", attributes=about) as span:
        span.set_attribute("gen_ai.input.messages", json.dumps([{"role": "user", "content": question}]))
        span.set_attributes({"gen_ai.usage.input_tokens": 40, "gen_ai.usage.output_tokens": 10})
        return "umbrella"


def search(word: str) -> list[str]:
    about = {"gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "search"}
    with tracer.start_as_current_span("execute_tool search", attributes=about) as span:
        span.set_attribute("gen_ai.tool.call.arguments", json.dumps({"word": word}))
        found = ["The Umbrella Academy"]
        span.set_attribute("gen_ai.tool.call.result", json.dumps(found))
        return found


@tracer.start_as_current_span(
    "invoke_agent book_shop", attributes={"gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": "book_shop"}
)
def ask(question: str) -> str:
    return search(call_model(question))[0]
