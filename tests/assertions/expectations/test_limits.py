"""Budgets and invariants of a marker, and of ini."""

import pytest

from pytest_traces.assertions.expectations.limits import Limits
from pytest_traces.assertions.queries.scope import Scope
from pytest_traces.errors import ExpectationError, TracesError, UnknownCondition
from tests.assertions.reading import headline, text, why
from tests.builders import a_tree, agent, llm, span, tool


def a_scope(*steps):
    return Scope(a_tree(*steps))


def check(limits, scope):
    """Raise the first thing that is broken."""
    for failure in limits.broken(scope):
        raise failure


ILL = a_scope(
    agent(
        "planner",
        llm("gpt", tokens=(60, 12)),
        tool("pay", input=1, error="E: no"),
        tool("pay", input=1),
        tool("pay", input=1),
        tool("get", error="tool_not_found: no"),
        span("workflow", "flow", notes=[("skipped", {"steps": ["mail"]})]),
        status="running",
    )
)
ILL_FAILED = "expected no errors, 'pay' and 1 more failed: E: no"
WELL = a_scope(agent("planner", llm("gpt", tokens=(60, 12)), tool("pay", input=1)))
INVARIANTS = ("no_errors", "no_retries", "no_loops", "no_unknown_tools", "no_skips", "closed")


def test_a_healthy_trace_keeps_every_limit():
    check(
        Limits.read({**dict.fromkeys(INVARIANTS, True), "total_tokens": 72, "llm_calls": 1, "never": ["delete_*"]}),
        WELL,
    )


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("no_errors", "no errors, 'pay' and 1 more failed: E: no"),
        ("no_retries", "no retries, found 'pay' (2 attempts, recovered, E: no)"),
        ("no_loops", "no call of 'pay' with the same input again, found 2 with 1"),
        ("no_unknown_tools", "only known tools, the model asked for 'get'"),
        ("no_skips", "no step to be skipped, found 'mail'"),
        ("closed", "every span to have ended, 'planner' still runs"),
    ],
)
def test_each_invariant_can_fail(name, fault):
    assert headline(check, Limits.read({name: True}), ILL) == f"Mismatch: expected {fault}"
    assert why(check, Limits.read({name: False}), ILL) == "it passed"


def test_a_budget_is_checked():
    assert why(check, Limits.read({"total_tokens": 50}), WELL) == text(
        """
        Mismatch: expected total_tokens <= 50, got 72

        agent planner
        ├─ llm gpt
        └─ tool pay
        """
    )


def test_a_span_that_must_never_run_breaks_the_limit():
    assert why(check, Limits.read({"never": "delete_*, pay"}), WELL) == text(
        """
        Mismatch: expected no span 'pay', found 1

        agent planner
        ├─ llm gpt
        └─ tool pay   ← must not run
        """
    )


def test_limits_are_read_from_the_text_of_an_ini_file():
    limits = Limits.read({"total_tokens": "1_000", "no_errors": "true", "no_loops": "off", "never": "a\nb"})
    assert [failure.headline for failure in limits.broken(ILL)] == [ILL_FAILED]
    check(limits, WELL)


def test_a_budget_of_the_test_replaces_that_of_the_suite():
    suite, own = Limits.read({"total_tokens": 10, "no_errors": True}), Limits.read({"total_tokens": 100})
    check(suite.beside(own), WELL)
    assert [failure.headline for failure in suite.beside(own).broken(ILL)] == [ILL_FAILED]


def test_a_test_may_switch_off_an_invariant_of_its_suite():
    suite = Limits.read({"no_errors": True, "closed": False, "no_skips": False})
    assert why(check, suite.beside(Limits.read({"no_errors": False})), ILL) == "it passed"
    assert headline(check, suite.beside(Limits.read({"closed": True})), ILL) == f"Mismatch: {ILL_FAILED}"


def test_names_of_never_add_up():
    suite = Limits.read({"never": "pay"}).beside(Limits.read({"never": "delete_*"}))
    assert headline(check, suite, WELL) == "Mismatch: expected no span 'pay', found 1"


def test_all_broken_limits_are_told():
    limits = Limits.read({"total_tokens": 50, "llm_calls": 0, "never": "pay"})
    assert [failure.headline for failure in limits.broken(WELL)] == [
        "2 limits are exceeded",
        "expected no span 'pay', found 1",
    ]


def test_a_program_that_called_no_model_used_no_tokens_and_no_money():
    limits = Limits.read({"total_tokens": 1, "cost_usd": 0, "tool_calls": 0})
    [failure] = limits.without_spending().broken(a_scope(tool("pay")))
    assert failure.headline == "expected tool_calls <= 0, got 1"


def test_an_empty_trace_fails_every_limit():
    assert why(check, Limits.read({"no_loops": True}), a_scope()) == "EmptyTrace: nothing was recorded"


def test_a_program_without_tools_has_no_loops():
    check(Limits.read({"no_loops": True}), a_scope(llm("gpt")))


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"no_loops": "maybe"}, "an invariant is true or false, got no_loops='maybe'"),
        ({"closed": 1}, "an invariant is true or false, got closed=1"),
        ({"total_tokens": "many"}, "a limit is a number from 0, got total_tokens='many'"),
        ({"total_tokens": True}, "a limit is a number from 0, got total_tokens=True"),
        ({"never": ""}, "`never` must be a name, a glob, a regex or a predicate, got ''"),
        ({"never": 5}, "`never` takes names, got 5"),
    ],
)
def test_a_wrong_value_is_refused_where_it_is_written(given, message):
    with pytest.raises(TracesError) as refused:
        Limits.read(given)
    assert str(refused.value) == message


def test_a_misspelt_limit_is_refused_with_the_nearest():
    with pytest.raises(UnknownCondition, match="unknown limit 'total_token'; did you mean 'total_tokens'"):
        Limits.read({"total_token": 5})


def test_an_ini_file_may_group_digits():
    with pytest.raises(ExpectationError, match="expected total_tokens <= 71, got 72"):
        check(Limits.read({"total_tokens": "7_1"}), WELL)


@pytest.mark.parametrize("given", ["pay out, get", "pay out\nget"])
def test_names_of_an_ini_file_stand_between_commas_or_lines(given):
    with pytest.raises(ExpectationError, match="expected no span 'pay out', found 1"):
        check(Limits.read({"never": given}), a_scope(tool("pay out")))
    with pytest.raises(ExpectationError, match="expected no span 'get', found 1"):
        check(Limits.read({"never": given}), a_scope(tool("get")))
