"""The public names change only on purpose."""

import subprocess
import sys

import pytest

import pytest_traces

NAMES = [
    "CorruptFile",
    "EmptyTrace",
    "Event",
    "ExpectationError",
    "Mismatch",
    "Retry",
    "Run",
    "RunawayTrace",
    "Selection",
    "SnapshotMismatch",
    "SnapshotMissing",
    "Span",
    "SpanNotFound",
    "Trace",
    "TraceFixture",
    "TracesError",
    "UnknownCondition",
    "Usage",
    "UsageNotRecorded",
    "at_most",
    "call",
    "either",
    "exactly",
    "optional",
    "parallel",
    "record",
    "repeat",
]


def test_the_public_names_are_these():
    assert pytest_traces.__all__ == NAMES == sorted(NAMES, key=lambda name: (name.islower(), name))


@pytest.mark.parametrize("name", NAMES)
def test_a_public_name_can_be_imported(name):
    assert getattr(pytest_traces, name).__name__ == name


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="module 'pytest_traces' has no attribute 'Trase'"):
        _ = pytest_traces.Trase


def test_public_errors_are_shown_by_their_public_name():
    errors = [getattr(pytest_traces, name) for name in NAMES]
    raised = [error for error in errors if isinstance(error, type) and issubclass(error, BaseException)]
    assert {error.__module__ for error in raised} == {"pytest_traces"}


def test_the_version_is_the_distribution_s():
    assert pytest_traces.__version__ == "0.1.0"


@pytest.mark.parametrize(
    ("module", "heavy"),
    [
        ("pytest_traces", "pydantic pytest syrupy deepdiff opentelemetry timbal tracium tracellm"),
        ("pytest_traces.runtime", "pytest syrupy deepdiff opentelemetry timbal tracium tracellm"),
        ("pytest_traces.plugin", "pydantic syrupy deepdiff opentelemetry timbal tracium tracellm rich"),
    ],
)
def test_importing_a_module_loads_nothing_heavy(module, heavy):
    code = f"import sys, {module}; print([name for name in {heavy.split()} if name in sys.modules])"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert loaded.stdout.strip() == "[]"
