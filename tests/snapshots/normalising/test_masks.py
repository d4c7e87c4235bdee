"""What a call leaves out, masks and adds, and what it says of a typo."""

from __future__ import annotations

import re
from typing import Any

import pytest
from dirty_equals import IsInt, IsUUID

from pytest_traces.errors import Mismatch, TracesError, UnknownCondition
from pytest_traces.snapshots.normalising.masks import Masks, written_mask
from pytest_traces.trace.trace import Trace
from tests.assertions.reading import why
from tests.builders import a_trace, agent, llm, tool

ID = "550e8400-e29b-41d4-a716-446655440000"


def booked(**output: Any) -> Trace:
    found = {"id": ID, "at": "2024-05-01T10:00:00", "seats": [{"row": 1}, {"row": 2}], **output}
    return a_trace(agent("desk", tool("book", input={"n": 2}, output=found), llm("gpt", metadata={"try": 1})))


def lines(trace: Trace, **masks: Any) -> list[str]:
    return [line.lstrip("├─└ ") for line in trace.span_tree(**masks).splitlines()[1:]]


@pytest.mark.parametrize(
    ("ignore", "line"),
    [
        ("output", 'tool book {"n": 2}'),
        ("book.output", 'tool book {"n": 2}'),
        (["output.id", "output.at", "b*.output.seats"], 'tool book {"n": 2} → {}'),
        (["input", "output.[ai]*", "output.seats.*.row"], 'tool book → {"seats": [{}, {}]}'),
        (["input", "output.id", "output.at", "output.seats.0"], 'tool book → {"seats": [{"row": 2}]}'),
        (["input.n", "output", "status", "error.message"], "tool book {}"),
    ],
)
def test_a_path_leaves_out_what_it_leads_to(ignore: Any, line: str) -> None:
    assert lines(booked(), ignore=ignore) == [line, "llm gpt"]


@pytest.mark.parametrize(
    ("mask", "label"),
    [
        ("uuid", "<uuid>"),
        (re.compile(r"[0-9a-f-]{36}"), "</[0-9a-f-]{36}/>"),
        (IsUUID, "<IsUUID>"),
        (IsUUID(4), "<IsUUID>"),
        (str, "<str>"),
        (ID, None),
        (lambda value: len(value) == 36, "<lambda>"),
        ("any", "<any>"),
    ],
)
def test_a_mask_says_what_it_hides(mask: Any, label: str | None) -> None:
    trace = booked()
    if label is None:
        with pytest.raises(UnknownCondition, match="unknown mask"):
            trace.span_tree(replace={"output.id": mask})
    else:
        assert f': "{label}"' in trace.span_tree(replace={"output.id": mask})


@pytest.mark.parametrize(
    ("mask", "said"),
    [
        ("number", "<number>"),
        ("timestamp", "<timestamp>"),
        ("date", "<date>"),
        (re.compile("[0-9]+"), "</[0-9]+/>"),
        (IsInt(), "<IsInt>"),
        (int, "<int>"),
        (str.isdigit, "<isdigit>"),
    ],
)
def test_a_mask_fails_where_the_value_does_not_look_like_it(mask: Any, said: str) -> None:
    with pytest.raises(Mismatch) as failure:
        booked().span_tree(replace={"book.output.id": mask})
    assert str(failure.value) == (
        f"expected book.output.id of 'book' to be {said}, got \"{ID}\"\n\nhint: a masked value must match its mask"
    )


def test_a_mask_never_shows_the_secret_that_broke_it() -> None:
    with pytest.raises(Mismatch, match="to be <number>, got <redacted>"):
        booked(api_key="hunter2").span_tree(replace={"output.api_key": "number"})


def test_a_bug_in_a_predicate_is_not_a_mismatch() -> None:
    with pytest.raises(ZeroDivisionError, match="division by zero"):
        booked().span_tree(replace={"output.id": lambda value: 1 / 0})


class AlwaysTruthy:
    """A matcher whose `==` returns what it was meant to compare."""

    def __eq__(self, other: object) -> Any:
        return "yes"


async def later(value: Any) -> bool:
    return False


@pytest.mark.parametrize(
    ("mask", "told"),
    [
        (lambda value: "yes", "a predicate returns True or False; <lambda> returned 'yes' for 5"),
        (lambda value: [value], "a predicate returns True or False; <lambda> returned [5] for 5"),
        (AlwaysTruthy(), "an `__eq__` returns True or False; AlwaysTruthy returned 'yes' for 5"),
        (later, "a mask is no async function: what it returns is always true, got "),
    ],
)
def test_a_mask_that_answers_anything_truthy_is_refused(mask: Any, told: str) -> None:
    trace = a_trace(tool("pay", input={"amount": 5}))
    assert why(trace.span_tree, replace={"pay.input.amount": mask}).startswith(f"TracesError: {told}")


@pytest.mark.parametrize("value", [1_700_000_000, 1_700_000_000_000, 1_700_000_000.5, "2024-05-01T10:00:00Z"])
def test_a_timestamp_is_a_plausible_clock(value: Any) -> None:
    assert 'output.t: "<timestamp>"' in booked(t=value).span_tree(replace={"output.t": "timestamp"})


@pytest.mark.parametrize("value", [True, 5, 49_151_123_456, "soon", None])
def test_anything_else_is_no_timestamp(value: Any) -> None:
    with pytest.raises(Mismatch, match=r"^expected output.t of 'book' to be <timestamp>, got "):
        booked(t=value).span_tree(replace={"output.t": "timestamp"})


@pytest.mark.parametrize(
    ("masks", "said"),
    [
        ({"ignore": "output.idd"}, "unknown path to ignore 'output.idd'; did you mean 'output.id'?"),
        ({"ignore": "bok.output.id"}, "unknown path to ignore 'bok.output.id'; did you mean 'book.output.id'?"),
        ({"replace": {"output.seats.rwo": "any"}}, "unknown path to replace 'output.seats.rwo'; did you mean"),
        ({"ignore": "outptu.id"}, "unknown field in the path 'outptu.id'; did you mean 'output'?"),
        ({"ignore": "error.mesage"}, "unknown field in the path 'error.mesage'; did you mean 'error.message'?"),
        ({"replace": {"output.id": "uid"}}, "unknown mask 'uid'; did you mean 'uuid'?"),
        ({"include": "modle"}, "unknown field to include 'modle'; did you mean 'model'?"),
    ],
)
def test_a_typo_is_an_error_that_names_the_nearest(masks: dict[str, Any], said: str) -> None:
    with pytest.raises(UnknownCondition) as failure:
        booked().span_tree(**masks)
    assert str(failure.value).startswith(said)


@pytest.mark.parametrize("given", [[""], [3], [None]])
def test_a_text_that_is_no_path_is_refused(given: Any) -> None:
    with pytest.raises(TracesError, match="expected names of fields"):
        booked().span_tree(ignore=given)


def test_included_fields_are_added_to_every_span_that_has_them() -> None:
    assert lines(booked(), ignore="output", include=["metadata", "model"]) == [
        'tool book {"n": 2}',
        'llm gpt   model="gpt"   metadata={"try": 1}',
    ]


def test_the_masks_of_the_project_are_added_and_may_lead_nowhere() -> None:
    masks = Masks(ignore=["output.seats", "checkout.output.total"], replace={"output.id": "number"}, include="metadata")
    trace = booked().with_options(masks=masks)
    assert lines(trace, replace={"output.id": "uuid"}) == [  # its own mask goes first
        'tool book {"n": 2} → {"at": "2024-05-01T10:00:00", "id": "<uuid>"}',
        'llm gpt   metadata={"try": 1}',
    ]


def test_masks_in_an_ini_file_are_names_or_regexes_between_slashes() -> None:
    assert written_mask("uuid") == "uuid"
    assert written_mask(r"/req-\d+/") == re.compile(r"req-\d+")
    with pytest.raises(TracesError, match="is no regex"):
        written_mask("/(/")
