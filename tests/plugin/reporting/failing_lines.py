"""Every public way to fail: a statement for each, found by what the public classes offer."""

from __future__ import annotations

import inspect
import re

import pytest_traces
from pytest_traces import Selection, Trace, TraceFixture

FAILING = {
    "Trace.on": ["trace.on()", "trace.on(output=5)"],
    "Trace.sweep": [
        "list(trace.sweep(ask, 'get_wether', raises=TimeoutError()))",
        "list(trace.sweep(ask, output=5, raises=TimeoutError()))",
    ],
    "Trace.one": ["trace.one('get_wether')", "trace.one('get_weather', type='tool', input={'city': 'Rome'})"],
    "Trace.first": ["trace.first('get_wether')"],
    "Trace.last": ["trace.last('get_wether')"],
    "Trace.find": ["trace.find('get_wether')", "trace.find(status='failed')", "trace.find(type='tol')"],
    "Trace.index": ["trace.spans.index('get_wether')"],
    "Trace.usage": ["trace.tools.usage.total_tokens", "trace.find('nothing_like_it').usage", "trace.usage['rows']"],
    "Trace.elapsed": ["trace.find('nothing_like_it').elapsed"],
    "Trace.tools": ["trace.tools[7]", "trace.toolz", "trace.tools.cnt", "trace.tools[0].duration"],
    "Trace.load": ["Trace.load('broken.jsonl')", "Trace.load('gone.jsonl')", "Trace.load('app.py')"],
    "Trace.with_options": ["trace.with_options(slow=1)"],
    "Trace.wait_for": ["trace.wait_for('get_wether', timeout=0.01)", "trace.wait_for('a', timeout=-1)"],
    "Trace.wait_for_async": ["asyncio.run(trace.wait_for_async('get_wether', timeout=0.01))"],
    "Trace.record_calls": ["trace.record_calls('app:aks')"],
    "Trace.span_tree": ["trace.span_tree(include='colour')", "trace.span_tree(replace={'output.temp': 'uuidd'})"],
    "Trace.__getitem__": ["trace['get_weather']", "trace['nothing']", "trace.tools['a']"],
    "Trace.__contains__": ["assert 'get_wether' in trace", "assert 'get_wether' in trace.tools"],
    "Trace.assert_sequence": ["trace.assert_sequence('geocode', 'get_weather')", "trace.assert_sequence(5)"],
    "Trace.assert_calls": ["trace.assert_calls({'get_weather': 2})", "trace.assert_calls()"],
    "Trace.assert_once": ["trace.assert_once('get_wether')"],
    "Trace.assert_never": ["trace.assert_never('get_weather')", "trace.assert_never('get_wether')"],
    "Trace.assert_parallel": ["trace.assert_parallel('get_weather', 'gpt-4o-mini')", "trace.assert_parallel('a')"],
    "Trace.assert_nested": ["trace.assert_nested('weather', under='get_weather')"],
    "Trace.assert_followed": ["trace.assert_followed(when='gpt-4o-mini', by='log')"],
    "Trace.assert_no_loops": ["loop.assert_no_loops()", "trace.assert_no_loops(at_most='a')"],
    "Trace.assert_received": ["trace.assert_received('gpt-4o-mini', output_of='get_weather')"],
    "Trace.assert_fed_back": ["trace.assert_fed_back('get_weather')"],
    "Trace.assert_no_errors": ["ill.assert_no_errors()", "trace.assert_no_errors('get_wether')"],
    "Trace.assert_no_retries": ["ill.assert_no_retries()", "trace.assert_no_retries('get_wether')"],
    "Trace.assert_closed": ["unfinished.assert_closed()"],
    "Trace.assert_no_unknown_tools": ["unknown.assert_no_unknown_tools()"],
    "Trace.assert_no_skips": ["skipping.assert_no_skips()"],
    "Trace.assert_skipped": ["trace.assert_skipped('mail')", "trace.assert_skipped()"],
    "Trace.assert_streams_ended": ["trace.assert_streams_ended()", "trace.assert_streams_ended('gpt-*')"],
    "Trace.assert_first_chunk": ["trace.assert_first_chunk(within_ms=1)", "trace.assert_first_chunk(within_ms='a')"],
    "Trace.assert_budget": [
        "trace.assert_budget(total_tokens=1)",
        "trace.assert_budget(tokens=1)",
        "trace.assert_budget()",
    ],
    "Trace.assert_span_tree": [
        "trace.assert_span_tree()",
        "trace.assert_span_tree(name='other')",
        "trace.assert_span_tree(name='')",
        "trace.assert_span_tree(included='model')",
        "trace.assert_span_tree(replace={'output.temp': 'uuidd'})",
        "unfinished.assert_span_tree()",
    ],
    "Trace.assert_events": ["trace.assert_events()", "trace.assert_events(include='a')"],
    "Trace.assert_usage": ["trace.assert_usage()", "trace.assert_usage(ignore=5)"],
    "Span.parent": ["Span(name='a', type='tool', path='a', call_id='1', run_id='1', t0=0).parent"],
    "call": ["call()", "call(colour='red')"],
    "at_most": ["at_most(5)"],
    "exactly": ["exactly(5)", "exactly({'a': 1}, ignore='*')"],
    "either": ["either()", "either(5)"],
    "optional": ["optional()"],
    "parallel": ["parallel()", "parallel('a')"],
    "repeat": ["repeat()", "repeat(optional('a'))"],
    "record": ["record().spans"],
}
"""Statements that fail at their own line, by the public name that fails."""

ON_AN_EMPTY_TRACE = "agents events llms machinery retries retrievals roots runs slow status timeline() tools usage"
"""What nothing but an empty trace makes fail."""

NEVER_FAIL = (
    "acting begin_outage end_outage entitle faults_of_acts forget raised without_waiting ancestors children count "
    "descendants get items keys late names options siblings soft spans values"
)
"""An empty selection has no relatives, and a trace that is still empty has no spans."""


def public_names() -> set[str]:
    """Return every public name of a trace, a selection and the package, without its classes and errors."""
    members = {f"Trace.{name}" for cls in (Trace, TraceFixture, Selection) for name in dir(cls) if name[0] != "_"}
    functions = {name for name in pytest_traces.__all__ if inspect.isfunction(getattr(pytest_traces, name))}
    return members | functions


def told_names() -> set[str]:
    """Return every name that the statements above speak of."""
    others = f"{ON_AN_EMPTY_TRACE} {NEVER_FAIL}".split()
    return set(FAILING) | {f"Trace.{name.rstrip('()')}" for name in others}


def statements() -> list[tuple[str, ...]]:
    """Return what fails, line by line, the line that must be shown first: alone, of an empty trace, in a soft block."""
    alone = [statement for ways in FAILING.values() for statement in ways]
    asked = [one for one in alone if re.match(r"trace\.\w+\(", one) and "with_options" not in one]
    empty = [
        *(one.replace("trace.", "idle.", 1) for one in asked),
        *(f"idle.{one}" for one in ON_AN_EMPTY_TRACE.split()),
    ]
    soft = [("with trace.soft():", f"    {one}") for one in asked if one.startswith("trace.assert_")]
    return [*((one,) for one in (*alone, *empty)), *soft]
