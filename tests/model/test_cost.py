"""What model calls cost."""

import subprocess
import sys

import pytest

from pytest_traces.errors import Mismatch, UsageNotRecorded
from pytest_traces.model.consumption.usage import Usage
from pytest_traces.report.summary import summarise
from tests.builders import a_trace, agent, llm, tool

MILLION = 1_000_000


def cost_usd_of(*calls):
    return Usage.total(calls).cost_usd


def read(name, tokens):
    return {f"{name}:input_tokens": tokens, f"{name}:output_tokens": 0}


def priced(name, **units):
    counts = {"output_tokens": 0, **units}
    return cost_usd_of(Usage.from_flat({f"{name}:{unit}": count for unit, count in counts.items()}))


def test_a_model_is_found_by_provider_and_name_or_by_name_alone():
    for name in ("openai/gpt-4o-mini", "gpt-4o-mini", "nobody/gpt-4o-mini"):
        if name.startswith("nobody"):
            with pytest.raises(UsageNotRecorded):
                priced(name, input_tokens=1)
        else:
            assert priced(name, input_tokens=MILLION, output_tokens=MILLION) == pytest.approx(0.75)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("azure/openai/gpt-4o", 12.5),
        ("groq/meta-llama/llama-4-scout-17b-16e-instruct", 0.45),
        ("@cf/baai/bge-m3", 0.012),
    ],
)
def test_a_provider_or_a_model_may_have_slashes_in_its_name(name, expected):
    assert priced(name, input_tokens=MILLION, output_tokens=MILLION) == pytest.approx(expected)


def test_cached_tokens_are_cheaper():
    assert priced("openai/gpt-4o-mini", input_tokens=MILLION, cached_input_tokens=MILLION) == pytest.approx(0.075)


def test_tokens_written_to_the_cache_have_their_own_price():
    written = priced("anthropic/claude-sonnet-4-5", input_tokens=1000, cache_creation_input_tokens=1000)
    assert written == pytest.approx(0.00375)


def test_reported_costs_are_believed_and_the_rest_is_looked_up():
    used = Usage.from_flat({"acme/x:input_tokens": 1, "acme/x:cost_usd": 0.5, **read("gpt-4o-mini", MILLION)})
    assert cost_usd_of(used) == pytest.approx(0.65)


def test_a_reported_cost_of_zero_is_a_cost():
    assert priced("acme/free", input_tokens=1, cost_usd=0.0) == 0.0


def test_an_unknown_price_is_named():
    with pytest.raises(UsageNotRecorded) as unknown:
        priced("acme/foo", input_tokens=1)
    assert str(unknown.value) == (
        "no price is known for 'acme/foo'\n\nhint: an adapter or the program may report the cost itself"
    )


def test_without_the_extra_the_hint_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "genai_prices", None)
    with pytest.raises(UsageNotRecorded) as unknown:
        cost_usd_of(Usage.from_flat(read("gpt-4o-mini", 1) | read("o3", 1)))
    assert str(unknown.value) == (
        "no price is known for 'gpt-4o-mini', 'o3'\n\n"
        "hint: prices come with the extra: pip install 'pytest-traces[cost]'"
    )


def test_a_model_call_that_reported_nothing_has_no_cost():
    with pytest.raises(UsageNotRecorded, match="1 model call reported no usage: 'gpt'"):
        cost_usd_of(Usage(unreported=("gpt",)))
    known = Usage.from_flat(read("gpt-4o-mini", 1))
    with pytest.raises(UsageNotRecorded, match="1 model call reported no usage: 'gpt'"):
        cost_usd_of(known + Usage(unreported=("gpt",)))
    with pytest.raises(UsageNotRecorded, match="no model call reported any usage"):
        cost_usd_of(Usage())


def test_assertions_do_not_load_the_price_list():
    code = "import sys, pytest_traces.trace.trace; sys.exit('genai_prices' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("unit", ["input_tokens", "output_tokens"])
def test_a_call_that_left_out_a_count_has_no_price(unit):
    told = {"input_tokens": 9, "output_tokens": 9} | {unit: 9}
    del told[unit]
    with pytest.raises(UsageNotRecorded) as unknown:
        cost_usd_of(Usage.from_flat({f"o3:{other}": count for other, count in told.items()}))
    assert unknown.value.headline == f"expected {unit} of every model call, 1 model call of 'o3' reported no {unit}"


def test_usage_budget_and_report_take_one_price():
    calls = [llm("openai/gpt-4o", tokens=(1_000, 100)), llm("openai/gpt-4o-mini", tokens=(500, 50))]
    trace = a_trace(agent("desk", *calls, tool("t")))
    cost = trace.usage.cost_usd
    assert cost == pytest.approx(0.0036050)
    assert [trace.one("desk").usage.cost_usd, trace.runs[0].usage.cost_usd, trace.llms.usage.cost_usd] == [cost] * 3
    trace.assert_budget(cost_usd=cost)
    with pytest.raises(Mismatch, match=f"expected cost_usd <= 0.0036, got {cost:.6g}"):
        trace.assert_budget(cost_usd=0.0036)
    models = summarise(trace._scope().tree, slow_ms=1_000)["models"]
    assert [model["cost_usd"] for model in models] == [pytest.approx(0.0035), pytest.approx(0.000105)]


def test_each_call_has_its_own_price_since_long_ones_cost_more():
    def calls(*tokens):
        return a_trace(*(llm("google/gemini-2.5-pro", tokens=(count, 0)) for count in tokens)).usage.cost_usd

    assert calls(150_000, 150_000) == pytest.approx(2 * calls(150_000))
    assert calls(300_000) > calls(150_000, 150_000)


def test_sums_that_hold_the_same_are_equal_however_they_came_about():
    one, other = (Usage.from_flat(read(name, 1)) for name in ("a/x", "b/y"))
    assert one + other == Usage.from_flat(read("a/x", 1) | read("b/y", 1))
    assert one != other
