"""A help desk on the OpenAI Agents SDK: triage hands over to billing. The models are the SDK's own test doubles."""

from typing import Any

from agents import Agent, Runner, Usage, function_tool, set_trace_processors
from agents.testing import ScriptedModel, assistant_message, function_call

set_trace_processors([])  # nothing is uploaded


@function_tool
def find_invoice(customer: str) -> dict[str, Any]:
    """Find the open invoice of a customer."""
    return {"number": 17, "amount": 120}


def scripted(*turns: Any) -> ScriptedModel:
    """Return a model that gives these answers in turn and counts tokens."""
    model = ScriptedModel(turns)
    model.set_default_usage(Usage(requests=1, input_tokens=40, output_tokens=10, total_tokens=50))
    return model


def ask(question: str) -> str:
    billing = Agent(
        name="billing",
        model=scripted(
            [function_call("find_invoice", {"customer": "Ada"}, call_id="call_2")],
            [assistant_message("Invoice 17 is open: 120 euros.")],
        ),
        tools=[find_invoice],
    )
    triage = Agent(
        name="triage",
        model=scripted([function_call("transfer_to_billing", {}, call_id="call_1")]),
        handoffs=[billing],
    )
    return str(Runner.run_sync(triage, question).final_output)
