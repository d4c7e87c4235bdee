"""What every snapshot of a project leaves out, masks and adds, by its ini file."""

from __future__ import annotations

from tests.project import Project

TEST = """
def test_it(trace):
    ask("Paris")
    assert trace.span_tree(ignore="status") == '''agent weather
├─ tool get_weather {"city": "<text>"}
└─ llm gpt-4o-mini   metadata={"a": 1}'''
"""


def test_the_ini_file_masks_every_snapshot(project: Project) -> None:
    project.write(
        "pytest.ini",
        """
        [pytest]
        trace_snapshot_ignore =
            output
            checkout.output.total
        trace_snapshot_replace =
            input.city = text
            input.id = /req-.*/
        trace_snapshot_include = metadata
        """,
    )
    app = (project.path / "app.py").read_text()
    project.write("app.py", app.replace('name="gpt-4o-mini"', 'name="gpt-4o-mini", metadata={"a": 1}'))
    project.tests(TEST)
    result = project.run()
    assert result.outcomes == "1 passed", result.output


def test_every_fault_in_the_ini_file_is_told_before_a_test_runs(project: Project) -> None:
    project.write("pytest.ini", "[pytest]\ntrace_snapshot_replace = output.id = uid\n")
    project.tests(TEST)
    result = project.run()
    assert "ERROR: trace_snapshot_replace: unknown mask 'uid'; did you mean 'uuid'?" in result.output


def test_a_text_is_whole_up_to_the_length_in_the_ini_file(project: Project) -> None:
    project.write("pytest.ini", "[pytest]\ntrace_snapshot_text = 100\n")
    project.tests("""
    def test_a(trace):
        ask("Paris " * 50)
        assert "…⟨300 chars" in trace.span_tree()
        ask("Paris " * 10)
        assert trace.span_tree().count("⟨") == 1
    """)
    assert project.run().outcomes == "1 passed"
    project.write("pytest.ini", "[pytest]\ntrace_snapshot_text = 99\n")
    assert "trace_snapshot_text: expected at least 100, got 99" in project.run().output
