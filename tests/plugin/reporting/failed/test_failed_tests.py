"""What a failed test shows, with no option given; and what JUnit is told."""

import re
import xml.etree.ElementTree as ElementTree

import pytest

from tests.project import Project

FAILS = """
def test_a(trace):
    ask(fails=1)
    assert False
"""
TREE = """\
agent weather                                            60 in  12 out
├─ tool get_weather {"city": "Paris"} ✗ Failed: upstream timed out
├─ tool get_weather {"city": "Paris"} → {"temp": 21}   attempt 2
└─ llm gpt-4o-mini                                       60 in  12 out"""


@pytest.mark.parametrize("workers", [(), ("-n2",)], ids=["plain", "n2"])
def test_a_failed_test_shows_its_trace(project: Project, workers: tuple[str, ...]) -> None:
    project.tests(FAILS)
    drawn = project.run(*workers, columns=80).section("Trace")
    assert [re.sub(r" +\d+ ms$", "", line) for line in drawn.splitlines()][:4] == TREE.splitlines()


def test_a_passed_test_shows_nothing(project: Project) -> None:
    project.tests(FAILS.replace("assert False", "pass"))
    assert "get_weather" not in project.run("-rA").output


def test_secrets_are_masked_in_the_trace_of_a_failed_test(project: Project) -> None:
    project.tests(FAILS.replace("ask(fails=1)", "ask('sk-' + 'proj-4f6Tq9Zr2LxW8bYc3NdM')"))
    ran = project.run()
    assert '{"city": "<redacted>"}' in ran.output
    assert "sk-abc" not in ran.output


def test_junit_is_told_the_figures_of_the_last_attempt(project: Project) -> None:
    project.tests("""
    attempts = []

    def test_a(trace, record_property):
        record_property("mine", 1)
        attempts.append(1)
        ask(fails=len(attempts))
        assert len(attempts) == 2
    """)
    project.run("--junit-xml=report.xml", "--reruns=2", "-n2")
    properties = ElementTree.parse(project.path / "report.xml").iter("property")
    told = [(each.get("name"), each.get("value")) for each in properties if each.get("name") != "mine"]
    assert told[-5:] == [  # the first attempt has an entry of its own
        ("trace.spans", "5"),
        ("trace.llm_calls", "1"),
        ("trace.tokens", "72"),
        ("trace.status", "warning"),
        ("trace.retries", "1"),
    ]


def test_tests_without_a_trace_have_no_properties(project: Project) -> None:
    project.tests("def test_a():\n    ask()\n")
    project.run("--junit-xml=report.xml")
    assert list(ElementTree.parse(project.path / "report.xml").iter("property")) == []


PHASES = """
    import pytest

    @pytest.fixture
    def answered(trace):
        ask()
        raise RuntimeError("no answer")

    def test_setup(answered):
        pass

    @pytest.fixture
    def asked_at_the_end(trace):
        yield
        ask()
        raise RuntimeError("no end")

    def test_teardown(asked_at_the_end):
        pass
"""


def test_a_test_that_fails_in_setup_or_teardown_shows_its_trace(project: Project) -> None:
    project.tests(PHASES)
    run = project.run("--trace-report")
    assert run.output.count("- Trace -") == 2
    assert " 2 tests, 2 failed · 6 spans · 2 llm calls" in run.output


def test_a_test_run_again_for_its_setup_is_a_rerun_in_the_report(project: Project) -> None:
    project.tests(PHASES)
    run = project.run("--trace-report", "-p", "pytest_rerunfailures", "--reruns", "1", "-k", "setup")
    assert "1 rerun" in run.output.split("trace report")[1]
