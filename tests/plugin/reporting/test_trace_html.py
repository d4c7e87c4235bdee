"""`--trace-html`: what the page is given of a session."""

import json
import re

import pytest

from tests.page.unpacking import unpack

TESTS = """
def test_passes(trace):
    ask()

def test_fails(trace):
    ask()
    trace.assert_never("get_weather")

def test_does_not_ask_for_its_trace():
    ask()

def test_records_nothing():
    pass

attempts = []

def test_is_run_again(trace):
    attempts.append(1)
    ask()
    assert len(attempts) == 2
"""


class Written:
    """A page, read back."""

    def __init__(self, path):
        self.text = path.read_text(encoding="utf-8")
        elements = dict(re.findall(r'<script type="[a-z]+/[a-z]+" id="(\w+)">(.*?)</script>', self.text))
        self.session = json.loads(elements.pop("session"))
        self.packed = {key: unpack(text) for key, text in elements.items()}

    @property
    def tests(self):
        """Name, attempt and outcome of each test."""
        return [(test["nodeid"].partition("::")[2], test["attempt"], test["outcome"]) for test in self.session["tests"]]

    def test(self, name):
        return next(test for test in self.session["tests"] if test["nodeid"].endswith(name))


@pytest.fixture
def page(project):
    """Runs the project and reads its page."""

    def run(*arguments):
        project.result = project.run("--trace-html", "page.html", *arguments)
        return Written(project.path / "page.html")

    return run


@pytest.mark.parametrize("workers", [(), ("-n2",)])
def test_every_attempt_that_recorded_is_in_the_page(project, page, workers):
    project.tests(TESTS)
    assert page("--reruns=2", *workers).tests == [
        ("test_does_not_ask_for_its_trace", 1, "passed"),
        ("test_fails", 1, "rerun"),
        ("test_fails", 2, "rerun"),
        ("test_fails", 3, "failed"),
        ("test_is_run_again", 1, "rerun"),
        ("test_is_run_again", 2, "passed"),
        ("test_passes", 1, "passed"),
    ]


def test_a_failure_speaks_of_spans(project, page):
    project.tests(TESTS)
    written = page()
    test = written.test("test_fails")
    failure = written.packed[test["failure"]]
    spans = written.packed[test["recordings"][0]["key"]]["spans"]
    assert test["reason"] == "Mismatch: expected no span 'get_weather', found 1"
    assert failure["where"] == "test_it.py:10"
    assert [span["name"] for span in spans if span["id"] in failure["spans"]] == ["get_weather"]


def test_recordings_of_fixtures_are_shown_where_they_are_used_and_stand_in_the_page_once(project, page):
    project.tests("""
    import pytest_traces

    @pytest.fixture(scope="module")
    def run():
        with pytest_traces.record() as trace:
            ask()
        return trace

    def test_one(run):
        assert run.tools

    def test_two(run):
        assert run.tools
    """)
    written = page()
    one, two = (written.test(name)["recordings"] for name in ("test_one", "test_two"))
    assert one == two
    assert [shown["title"] for shown in one] == ["Trace of test_it.py::run"]
    assert list(written.packed) == [one[0]["key"]]


def test_a_snapshot_that_differs_is_shown_with_both_trees(project, page):
    project.tests("def test_it(trace):\n    ask('Paris')\n    trace.assert_span_tree()")
    project.run("--snapshot-update")
    project.tests("def test_it(trace):\n    ask('Rome')\n    trace.assert_span_tree()")
    written = page()
    [snapshot] = written.packed[written.test("test_it")["failure"]]["snapshots"]
    assert (snapshot["title"], snapshot["headline"]) == ("span_tree", "1 edit: 1 span changed")
    assert [sign for sign, _, _ in snapshot["rows"]] == [" ", "~", " "]


def test_a_plain_assert_speaks_of_the_span_that_its_message_shows(project, page):
    project.tests("def test_it(trace):\n    ask()\n    assert trace.one('get_weather').output == 1")
    written = page()
    test = written.test("test_it")
    spans = written.packed[test["recordings"][0]["key"]]["spans"]
    spoken = written.packed[test["failure"]]["spans"]
    assert [span["name"] for span in spans if span["id"] in spoken] == ["get_weather"]


def test_secrets_are_nowhere_in_the_page(project, page):
    project.tests(
        """
        @pytest.mark.parametrize("key", ["sk-proj-abcdefghijklmnopqrstuvwxyz0123456789abcdef"])
        def test_it(trace, key):
            ask({"api_key": key, "password": "hunter2"})
            raise ValueError(f"no access with {key}")
        """
    )
    written = page()
    everything = written.text + json.dumps(written.packed)
    assert ("sk-proj-abc" in everything, "hunter2" in everything) == (False, False)


FULL_DISK = """
import resource

def pytest_runtest_logfinish():
    resource.setrlimit(resource.RLIMIT_FSIZE, (4000, 4000))  # the next byte of a file fails, as on a full disk
"""


def test_a_full_disk_is_one_warning_and_leaves_no_half_of_a_page(project):
    project.tests(TESTS)
    project.run("--trace-html", "page.html", "-k", "passes", "-p", "no:cacheprovider")
    last_page = (project.path / "page.html").read_text(encoding="utf-8")
    project.write("conftest.py", FULL_DISK)
    result = project.run("--trace-html", "page.html", "-k", "passes", "-p", "no:cacheprovider")
    told = [line for line in result.output.splitlines() if "trace page" in line]
    assert (result.code, len(told)) == (0, 1)
    assert told[0].startswith("pytest-traces: the trace page was not written: [Errno")
    assert [path.read_text(encoding="utf-8") for path in project.path.glob("*page.html*")] == [last_page]


def test_a_killed_worker_loses_no_other_test(project, page):
    project.tests(
        """
        import os

        def test_kills_its_worker(trace):
            ask()
            os._exit(1)

        @pytest.mark.parametrize("number", range(6))
        def test_goes_on(trace, number):
            ask()
        """
    )
    assert [test for test in page("-n2").tests if test[0] != "test_kills_its_worker"] == [
        (f"test_goes_on[{number}]", 1, "passed") for number in range(6)
    ]


def test_a_session_that_stops_early_has_a_page_of_what_ran(project, page):
    project.tests(TESTS)
    assert page("-x").tests == [("test_passes", 1, "passed"), ("test_fails", 1, "failed")][::-1]
