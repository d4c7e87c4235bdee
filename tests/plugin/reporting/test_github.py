"""What a job of GitHub Actions gets: a Markdown summary, and annotations."""

from __future__ import annotations

import re

from pytest_traces.plugin.results.github import annotation
from pytest_traces.report.layout.markdown import MarkdownPage
from pytest_traces.report.terminal import draw_report
from tests.project import RERUNS, Project
from tests.report.samples import whole_session

JOB = """
import os

os.environ |= {{"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": {summary!r}, "GITHUB_WORKSPACE": {workspace!r}}}
"""
TESTS = """
def test_retries(trace):
    ask(fails=1)

def test_fails():
    pass

def test_fails_too(trace):
    ask()
    assert 0, "100% wrong:\\nno answer"

attempts = []

@pytest.mark.flaky(reruns=2)
def test_is_run_again(trace):
    ask()
    attempts.append(1)
    assert len(attempts) == 2
"""


def a_job(project: Project, summary: str = "summary.md") -> Project:
    where = str(project.path / summary)
    project.write("conftest.py", JOB.format(summary=where, workspace=str(project.path)))
    project.tests(TESTS)
    return project


def annotations(output: str) -> list[str]:
    return [line for line in output.splitlines() if line.startswith("::")]


def test_a_job_gets_a_summary_and_annotations_beside_the_lines(project: Project) -> None:
    ran = a_job(project).run("--trace-coverage", plugins=RERUNS)
    assert annotations(ran.output) == [
        "::error file=test_it.py,line=13,title=test_it.py%3A%3Atest_fails_too::AssertionError: 100%25 wrong:",
        "::warning title=test_it.py%3A%3Atest_is_run_again::passed only on a rerun",
    ]
    summary = (project.path / "summary.md").read_text(encoding="utf-8")
    assert summary.startswith("### Traces\n\n3 tests, 1 failed · 10 spans · 3 llm calls · 216 tokens · ")
    assert "| retries | tests | attempts | recovered | wasted | why |\n" in summary
    assert "\n\n### Coverage of behaviour\n\n0 tools offered · " in summary


def test_the_summary_of_an_earlier_step_stays(project: Project) -> None:
    project.write("summary.md", "# Before\n")
    a_job(project).run("-k", "test_retries", plugins=RERUNS)
    assert (project.path / "summary.md").read_text(encoding="utf-8").startswith("# Before\n### Traces\n")


def test_a_summary_that_cannot_be_written_is_told(project: Project) -> None:
    ran = a_job(project, summary="gone/summary.md").run("-k", "test_retries", plugins=RERUNS)
    assert ran.code == 0
    assert "pytest-traces: the job's summary was not written: [Errno 2] No such file or directory: " in ran.output


def test_a_suite_without_traces_gets_nothing(project: Project) -> None:
    ran = a_job(project).run("-k", "test_fails and not too", plugins=RERUNS)
    assert (ran.code, annotations(ran.output), (project.path / "summary.md").exists()) == (0, [], False)


def test_elsewhere_there_is_neither(project: Project) -> None:
    project.tests(TESTS)
    assert annotations(project.run(plugins=RERUNS).output) == []


def test_no_message_begins_another_command() -> None:
    told = annotation("error", "a\r\n::set-output name=x::y", {"title": "t,line=7:x"})
    assert told == "::error title=t%2Cline=7%3Ax::a%0D%0A::set-output name=x::y"


def test_the_markdown_of_the_report_is_cut_and_holds_no_markup() -> None:
    lines = [line.text.strip() for line in draw_report(whole_session(), MarkdownPage(3))]
    assert lines[0].startswith("7 tests, 3 failed · 29 spans · ")
    assert "| tool get\\_weather | 4 | 1.0 s | 2.0 s | 50% |" in lines
    assert [line for line in lines if line.endswith(" more")]
    assert not [line for line in lines if re.search(r"(?<!\\)[<`]", line)]
