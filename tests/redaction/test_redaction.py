"""What is kept out of everything people read or commit, and what is left alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_traces.drawing.details import draw_details
from pytest_traces.errors import CorruptFile, Mismatch
from pytest_traces.model.span import SpanError
from pytest_traces.redaction.keys import MASK
from pytest_traces.redaction.masking import Redaction, redact
from pytest_traces.report.summary import summarise
from pytest_traces.snapshots.normalising.masks import Masks
from pytest_traces.snapshots.normalising.scrubber import Scrubber
from pytest_traces.snapshots.writing.events import events_text
from pytest_traces.snapshots.writing.usage import usage_text
from tests.builders import a_trace, a_tree, llm, tool
from tests.project import Project
from tests.redaction.placements import TAIL


def test_a_python_repr_is_redacted_too() -> None:
    assert redact(repr({"password": "hunter2", "n": 1})) == repr({"password": MASK, "n": 1})
    assert redact(repr({"token": b"hunter2-x9"})) == "{'token': b'<redacted>'}"


def test_a_private_key_that_was_cut_short_goes_whole() -> None:
    assert redact(f"-----BEGIN PRIVATE KEY-----\n{TAIL}") == MASK


CUT_SHORT = [
    ("bad config {'password': 'hunt", "bad config {'password': '<redacted>'"),
    ('bad config {"password": "hunt', 'bad config {"password": "<redacted>"'),
    ("bad key -----BEGIN RSA PRIVATE KEY-----", "bad key <redacted>"),
    ("missing header Authorization:", "missing header Authorization:"),
    ("run --api-key", "run --api-key"),
    ("password =", "password ="),
]


@pytest.mark.parametrize(("begun", "masked"), CUT_SHORT)
def test_a_secret_that_was_begun_ends_with_what_it_stands_in(begun: str, masked: str) -> None:
    assert redact(begun) == masked
    assert json.loads(redact(json.dumps({"a": begun, "b": 'I don\'t "know"'}))) == {
        "a": masked,
        "b": 'I don\'t "know"',
    }
    later = [tool("get_user", input={"id": "1"}), tool("say", input={"text": "I don't know"})]
    trace = a_trace(tool("load", error=f"ValueError: {begun}", status="timeout"), llm("one"), *later)
    assert trace.span_tree().splitlines() == [
        f"tool load ✗ ValueError: {masked} [timeout]",
        "llm one",
        'tool get_user {"id": "1"}',
        'tool say {"text": "I don\'t know"}',
    ]
    two = a_tree(tool("load", error=f"ValueError: {begun}"), tool("don't"))
    assert events_text(two, Masks(), Scrubber(0.0)).splitlines() == [
        "start tool load",
        f"  output ✗ ValueError: {masked}",
        'start tool "don\'t"',
        "  output",
    ]
    assert draw_details(two, width=100).splitlines() == [
        f"tool load ✗ ValueError: {masked}".ljust(95) + "10 ms",
        'tool "don\'t"'.ljust(95) + "10 ms",
    ]


LINES = st.lists(
    st.sampled_from(
        [begun for begun, _ in CUT_SHORT]
        + ["I don't know", '├─ tool x {"a": 1}', '"', "'}", "-----END RSA PRIVATE KEY-----", "api_key", "├─ ∥ tool y"]
    ),
    max_size=6,
)


@given(LINES)
@settings(max_examples=200, deadline=None, derandomize=True)
def test_a_drawn_text_is_masked_line_by_line(lines: list[str]) -> None:
    assert redact.lines("\n".join(lines)) == "\n".join(redact(line) for line in lines)


@given(LINES)
@settings(max_examples=100, deadline=None, derandomize=True)
def test_every_span_keeps_its_line_and_says_there_what_it_says_alone(errors: list[str]) -> None:
    spans = [tool(f"t{number}", error=f"E: {error}") for number, error in enumerate(errors)]
    alone = [a_trace(one).span_tree() for one in spans]
    assert (a_trace(*spans).span_tree().splitlines() if spans else []) == alone


def test_own_patterns_are_added_and_taken_away_again() -> None:
    redaction = Redaction()
    restore = redaction.extend([r"ACME-\d+"])
    assert redaction("badge ACME-123") == f"badge {MASK}"
    restore()
    assert redaction("badge ACME-123") == "badge ACME-123"


def test_names_of_models_and_steps_are_redacted_in_usage_and_report() -> None:
    secret = f"sk-{TAIL}"
    tree = a_tree(llm(f"azure/{secret}", tokens=(1, 2), ms=50.0), tool(secret, ms=50.0))
    assert usage_text(a_trace(llm(f"azure/{secret}", tokens=(1, 2))).usage).splitlines() == [
        "azure/<redacted>:input_tokens = 1",
        "azure/<redacted>:output_tokens = 2",
    ]
    assert secret not in json.dumps(summarise(tree, slow_ms=1.0))


def test_messages_and_reprs_are_redacted() -> None:
    secret = f"sk-{TAIL}"
    assert str(Mismatch("got " + secret, tree=secret, hint=secret)).count(MASK) == 3
    assert secret not in str(CorruptFile(f"line 1: {secret}"))
    assert secret not in repr(SpanError(type="E", message=secret))
    assert secret not in repr(a_trace(tool("a", error=f"E: {secret}")).one("a"))


LEAKY = """
from pytest_traces.runtime.tracing.spans import span

SECRET = "hunter2" + "-Zx9Qw3Er5"


def leak():
    with span(span_type="agent", name="agent", input={"headers": [["authorization", SECRET]]}):
        deep = {"args": '{"api_key": "%s"}' % SECRET}
        with span(span_type="tool", name="login", input={"password": SECRET, "deep": deep}) as step:
            step.record_output("connected to https://app:%s@db" % SECRET + " " * 130 + "password=%s" % SECRET)
        with span(span_type="tool", name="fail", metadata={"client_secret": SECRET}) as step:
            step.mark_failed("denied for BADGE-%s" % SECRET)


def test_new(trace):
    leak()
    trace.assert_span_tree(include="metadata")


def test_events(trace):
    leak()
    trace.assert_events()


def test_not_found(trace):
    leak()
    trace.one("logout")


def test_masked(trace):
    leak()
    trace.span_tree(replace={"login.input.password": "number"})
"""


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


@pytest.mark.parametrize("update", [(), ("--snapshot-update",)], ids=["compared", "written"])
def test_a_planted_secret_is_in_no_file_and_no_line_that_the_plugin_writes(project: Project, update: tuple[str, ...]):
    project.write("test_leaky.py", LEAKY)
    project.write("pytest.ini", "[pytest]\ntrace_redact = BADGE-\\S+\njunit_logging = all\n")
    ran = project.run("--trace-report", "--junitxml=junit.xml", *update)
    assert "hunter2-Zx9Qw3Er5" not in ran.output  # pytest prints the test's source, which only assembles it
    assert ran.output.count(MASK) > 4
    written = [path for path in project.path.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    assert [path for path in written if b"hunter2-Zx9Qw3Er5" in path.read_bytes()] == []
    kept = [path for path in written if path.suffix in (".trace", ".json") and MASK in path.read_text()]
    assert len(kept) == 2
    assert MASK in (project.path / "junit.xml").read_text().replace("&lt;", "<").replace("&gt;", ">")
