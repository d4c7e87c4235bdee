"""Paths of options: what no run can use is an error before the first test, and no source is overwritten."""

from __future__ import annotations

import pytest

from tests.project import Project


@pytest.fixture(autouse=True)
def _one_test(project: Project) -> None:
    project.tests("def test_a(trace):\n    ask()\n")


@pytest.mark.parametrize("option", ["--trace-html", "--trace-save", "--trace-compare", "--trace-dir"])
def test_an_empty_path_is_an_error_as_of_a_variable_that_is_not_set(project: Project, option: str) -> None:
    ran = project.run(f"{option}=")
    assert (ran.code, ran.output.strip()) == (4, f"ERROR: {option}: expected a path, got ''")


@pytest.mark.parametrize("option", ["--trace-html", "--trace-save"])
def test_a_directory_is_no_file_to_write(project: Project, option: str) -> None:
    ran = project.run(option, ".")
    told = f"ERROR: {option}: expected a file to write, got the directory {str(project.path)!r}"
    assert (ran.code, ran.output.strip()) == (4, told)


@pytest.mark.parametrize("option", ["--trace-html", "--trace-save"])
def test_a_test_module_that_follows_an_option_is_not_overwritten(project: Project, option: str) -> None:
    module = project.path / "test_it.py"
    before = module.read_bytes()
    ran = project.run(option, "test_it.py")
    told = f"ERROR: {option}: it would overwrite {str(module)!r}, which it has not written; name another file"
    assert (ran.code, ran.output.strip(), module.read_bytes()) == (4, told, before)


@pytest.mark.parametrize("option", ["--trace-html", "--trace-save", "--trace-compare", "--trace-dir"])
def test_the_home_of_an_unknown_user_is_an_error(project: Project, option: str) -> None:
    ran = project.run(f"{option}=~nobody-here/x")
    told = f"ERROR: {option}: '~nobody-here/x' begins with the home of a user that does not exist"
    assert (ran.code, ran.output.strip()) == (4, told)


def test_a_file_is_no_directory_of_traces(project: Project) -> None:
    ran = project.run("--trace-keep=all", "--trace-dir=app.py")
    told = f"ERROR: --trace-dir: expected a directory, got the file {str(project.path / 'app.py')!r}"
    assert (ran.code, ran.output.strip()) == (4, told)


def test_an_index_of_another_tool_and_the_files_it_lists_stay(project: Project) -> None:
    index = project.write("data/index.jsonl", '{"file": "mine.jsonl", "label": 1}\n')
    project.write("data/mine.jsonl", "{}\n")
    ran = project.run("--trace-keep=all", "--trace-dir=data")
    told = f"ERROR: --trace-dir: {str(index)!r} is of another tool; give it another directory"
    assert (ran.code, ran.output.strip()) == (4, told)
    assert sorted(path.name for path in index.parent.iterdir()) == ["index.jsonl", "mine.jsonl"]


def test_a_page_and_a_saved_run_of_an_earlier_run_are_replaced(project: Project) -> None:
    options = ("--trace-html=a.html", "--trace-save=a.jsonl")
    project.write("a.html", "")
    assert (project.run(*options).code, project.run(*options).code) == (0, 0)
    assert project.run("--trace-html=a.jsonl", "--trace-save=a.html").code == 4


def test_a_saved_run_that_follows_html_is_not_overwritten(project: Project) -> None:
    project.run("--trace-save=a.jsonl")
    before = (project.path / "a.jsonl").read_bytes()
    made = project.command("report", "--html", "a.jsonl", "a.jsonl")
    told = "pytest-traces: --html: it would overwrite 'a.jsonl', which is no page; name another file\n"
    assert (made.code, made.output) == (2, told)
    assert (project.path / "a.jsonl").read_bytes() == before
