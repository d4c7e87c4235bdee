"""What is written: only what passed, all of it, and never over a file of another owner."""

from tests.project import Project

ONE = """
def test_a(trace):
    ask()
    trace.assert_span_tree()
"""


def test_forty_tests_of_one_module_lose_nothing_to_each_other(project: Project) -> None:
    project.tests("""
    @pytest.mark.parametrize("number", range(40))
    def test_a(trace, number):
        ask(number)
        trace.assert_span_tree()
        trace.assert_usage()
    """)
    assert project.run("-n4", "--snapshot-update").code == 0
    assert sum(text.count("=== ") for text in project.snapshots().values()) == 80
    assert {path.suffix for path in project.path.rglob("__traces__/*/*")} == {".trace"}


def test_no_two_tests_share_a_file(project: Project) -> None:
    ids = ["a/b", "ab", "a b", "a?b", "a*b", "a\\\\b", "ä", "x" * 250, "x" * 251, "a\\n=== b", ""]
    project.tests(f"""
    @pytest.mark.parametrize("city", [pytest.param(one, id=one) for one in {ids!r}])
    def test_a(trace, city):
        ask(city)
        trace.assert_span_tree()

    class TestOne:
        def test_a(self, trace):
            ask("one")
            trace.assert_span_tree()

    class TestTwo:
        class TestInner:
            def test_a(self, trace):
                ask("two")
                trace.assert_span_tree()
    """)
    assert project.run("--snapshot-update").code == 0
    assert len(project.snapshots()) == len(ids) + 2
    again = project.run("--snapshot-update")
    assert (again.code, len(project.snapshots())) == (0, len(ids) + 2)
    assert f"{len(ids) + 2} snapshots passed." in again.output


def test_a_wrong_first_attempt_is_not_what_is_committed(project: Project) -> None:
    project.tests("""
    attempts = []

    def test_a(trace):
        attempts.append(1)
        ask("Rome" if len(attempts) == 1 else "Paris")
        trace.assert_span_tree()
        assert len(attempts) > 1
    """)
    ran = project.run("--snapshot-update", "--reruns=2")
    assert (ran.code, ran.outcomes) == (0, "1 passed, 1 rerun")
    assert "1 snapshot generated." in ran.output
    [written] = project.snapshots().values()
    assert "Paris" in written
    assert "Rome" not in written
    assert project.pending() == []


def test_an_attempt_that_was_run_again_is_no_failed_snapshot(project: Project) -> None:
    project.tests(ONE)
    project.run("--snapshot-update")
    project.tests("attempts = []\n" + ONE.replace("ask()", "attempts.append(1); ask(fails=len(attempts) == 1)"))
    ran = project.run("--reruns=2")
    assert (ran.code, ran.outcomes) == (0, "1 passed, 1 rerun")
    assert "1 snapshot passed." in ran.output
    assert "failed" not in ran.output
    assert project.pending() == []


def test_a_failed_test_says_what_was_not_written_and_keeps_it_pending(project: Project) -> None:
    project.tests(ONE + "    assert False, 'later'\n")
    ran = project.run("--snapshot-update")
    assert ran.code == 1
    assert project.snapshots() == {}
    assert "not written, because the test failed: test_a[span_tree]" in ran.output
    assert len(project.pending()) == 1


def test_repetitions_of_a_test_share_its_snapshot(project: Project) -> None:
    project.write(
        "conftest.py",
        """
    import pytest

    @pytest.fixture
    def __pytest_repeat_step_number(request):
        return request.param

    @pytest.hookimpl(trylast=True)
    def pytest_generate_tests(metafunc):  # what pytest-repeat does
        metafunc.fixturenames.append("__pytest_repeat_step_number")
        metafunc.parametrize(
            "__pytest_repeat_step_number", range(3), indirect=True, ids=lambda step: f"{step + 1}-3", scope="function"
        )
    """,
    )
    project.tests(
        ONE
        + """
    @pytest.mark.parametrize("city", ["1-3", "2-3"])
    def test_b(trace, city):
        ask(city)
        trace.assert_span_tree()
    """.replace("\n    ", "\n")
    )
    assert project.run("--snapshot-update").code == 0
    assert [name.rpartition("/")[2] for name in project.snapshots()] == [
        "test_a.trace",
        "test_b[1-3].trace",
        "test_b[2-3].trace",
    ]
    again = project.run()
    assert (again.code, again.outcomes) == (0, "9 passed")


def test_in_ci_a_missing_snapshot_fails_and_nothing_is_written(project: Project) -> None:
    project.tests(ONE)
    ran = project.run(ci=True)
    assert ran.code == 1
    assert "SnapshotMissing: span tree of test_it.py::test_a has no snapshot in test_a.trace; received:" in ran.output
    assert "hint: run the test outside CI with --snapshot-update and commit the snapshot" in ran.output
    assert (project.snapshots(), project.pending()) == ({}, [])


def test_several_snapshots_of_a_test_are_named_and_numbered(project: Project) -> None:
    project.tests("""
    def test_a(trace):
        ask()
        trace.assert_span_tree()
        ask("Rome")
        trace.assert_span_tree()
        trace.assert_span_tree(name="at the end", ignore="output.temp")
    """)
    assert project.run("--snapshot-update").code == 0
    headers = [
        line
        for line in project.snapshots()["__traces__/test_it/test_a.trace"].splitlines()
        if line[:3] in ("===", "---")
    ]
    assert headers == [
        "=== test_a[span_tree.2]",
        '--- {"moment": 2}',
        "=== test_a[span_tree:at the end]",
        '--- {"ignore": "output.temp", "moment": 2}',
        "=== test_a[span_tree]",
    ]


def test_update_of_the_new_only_leaves_what_is_committed(project: Project) -> None:
    project.tests(ONE)
    project.run("--snapshot-update")
    before = project.snapshots()
    project.tests(ONE.replace("ask()", "ask('Rome')") + "\ndef test_b(trace):\n    ask()\n    trace.assert_usage()\n")
    ran = project.run("--snapshot-update-new-only")
    assert ran.outcomes == "1 failed, 1 passed"
    after = project.snapshots()
    assert after.keys() - before.keys() == {"__traces__/test_it/test_b.trace"}
    assert before.items() <= after.items()


def test_our_files_can_be_written_through_syrupy_itself(project: Project) -> None:
    project.tests("""
    from pytest_traces.snapshots.storing.extension import TraceExtension

    def test_a(trace, snapshot):
        ask()
        assert trace.span_tree() == snapshot(extension_class=TraceExtension)
    """)
    assert project.run("--snapshot-update").code == 0
    assert len(project.snapshots()) == 1
    assert project.run().code == 0


CORRUPT = {
    "conflict": (
        "=== test_a[span_tree]\n",
        "<<<<<<< HEAD\n=== test_a[span_tree]\n",
        "2: has an unresolved merge conflict",
    ),
    "foreign": ("# pytest-traces snapshot v2", "hello", "1: expected '# pytest-traces snapshot v2', got 'hello'"),
    "newer": ("v2", "v3", "1: written by a newer pytest-traces (format v3, this one reads v2)"),
    "twice": ("=== test_a", "=== test_a[span_tree]\n=== test_a", "3: holds 'test_a[span_tree]' twice"),
}


def test_a_file_that_cannot_be_read_is_told_and_left_alone_without_update(project: Project) -> None:
    names = list(CORRUPT)
    project.tests(
        "".join(f"def test_{name}(trace):\n    ask()\n    trace.assert_span_tree()\n\n" for name in [*names, "fine"])
    )
    project.run("--snapshot-update")
    good = project.snapshots()
    for name, (old, new, _) in CORRUPT.items():
        path = project.path / f"__traces__/test_it/test_{name}.trace"
        own = [text.replace("test_a", f"test_{name}") for text in (old, new)]
        path.write_text(path.read_text().replace(*own))
    before = project.snapshots()

    ran = project.run()

    assert ran.outcomes == "4 failed, 1 passed"
    for name, (_, _, told) in CORRUPT.items():
        assert f"test_{name}.trace:{told.replace('test_a', f'test_{name}')}" in ran.output
    assert project.snapshots() == before

    project.run("--snapshot-update", "-k", "conflict or fine")
    assert project.snapshots() == before | {k: v for k, v in good.items() if "conflict" in k}

    ran = project.run("--snapshot-update")  # a newer version may hold more than this one knows
    assert ran.outcomes == "1 failed, 4 passed"
    assert f"test_newer.trace:{CORRUPT['newer'][2]}" in ran.output
    assert project.snapshots() == good | {k: v for k, v in before.items() if "newer" in k}


def test_a_corrupt_file_is_not_rewritten_by_a_test_that_fails(project: Project) -> None:
    project.tests(ONE + "    assert False\n")
    path = project.write("__traces__/test_it/test_a.trace", "hello\n")
    project.run("--snapshot-update")
    assert path.read_text() == "hello\n"
