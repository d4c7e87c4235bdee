"""An agent in plain Python without a framework: it opens its spans itself."""

from pytest_traces.runtime import agent_trace, span

BOOKS = {"Dune": "shelf 7", "Emma": "lent until Friday"}


def plan(question):
    with span(span_type="llm", name="plan", model_id="gpt-4o-mini") as step:
        step.record_input({"question": question})
        titles = [title for title in BOOKS if title in question]  # a real one would ask the model
        step.set_token_usage(input_tokens=40, output_tokens=4 * len(titles))
        step.record_output(titles)
        return titles


def find_book(title):
    with span(span_type="retrieval", name="find_book", input={"title": title}, tags=["catalogue"]) as step:
        step.record_output(BOOKS[title])
        return BOOKS[title]


def answer(question):
    with agent_trace(agent_name="librarian", metadata={"branch": "main street"}) as run:
        found = {title: find_book(title) for title in plan(question)}
        run.record_output(found)
        return found
