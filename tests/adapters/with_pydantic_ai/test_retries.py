"""Tools, outputs and runs that were refused, failed or tried again."""

import pytest
from pydantic import BaseModel
from pydantic_ai import Agent, ModelRetry
from pydantic_ai.exceptions import UnexpectedModelBehavior

from tests.adapters.with_pydantic_ai.models import ScriptedModel, drawn


def test_an_output_function_that_refuses_is_a_failed_call_and_an_attempt_of_the_agent(trace):
    def book(city: str) -> str:
        if city == "Atlantis":
            raise ModelRetry("no such city")
        return f"booked {city}"

    turns = [("final_result", {"city": "Atlantis"})], [("final_result", {"city": "Paris"})]
    Agent(ScriptedModel(*turns), output_type=book, name="main").run_sync("Book it.")
    assert [str(call.error) for call in trace.tools] == ["ModelRetry: no such city", "None"]
    [retry] = trace.retries
    assert (retry.name, retry.attempts, str(retry.errors[0])) == ("main", 2, "ModelRetry: no such city")


def test_a_tool_that_asks_to_be_tried_again_is_a_retry(trace):
    agent = Agent(ScriptedModel([("search", {"q": "a"})], [("search", {"q": "a"})], "Found."), name="main")
    answers = [ModelRetry("too many"), "one"]

    @agent.tool_plain
    def search(q: str) -> str:
        answer = answers.pop(0)
        if isinstance(answer, ModelRetry):
            raise answer
        return answer

    agent.run_sync("Search.")
    [retry] = trace.retries
    assert (retry.name, retry.attempts, retry.recovered, str(retry.errors[0])) == (
        "search",
        2,
        True,
        "ModelRetry: too many",
    )


def test_a_tool_that_is_tried_again_with_other_arguments_is_a_retry(trace):
    script = [[("search", {"q": q})] for q in ("a", "bb", "ccc")]
    agent = Agent(ScriptedModel(*script, "Found."), name="main", retries=2)

    @agent.tool_plain
    def search(q: str) -> str:
        if len(q) < 3:
            raise ModelRetry("too short")
        return q

    agent.run_sync("Search.")
    assert [[call.input["q"] for call in retry.spans] for retry in trace.retries] == [["a", "bb", "ccc"]]


def test_arguments_that_were_refused_are_a_failed_call(trace):
    agent = Agent(ScriptedModel([("search", {"n": "many"})], [("search", {"n": 3})], "Found."), name="main")

    @agent.tool_plain
    def search(n: int) -> int:
        return n

    agent.run_sync("Search.")
    assert [call.status for call in trace.tools] == ["error", "success"]
    assert trace.tools[0].input == {"n": "many"}
    assert str(trace.tools[0].error).startswith("ValidationError: n: Input should be a valid integer")


def test_a_tool_that_does_not_exist_is_told_as_such(trace):
    agent = Agent(ScriptedModel([("serch", {})], "Sorry."), name="main")

    @agent.tool_plain
    def search() -> int:
        return 1

    agent.run_sync("Search.")
    with pytest.raises(AssertionError, match="serch"):
        trace.assert_no_unknown_tools()


def test_an_output_that_is_refused_is_an_attempt_of_the_agent(trace):
    agent = Agent(ScriptedModel("maybe", "yes"), name="main")

    @agent.output_validator
    def is_yes(output: str) -> str:
        if output != "yes":
            raise ModelRetry("say yes or no")
        return output

    agent.run_sync("Well?")
    assert drawn(trace) == ["agent main", "├─ llm gpt-x", "└─ llm gpt-x"]
    [retry] = trace.retries
    assert (retry.name, retry.attempts, retry.recovered) == ("main", 2, True)
    assert str(retry.errors[0]) == "ModelRetry: say yes or no"


def test_a_structured_output_that_does_not_fit_is_an_attempt_of_the_agent(trace):
    class City(BaseModel):
        name: str

    turns = [("final_result", {"nom": "Paris"})], [("final_result", {"name": "Paris"})]
    Agent(ScriptedModel(*turns), output_type=City, name="main").run_sync("Where?")
    [retry] = trace.retries
    assert (retry.name, retry.attempts, retry.recovered) == ("main", 2, True)
    assert str(retry.errors[0]) == "ValidationError: name: Field required"


def test_a_run_that_gives_up_is_an_error(trace):
    agent = Agent(ScriptedModel("maybe", "maybe"), name="main")

    @agent.output_validator
    def is_yes(output: str) -> str:
        raise ModelRetry("say yes or no")

    with pytest.raises(UnexpectedModelBehavior):
        agent.run_sync("Well?")
    assert trace.agents[0].error.type == "UnexpectedModelBehavior"


def test_an_error_of_a_tool_ends_the_run_with_it(trace):
    agent = Agent(ScriptedModel([("search", {})]), name="main")

    @agent.tool_plain
    def search() -> str:
        raise KeyError("index")

    with pytest.raises(KeyError):
        agent.run_sync("Search.")
    assert str(trace.one("search").error) == "KeyError: 'index'"
    assert trace.agents[0].error.type == "KeyError"
