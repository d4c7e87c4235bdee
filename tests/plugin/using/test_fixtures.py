"""`trace`, `traces`, and tests that have a `trace` of their own."""

from tests.project import Project


def test_traces_is_the_same_as_trace(project: Project) -> None:
    project.tests("""
    def test_same(trace, traces):
        assert trace is traces

    def test_alone(traces):
        ask()
        assert traces.tools.names == ["get_weather"]
        assert repr(traces) == "<trace: 3 spans>"
    """)
    assert project.run("-n2").outcomes == "2 passed"


def test_a_fixture_of_the_users_own_wins_and_can_ask_for_ours(project: Project) -> None:
    project.tests("""
    @pytest.fixture
    def trace(trace):
        ask()
        return trace

    def test_a(trace):
        assert trace.tools.names == ["get_weather"]

    class TestForeign:
        @pytest.fixture
        def trace(self):
            return "mine"

        def test_b(self, trace):
            ask()
            assert trace == "mine"
    """)
    assert project.run().outcomes == "2 passed"


def test_an_empty_trace_says_who_listened_and_what_was_seen_elsewhere(project: Project) -> None:
    project.tests("""
    ask()

    @pytest.fixture(scope="module")
    def warm():
        ask()

    def test_a(warm, trace):
        trace.one("get_weather")
    """)
    ran = project.run()
    told = [line.removeprefix("E").strip() for line in ran.output.splitlines() if line.startswith("E ")]
    assert told == [
        "pytest_traces.EmptyTrace: nothing was recorded",
        "",
        "listening: no framework was imported",
        "seen outside tests: get_weather, gpt-4o-mini, weather",
        "hint: run the program inside the test",
    ]


def test_an_empty_trace_cannot_be_compared(project: Project) -> None:
    project.tests("""
    @pytest.mark.parametrize("what", ["span_tree", "events", "usage"])
    def test_a(trace, what):
        getattr(trace, f"assert_{what}")()
    """)
    ran = project.run("--snapshot-update")
    assert ran.outcomes == "3 failed"
    assert ran.output.count("EmptyTrace: nothing was recorded\n") >= 3
    assert project.snapshots() == {}


def test_a_span_that_still_runs_is_no_snapshot(project: Project) -> None:
    project.tests("""
    from pytest_traces.runtime.tracing.spans import span

    def test_a(trace):
        with span(span_type="tool", name="slow"):
            trace.assert_span_tree()
    """)
    ran = project.run("--snapshot-update")
    assert "Mismatch: expected every span to have ended, 1 still runs" in ran.output
    assert project.snapshots() == {}


def test_spans_before_the_fixture_is_asked_for_belong_to_the_test_too(project: Project) -> None:
    project.tests("""
    @pytest.fixture
    def ran():
        ask()

    @pytest.fixture(scope="module")
    def shared():
        ask("Rome")

    def test_before(shared, ran, trace):
        assert trace.tools.find(input={"city": "Paris"}).count == 1
        trace.assert_never("get_weather")

    def test_by_its_other_name(ran, traces):
        traces.assert_never("get_weather")

    @pytest.mark.usefixtures("ran", "trace")
    @pytest.mark.trace(never="get_weather")
    def test_by_mark():
        pass

    class TestClass:
        def setup_method(self):
            ask()

        def test_setup(self, trace):
            assert trace.tools.count == 1
            trace.assert_never("get_weather")
    """)
    for options in [], ["--trace-report"]:
        ran = project.run(*options)
        assert ran.outcomes == "4 failed"
        assert ran.output.count("expected no span 'get_weather', found 1") >= 4


def test_the_other_name_works_beside_a_fixture_of_the_users_own(project: Project) -> None:
    project.tests("""
    @pytest.fixture
    def trace():
        return "mine"

    def test_both(trace, traces):
        ask()
        assert trace == "mine"
        assert traces.tools.names == ["get_weather"]

    def test_from_the_first_fixture_on(warm, traces):
        assert traces.tools.names == ["get_weather"]

    @pytest.fixture
    def warm():
        ask()

    def test_none_of_ours(trace):
        ask()
    """)
    ran = project.run("--junitxml=junit.xml")
    assert ran.outcomes == "3 passed"
    assert (project.path / "junit.xml").read_text().count("trace.spans") == 2


LATE = """
pytest_traces.TracesError: `trace` is asked for too late: this test has run get_weather, gpt-4o-mini, weather already

hint: name `trace` among the arguments of the test, mark it with @pytest.mark.usefixtures('trace'), or set \
`trace_always = true`
"""


def test_who_asks_late_is_told_what_ran_and_what_to_do(project: Project) -> None:
    project.tests("""
    ask()

    @pytest.fixture(scope="module")
    def warm():
        ask()

    def test_in_time(warm, request):
        trace = request.getfixturevalue("trace")
        ask()
        assert trace.tools.count == 1

    @pytest.fixture
    def step(request):
        ask()
        request.getfixturevalue("trace")

    def test_in_a_fixture(step):
        pass

    def test_late(request):
        ask()
        request.getfixturevalue("trace").assert_never("delete_*")

    @pytest.mark.usefixtures("trace")
    def test_marked(request):
        ask()
        assert request.getfixturevalue("trace").tools.count == 1
    """)
    ran = project.run("--show-capture=no")
    assert ran.outcomes == "1 failed, 2 passed, 1 error"
    for title in ("test_late", "ERROR at setup of test_in_a_fixture"):
        told = ran.section(title)
        lines = [line.removeprefix("E").strip() for line in told.splitlines() if line.startswith("E")]
        assert lines == LATE.replace("\\\n", "").strip().splitlines()
        assert "_pytest" not in told
    assert ">       request.getfixturevalue" in ran.section("test_late")
    assert project.run("-o", "trace_always=true").outcomes == "4 passed"


def test_every_failed_test_shows_its_trace_if_all_are_recorded(project: Project) -> None:
    project.tests("def test_a():\n    ask()\n    assert 0\n")
    assert "- Trace -" not in project.run().output
    assert "tool get_weather" in project.run("-o", "trace_always=true").section("Trace")
