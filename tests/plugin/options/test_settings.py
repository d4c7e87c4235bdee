"""Every ini key does what it says; wrong values are told together, once."""

from tests.project import Project


def test_all_faults_are_one_usage_error(project: Project) -> None:
    project.write(
        "pytest.ini",
        """
    [pytest]
    trace_slow_ms = soon
    trace_retry_rule = repeat
    trace_max_spans = 0
    trace_max_events = -1
    trace_report_rows = many
    trace_redact =
        (
    trace_snapshot_replace =
        output.id
        output.at = uuid
        output.at = date
    """,
    )
    ran = project.run("--trace-stable", "0")
    assert ran.code == 4
    assert ran.output.splitlines() == [
        "ERROR: trace_slow_ms: expected a number, got 'soon'",
        "trace_report_rows: expected a whole number, got 'many'",
        "trace_snapshot_replace: expected 'name = value', got 'output.id'",
        "trace_snapshot_replace: 'output.at' is there twice, as 'uuid' and 'date'",
        "trace_retry_rule: expected 'failed' or 'repeated', got 'repeat'; did you mean 'repeated'?",
        "trace_max_spans: expected at least 1, got 0",
        "trace_max_events: expected at least 1, got -1",
        "--trace-stable: expected at least 1 run, got 0",
        "trace_redact: '(' is no regex: missing ), unterminated subpattern at position 0",
        "",
    ]


def test_a_misspelt_ini_key_is_a_usage_error(project: Project) -> None:
    project.write("pytest.ini", "[pytest]\ntrace_limit =\n    total_tokens = 5\n")
    ran = project.run("-o", "traces_always=true", "-Werror")
    assert ran.code == 4
    assert ran.output.splitlines() == [
        "ERROR: trace_limit: unknown ini key; did you mean 'trace_limits'?",
        "traces_always: unknown ini key; did you mean 'trace_always'?",
        "",
    ]


def test_an_ini_key_of_another_plugin_is_its_own(project: Project) -> None:
    project.write(
        "conftest.py", "def pytest_addoption(parser):\n    parser.addini('trace_level', 'of another plugin')\n"
    )
    project.write("pytest.ini", "[pytest]\ntrace_level = 2\n")
    project.tests("def test_a(trace):\n    ask()\n")
    assert project.run("-Werror").code == 0


def test_a_wrong_number_of_milliseconds_is_a_usage_error(project: Project) -> None:
    for given in ("nan", "-1"):
        ran = project.run(f"--trace-slow={given}")
        assert ran.code == 4
        assert f"ERROR: --trace-slow / trace_slow_ms: expected milliseconds, got {float(given)}" in ran.output


def test_the_retry_rule_of_document_003(project: Project) -> None:
    project.write("pytest.ini", "[pytest]\ntrace_retry_rule = repeated\n")
    project.tests("""
    def test_a(trace):
        ask()
        assert not trace.retries
        from pytest_traces.runtime.tracing.spans import span
        with span(span_type="agent", name="twice"):
            for _ in range(2):
                with span(span_type="tool", name="look", input={"at": 1}):
                    pass
        assert [retry.name for retry in trace.retries] == ["look"]
    """)
    assert project.run().code == 0


def test_own_secrets_are_masked_in_all_that_is_written(project: Project) -> None:
    project.write("pytest.ini", "[pytest]\ntrace_redact =\n    Par[a-z]+\n")
    project.tests("""
    def test_a(trace):
        ask()
        trace.assert_span_tree()
        assert False
    """)
    ran = project.run()
    [pending] = project.pending()
    assert "<redacted>" in pending.read_text()
    assert "Paris" not in pending.read_text() + ran.output.replace('city="Paris"', "")


def test_the_cap_on_spans_turns_a_runaway_into_a_failure(project: Project) -> None:
    project.write("pytest.ini", "[pytest]\ntrace_max_spans = 5\n")
    project.tests("""
    def test_endless(trace):
        while True:
            ask()

    def test_swallows_all(trace):
        for _ in range(3):
            try:
                ask()
            except BaseException:
                pass

    def test_next(trace):
        ask()
    """)
    ran = project.run("-n2")
    assert ran.outcomes == "2 failed, 1 passed"
    told = "RunawayTrace: the program recorded more than 5 spans, the last one "
    assert ran.output.count(told) >= 2
    assert "raise the ini option `trace_max_spans` if that is meant" in ran.output


def test_the_cap_on_events_turns_a_runaway_into_a_failure(project: Project) -> None:
    project.write("pytest.ini", "[pytest]\ntrace_max_events = 5\n")
    project.tests("""
    from pytest_traces.runtime.recording.context import here
    from pytest_traces.runtime.tracing.spans import span

    def test_endless(trace):
        with span(span_type="llm", name="gpt") as step:
            while True:
                here().recorder.emit(step, "chunk", "a")
    """)
    ran = project.run()
    assert ran.outcomes == "1 failed"
    told = "the program recorded more than 5 events, the last one of 'gpt'; raise the ini option `trace_max_events`"
    assert told in ran.output
