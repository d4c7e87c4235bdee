import os
import subprocess
import sys

import pytest

PROGRAM = """
import gc
from pytest_traces import record
from pytest_traces.runtime import span, trace_tool


@trace_tool
def pages():
    with span(span_type="tool", name="page"):
        yield "a page"


class Abandoned:
    def __init__(self):
        self.me, self.pages = self, pages()
        next(self.pages)


with record() as trace:
    for allocations in range(20, 99):
        for _ in range(30):
            gc.set_threshold(0)
            Abandoned()
            gc.set_threshold(allocations)
            with span(span_type="tool", name="work") as work:
                work.record_output(1)
    gc.set_threshold(0)
print(len(trace.find("work")))
"""


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="since 3.12 a collection interrupts no call")
def test_a_generator_that_a_collection_closes_inside_a_set_breaks_nothing(tmp_path):
    (tmp_path / "program.py").write_text(PROGRAM)
    ran = subprocess.run(
        [sys.executable, "program.py"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONMALLOC": "debug"},
        capture_output=True,
        text=True,
    )
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "2370\n", "")
