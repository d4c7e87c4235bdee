"""TraceLLM among other people's modules: its import changes nothing, and a namesake is told from it."""

import pytest

PROGRAM = """
from tracellm import trace, trace_tool


@trace_tool()
def search(text):
    return text


@trace(prompt="answer")
def answer():
    return search("manual")
"""

TEST = """
def test_it(trace):
    from program import answer

    answer()
    assert str(trace) == "agent answer\\n└─ tool search"
"""


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")  # what others load costs seconds
    pytester.makeini("[pytest]\npythonpath = .\n")
    pytester.makepyfile(program=PROGRAM)
    return pytester


def run(pytester: pytest.Pytester, *options: str) -> pytest.RunResult:
    return pytester.runpytest_subprocess("-psyrupy", "-ppytest_traces.plugin", "-pno:cacheprovider", *options)


def write(pytester: pytest.Pytester, name: str, text: str = "") -> None:
    path = pytester.path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def test_it_is_imported_where_warnings_are_errors_and_env_files_are_left_alone(
    project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MONGO_URL", raising=False)
    write(project, ".env", "MONGO_URL=mongodb://prod\n")
    project.makepyfile(
        TEST
        + """
    import os

    assert "MONGO_URL" not in os.environ
"""
    )
    run(project, "-W", "error").assert_outcomes(passed=1)


def test_a_program_may_still_load_an_env_file_of_its_own(project: pytest.Pytester) -> None:
    write(project, ".env", "GREETING=hello\n")
    project.makepyfile(
        """
        import os

        import program
        from dotenv import load_dotenv

        def test_it():
            assert load_dotenv(".env")
            assert os.environ["GREETING"] == "hello"
        """
    )
    run(project).assert_outcomes(passed=1)


def test_what_it_prints_is_printed(project: pytest.Pytester) -> None:
    project.makepyfile(TEST)
    done = run(project, "-s", "-q")
    done.assert_outcomes(passed=1)
    assert [line for line in done.outlines if "TraceLLM Trace" in line] != []


@pytest.mark.parametrize("first", ["program", "app"])
def test_a_users_own_app_package_and_tracellm_live_side_by_side(project: pytest.Pytester, first: str) -> None:
    write(project, "app/__init__.py", "NAME = 'mine'\n")
    write(project, "app/views.py", "from app import NAME\n")
    project.makepyfile(
        f"""
        import {first}
        import app
        import app.views
        from program import answer

        def test_it(trace):
            assert app.views.NAME == "mine"
            assert app.__file__.startswith({str(project.path)!r})
            answer()
            assert str(trace) == "agent answer\\n└─ tool search"
        """
    )
    run(project, "-W", "error").assert_outcomes(passed=1)


def test_a_users_own_app_package_needs_no_tracellm(project: pytest.Pytester) -> None:
    write(project, "app/__init__.py", "NAME = 'mine'\n")
    project.makepyfile(
        """
        import sys

        import app

        def test_it():
            assert app.NAME == "mine"
            assert "tracellm" not in sys.modules
        """
    )
    run(project).assert_outcomes(passed=1)


def test_the_unrelated_package_of_the_same_name_is_told_and_left_alone(project: pytest.Pytester) -> None:
    write(project, "tracellm/__init__.py", "def trace(func):\n    return func\n")
    write(project, "tracellm/pricing.py")
    project.makepyfile(
        """
        import tracellm
        from pytest_traces.adapters.activation import Activation

        def test_it():
            activation = Activation()
            activation.arm()
            activation.disarm()
            assert tracellm.trace(print) is print
            assert "tracellm" not in activation.listening
            assert activation.troubles == [
                "tracellm is imported but can't be captured: TracesError: this `tracellm` is an unrelated logger of "
                "model responses; TraceLLM is installed as `tracellm-cli`, and of the two packages of this name the "
                "later install wins"
            ]
        """
    )
    run(project).assert_outcomes(passed=1)
