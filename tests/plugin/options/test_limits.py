"""Budgets and invariants said once: by a marker, or for the whole suite."""

import re

import pytest


@pytest.mark.parametrize("workers", [[], ["-n2"]], ids=["alone", "-n 2"])
def test_a_marked_test_that_spends_more_is_red_though_it_asks_for_no_trace(limited, workers):
    done = limited(
        """
    @pytest.mark.trace(total_tokens=50)
    def test_spends():
        program()
    """,
        *workers,
    )
    assert done.outcomes == "1 failed"
    assert re.search(r"E .*total_tokens.* 50.* 110", done.output)


def test_a_marked_test_within_its_limits_is_green(limited):
    assert (
        limited(
            """
    @pytest.mark.trace(total_tokens=110, llm_calls=1, no_errors=True)
    def test_spends():
        program()
    """
        ).outcomes
        == "1 passed"
    )


def test_a_marked_test_that_records_nothing_is_red(limited):
    done = limited(
        """
    @pytest.mark.trace(total_tokens=50)
    def test_idle():
        pass
    """
    )
    assert done.outcomes == "1 failed"
    assert "EmptyTrace: nothing was recorded" in done.output


def test_the_closer_marker_has_the_last_word(limited):
    assert (
        limited(
            """
    pytestmark = pytest.mark.trace(total_tokens=50)

    @pytest.mark.trace(total_tokens=200)
    def test_spends():
        program()
    """
        ).outcomes
        == "1 passed"
    )


def test_the_limits_of_the_suite_hold_for_every_test_that_records(limited):
    done = limited(
        """
    def test_spends(trace):
        program()

    def test_is_no_program():
        pass
    """,
        ini="trace_limits =\n    total_tokens = 50",
    )
    assert done.outcomes == "1 failed, 1 passed"


@pytest.mark.parametrize(
    ("limits", "message"),
    [
        ("total_tokns = 5", "trace_limits: unknown limit 'total_tokns'; did you mean 'total_tokens'?"),
        ("total_tokens = many", "trace_limits: a limit is a number from 0, got total_tokens='many'"),
        ("total_tokens", "trace_limits: expected 'name = value', got 'total_tokens'"),
        ("spans = 1\n    spans = 9", "trace_limits: 'spans' is there twice, as '1' and '9'"),
    ],
)
def test_a_wrong_limit_in_the_ini_file_stops_the_session_with_one_error(limited, limits, message):
    done = limited("def test_a(): pass\n", ini=f"trace_limits =\n    {limits}")
    assert done.code == pytest.ExitCode.USAGE_ERROR
    assert message in done.output


def test_a_typo_in_a_marker_is_told_at_collection_before_any_program_runs(limited):
    done = limited(
        """
    @pytest.mark.trace(total_tokns=50)
    def test_spends():
        print("PAID")
    """,
        "-s",
    )
    assert (done.code, "PAID" in done.output) == (pytest.ExitCode.INTERRUPTED, False)
    told = done.section("ERROR collecting test_it.py")
    assert told.startswith("test_it.py::test_spends: @pytest.mark.trace: unknown limit 'total_tokns'; did you mean ")


@pytest.mark.parametrize("options", [["--collect-only"], ["-n2"]], ids=" ".join)
def test_collection_alone_and_workers_tell_a_typo_too(limited, options):
    done = limited("@pytest.mark.trace(5)\nclass TestA:\n    def test_a(self): pass\n", *options)
    assert done.outcomes == "1 error"
    assert "\ntest_it.py::TestA: @pytest.mark.trace: it takes limits by name, got 5\n" in done.output


def test_a_plain_assert_on_names_says_where_they_part(limited):
    done = limited(
        """
    def test_names(trace):
        program()
        assert trace.spans.names == ["weather", "chatt"]
    """,
        "-vv",
    )
    assert done.outcomes == "1 failed"
    assert "expected 'chatt' at index 1, found 'chat'" in done.output
    assert "llm chat   ← here" in done.output


def test_names_of_never_may_stand_on_several_lines(limited):
    done = limited(
        """
    def test_a(trace):
        program()
    """,
        ini="trace_limits =\n    never = chat\n    never = delete_*",
    )
    assert done.outcomes == "1 failed"
    assert "expected no span 'chat', found 1" in done.output


def test_the_marker_answers_to_both_names_of_the_fixture(limited):
    done = limited(
        """
    @pytest.mark.traces(total_tokens=50)
    def test_spends():
        program()

    @pytest.mark.trace(total_tokens=500)
    class TestClass:
        @pytest.mark.traces(total_tokens=60)
        def test_spends(self):
            program()
    """,
        "--strict-markers",
    )
    assert done.outcomes == "2 failed"
    assert "expected total_tokens <= 50, got 110" in done.output
    assert "expected total_tokens <= 60, got 110" in done.output


@pytest.mark.parametrize("marker", ["trace", "traces()"])
def test_a_marker_that_limits_nothing_is_refused(limited, marker):
    done = limited(f"@pytest.mark.{marker}\ndef test_spends(): pass\n")
    assert done.outcomes == "1 error"
    assert f".{marker.strip('()')}: it needs a limit, as in total_tokens=2_000\n" in done.output


def test_a_test_may_switch_off_an_invariant_of_its_class(limited):
    done = limited(
        """
    @pytest.mark.trace(no_errors=True)
    class TestClass:
        @pytest.mark.trace(no_errors=False)
        def test_that_fails(self):
            with span(span_type="tool", name="pay") as step:
                step.mark_failed("no")

        def test_that_must_not(self):
            with span(span_type="tool", name="pay") as step:
                step.mark_failed("no")
    """
    )
    assert done.outcomes == "1 failed, 1 passed"
    assert "expected no errors, 'pay' failed" in done.output


def test_limits_of_a_suite_on_tokens_hold_for_tests_that_called_a_model(limited):
    done = limited(
        """
    def test_no_model(trace):
        with span(span_type="tool", name="pay"):
            pass

    @pytest.mark.trace(total_tokens=50)
    def test_marked_no_model(trace):
        with span(span_type="tool", name="pay"):
            pass

    def test_model_that_tells_no_usage(trace):
        with span(span_type="llm", name="chat"):
            pass
    """,
        ini="trace_limits =\n    total_tokens = 50\n    cost_usd = 1",
    )
    assert re.findall(r"FAILED test_it.py::(\w+)", done.output) == [
        "test_marked_no_model",
        "test_model_that_tells_no_usage",
    ]
    assert "set by @pytest.mark.trace of test_it.py::test_marked_no_model" in done.output
    assert "set by `trace_limits` in pytest.ini" in done.output


def test_limits_that_are_set_while_the_test_runs_need_its_trace(project):
    project.tests("""
    STRICT = pytest.mark.trace(total_tokens=5)

    @pytest.fixture
    def strict(request):
        request.node.add_marker(STRICT)

    def test_by_a_fixture(strict):
        ask()

    def test_by_itself(request):
        ask()
        request.node.add_marker(STRICT)

    def test_without_limits(request):
        request.node.add_marker("traces")

    def test_recorded(request, trace):
        ask()
        request.applymarker(STRICT)

    def test_recorded_too(strict, trace):
        ask()
    """)
    ran = project.run()
    assert ran.outcomes == "5 failed"
    told = "was marked with limits while it ran, but is not recorded; ask for the fixture `trace` in it, or mark it"
    for name in ("test_by_a_fixture", "test_by_itself", "test_without_limits"):
        assert f"TracesError: test_it.py::{name} {told}" in ran.output
    assert "Mismatch: expected total_tokens <= 5, got 72" in ran.output
