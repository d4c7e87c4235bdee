"""Budgets and invariants said once: by a marker, or for the whole suite."""

import pytest

PROGRAM = """
    import pytest
    from pytest_traces.runtime import agent_trace, span

    def program(tokens=100):
        with agent_trace(agent_name="weather") as run:
            with run.span(span_type="llm", name="chat", model_id="gpt-4o-mini") as call:
                call.set_token_usage(input_tokens=tokens, output_tokens=10)
"""


@pytest.fixture
def project(pytester):
    def run(test, *options, ini=""):
        pytester.makeini(f"[pytest]\n{ini}")
        pytester.makepyfile(test_limits=PROGRAM + test)
        return pytester.runpytest_subprocess("-p", "no:cacheprovider", *options)

    return run


@pytest.mark.parametrize("workers", [[], ["-n", "2"]], ids=["alone", "-n 2"])
def test_a_marked_test_that_spends_more_is_red_though_it_asks_for_no_trace(project, workers):
    done = project(
        """
    @pytest.mark.trace(total_tokens=50)
    def test_spends():
        program()
    """,
        *workers,
    )
    done.assert_outcomes(failed=1)
    done.stdout.fnmatch_lines(["E*total_tokens*50*110*"])


def test_a_marked_test_within_its_limits_is_green(project):
    project(
        """
    @pytest.mark.trace(total_tokens=110, llm_calls=1, no_errors=True)
    def test_spends():
        program()
    """
    ).assert_outcomes(passed=1)


def test_a_marked_test_that_records_nothing_is_red(project):
    done = project(
        """
    @pytest.mark.trace(total_tokens=50)
    def test_idle():
        pass
    """
    )
    done.assert_outcomes(failed=1)
    done.stdout.fnmatch_lines(["E*EmptyTrace: nothing was recorded in this test"])


def test_the_closer_marker_has_the_last_word(project):
    project(
        """
    pytestmark = pytest.mark.trace(total_tokens=50)

    @pytest.mark.trace(total_tokens=200)
    def test_spends():
        program()
    """
    ).assert_outcomes(passed=1)


def test_the_limits_of_the_suite_hold_for_every_test_that_records(project):
    done = project(
        """
    def test_spends(trace):
        program()

    def test_is_no_program():
        pass
    """,
        ini="trace_limits =\n    total_tokens = 50",
    )
    done.assert_outcomes(passed=1, failed=1)


@pytest.mark.parametrize(
    ("limits", "message"),
    [
        ("total_tokns = 5", "*trace_limits: unknown limit 'total_tokns'; did you mean 'total_tokens'?*"),
        ("total_tokens = many", "*trace_limits: a limit is a number from 0, got total_tokens='many'*"),
        ("total_tokens", "*trace_limits: expected 'name = value', got 'total_tokens'*"),
    ],
)
def test_a_wrong_limit_in_the_ini_file_stops_the_session_with_one_error(project, limits, message):
    done = project("def test_a(): pass\n", ini=f"trace_limits =\n    {limits}")
    assert done.ret == pytest.ExitCode.USAGE_ERROR
    done.stderr.fnmatch_lines([message])


def test_a_typo_in_a_marker_is_an_error_that_names_the_nearest_limit(project):
    done = project(
        """
    @pytest.mark.trace(total_tokns=50)
    def test_spends():
        program()
    """
    )
    done.assert_outcomes(failed=1)
    done.stdout.fnmatch_lines(["E*unknown limit 'total_tokns'; did you mean 'total_tokens'?*"])


def test_a_plain_assert_on_names_says_where_they_part(project):
    done = project(
        """
    def test_names(trace):
        program()
        assert trace.spans.names == ["weather", "chatt"]
    """,
        "-vv",
    )
    done.assert_outcomes(failed=1)
    done.stdout.fnmatch_lines(["E*expected 'chatt' at index 1, found 'chat'", "E*llm chat*← here"])
