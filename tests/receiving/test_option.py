"""The ini key `trace_otlp` in projects of users."""

import pytest

from tests.project import Project
from tests.receiving.test_processes import POST

CLERK = POST.replace("json.loads(sys.argv[1])", "json.loads(sys.argv[1].replace('ID', os.urandom(8).hex()))")

SPAN = """
[["traces", {"resourceSpans": [{"scopeSpans": [{"spans": [{
    "traceId": "abababababababababababababababab", "spanId": "ID", "name": "search",
    "startTimeUnixNano": "1000000000", "endTimeUnixNano": "2000000000",
    "attributes": [{"key": "gen_ai.operation.name", "value": {"stringValue": "execute_tool"}}]
}]}]}]}]]
"""


def write_program(project: Project) -> None:
    project.write("clerk.py", CLERK)
    project.write("span.json", SPAN)
    project.write("pytest.ini", "[pytest]\ntrace_otlp = true\n")


def test_each_test_gets_the_spans_of_its_own_processes(project: Project) -> None:
    write_program(project)
    project.tests("""
    import subprocess, sys

    @pytest.mark.parametrize("count", [1, 2, 3, 1])
    def test_a(trace, count):
        for _ in range(count):
            subprocess.run([sys.executable, "clerk.py", open("span.json").read()], check=True)
        assert trace.tools.count == count
    """)
    assert project.run("-n2").outcomes == "4 passed"


def test_a_server_of_a_fixture_serves_the_test_that_runs(project: Project) -> None:
    write_program(project)
    project.write(
        "server.py",
        """
        import subprocess, sys
        import clerk_once

        for line in sys.stdin:
            clerk_once.send()
            print(flush=True)
        """,
    )
    project.write("clerk_once.py", "def send():\n    exec(open('clerk.py').read())\n")
    project.tests("""
    import subprocess, sys

    @pytest.fixture(scope="module")
    def server():
        with subprocess.Popen(
            [sys.executable, "server.py", open("span.json").read()],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as server:
            yield server
            server.stdin.close()

    def serve(server):
        server.stdin.write("\\n")
        server.stdin.flush()
        server.stdout.readline()

    @pytest.mark.parametrize("count", [1, 2, 1])
    def test_a(trace, server, count):
        for _ in range(count):
            serve(server)
        assert trace.tools.names == ["search"] * count
    """)
    assert project.run().outcomes == "3 passed"


def test_what_cannot_be_read_fails_the_test(project: Project) -> None:
    write_program(project)
    project.write("span.json", '[["traces", {"resourceSpans": [{"scopeSpans": [{"spans": [{"name": "search"}]}]}]}]]')
    project.tests("""
    import subprocess, sys

    def test_a(trace):
        subprocess.run([sys.executable, "clerk.py", open("span.json").read()])
        trace.assert_no_errors()
    """)
    ran = project.run()
    assert ran.code == 1
    assert "sent spans that cannot be read: the body is no OTLP request: span 'search' has no start time" in ran.output


@pytest.mark.parametrize(
    ("otlp", "told"), [("true", "sent no spans"), ("false", "`trace_otlp = true` receives its spans")]
)
def test_an_empty_trace_names_the_process_that_was_started(project: Project, otlp: str, told: str) -> None:
    project.write("pytest.ini", f"[pytest]\ntrace_otlp = {otlp}\n")
    project.tests("""
    import subprocess

    def test_a(trace):
        subprocess.run(["true"], check=True)
        trace.assert_no_errors()
    """)
    assert f"E       started another process, true: {told}" in project.run().output


def test_spans_that_no_assertion_looked_at_fail_the_test_if_they_cannot_be_read(project: Project) -> None:
    write_program(project)
    project.write("span.json", SPAN.replace('"2000000000"', '"500000000"'))
    project.tests("""
    import subprocess, sys

    def test_a(trace):
        subprocess.run([sys.executable, "clerk.py", open("span.json").read()], check=True)
    """)
    ran = project.run()
    assert ran.outcomes == "1 failed"
    assert "sent spans that cannot be read: span 'search' ran from 1000.0 to 500.0" in ran.output


def test_workers_of_xdist_get_no_variables(project: Project) -> None:
    write_program(project)
    project.tests("""
    import os

    def test_a(trace):
        ask()
        assert [name for name in os.environ if name in ("TRACEPARENT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")] == []
    """)
    assert project.run("-n2").outcomes == "1 passed"


def test_without_the_key_a_process_gets_no_variables(project: Project) -> None:
    project.tests("""
    import os, subprocess, sys

    def test_a(trace):
        ask()
        show = "import os; print(*(name for name in os.environ if name.startswith(('OTEL', 'TRACEPARENT'))))"
        environment = {key: value for key, value in os.environ.items() if not key.startswith("OTEL")}
        assert subprocess.run([sys.executable, "-c", show], env=environment, capture_output=True).stdout.strip() == b""
    """)
    assert project.run().outcomes == "1 passed"
