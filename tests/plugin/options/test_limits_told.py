"""What a test is told when a limit broke, and when it is told."""

from textwrap import dedent


def failure(done, test):
    """Return what is told of a failed test, without the blanks at the ends of lines."""
    told = done.section(test).partition("\n--")[0]
    return "\n".join(line.rstrip() for line in told.strip("\n").splitlines())


def text(message):
    """Return an output as it is printed, indented here to stand inside a test."""
    return dedent(message).strip("\n")


def test_a_limit_fails_at_the_test_s_own_line_and_names_where_it_was_set(limited):
    done = limited(
        """
    @pytest.mark.trace(total_tokens=50)
    @pytest.mark.parametrize("city", ["Paris"])
    def test_spends(city):
        program()
    """
    )
    assert failure(done, "test_spends[Paris]") == text(
        """
            @pytest.mark.trace(total_tokens=50)
            @pytest.mark.parametrize("city", ["Paris"])
        >   def test_spends(city):
                ^^^^^^^^^^^
        E   pytest_traces.Mismatch: expected total_tokens <= 50, got 110
        E
        E   agent weather
        E   └─ llm chat
        E
        E   set by @pytest.mark.trace of test_it.py::test_spends[Paris]

        test_it.py:15: Mismatch
        """
    )


def test_limits_of_several_places_are_told_together(limited):
    done = limited(
        """
    @pytest.mark.trace(tool_calls=0, spans=1)
    class TestSpending:
        def test_spends(self):
            program()
    """,
        ini="trace_limits =\n    llm_calls = 0\n    spans = 9",
    )
    assert failure(done, "TestSpending.test_spends") == text(
        """
        >   def test_spends(self):
                ^^^^^^^^^^^
        E   pytest_traces.ExpectationError: 2 expectations failed
        E
        E   1. set by `trace_limits` in pytest.ini
        E   expected llm_calls <= 0, got 1
        E
        E   agent weather
        E   └─ llm chat
        E
        E   2. set by @pytest.mark.trace of test_it.py::TestSpending
        E   expected spans <= 1, got 2
        E
        E   agent weather
        E   └─ llm chat

        test_it.py:15: ExpectationError
        """
    )


def test_limits_hold_to_the_end_of_the_teardown(limited):
    done = limited(
        """
    @pytest.fixture
    def closing():
        yield
        program()

    @pytest.mark.trace(llm_calls=1)
    def test_spends(closing):
        program()
    """
    )
    assert done.outcomes == "1 passed, 1 error"
    assert "expected llm_calls <= 1, got 2" in done.output


def test_limits_that_broke_are_not_told_again_in_the_teardown(limited):
    done = limited(
        """
    @pytest.mark.trace(llm_calls=0)
    def test_spends():
        program()
    """
    )
    assert done.outcomes == "1 failed"
