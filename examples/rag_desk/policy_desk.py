"""A desk that looks up policies and opens tickets: its tools take and return whole documents and nested arguments."""

from pathlib import Path

from pytest_traces.runtime import agent_trace, span, trace_tool

POLICIES = {path.stem: path.read_text(encoding="utf-8") for path in (Path(__file__).parent / "policies").glob("*.txt")}


def search(question, limit=2):
    with span(span_type="retrieval", name="search", input={"query": question, "limit": limit}) as step:
        words = [word.strip("?,.") for word in question.lower().split() if len(word) > 4]
        hits = {name: sum(text.lower().count(word) for word in words) for name, text in POLICIES.items()}
        best = sorted(hits, key=lambda name: (-hits[name], name))[:limit]
        found = [{"id": name, "score": hits[name], "text": POLICIES[name]} for name in best]
        step.record_output(found)
        return found


@trace_tool
def create_ticket(customer, order, reason):
    return {"ticket": 4711, "status": "open", "queue": "returns"}


def answer(question, policies):
    with span(span_type="llm", name="answer", model_id="openai/gpt-4o-mini") as step:
        messages = [{"role": "system", "content": policy["text"]} for policy in policies]
        step.record_input([*messages, {"role": "user", "content": question}])
        step.set_token_usage(input_tokens=480, output_tokens=18)
        step.record_output("Yes, within 30 days. A ticket is open.")  # a real one would ask the model


def refund(question):
    with agent_trace(agent_name="desk"):
        answer(question, search(question))
        create_ticket(
            customer={"name": "Ann Lee", "email": "ann@example.com", "address": {"city": "Brest", "zip": "29200"}},
            order={
                "id": "A-1",
                "lines": [
                    {"sku": "lamp-7", "quantity": 1, "gift": True},
                    {"sku": "bulb-2", "quantity": 3, "gift": False},
                ],
            },
            reason="The lamp arrived with a broken shade. The customer wants the money back, and no new lamp.",
        )
