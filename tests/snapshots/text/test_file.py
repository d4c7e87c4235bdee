"""The `.trace` file: what goes in comes out, and what cannot be read is told with its line."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pytest_traces.errors import CorruptFile, TracesError
from pytest_traces.snapshots.text.file import KeptFile, Section, load, normal, save

TEXT = st.text(st.characters() | st.sampled_from("\n\r=-<>\\ \u2028\x0c\x85"), max_size=60).map(normal)
NAME = st.text(st.characters(exclude_characters="\n\r", exclude_categories=["Cs"]), min_size=1, max_size=20)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sections=st.dictionaries(NAME, TEXT, min_size=1, max_size=4))
def test_saved_sections_are_loaded(tmp_path: Path, sections: dict[str, str]) -> None:
    path = tmp_path / "test_a.trace"
    held = {name: Section(text, {"ignore": ["a"]} if len(text) % 2 else {}) for name, text in sections.items()}
    save(path, held)
    assert load(path) == held


def test_a_text_that_looks_like_syntax_is_only_text(tmp_path: Path) -> None:
    path = tmp_path / "test_a.trace"
    text = "--- no\n=== test_b\n\\back\n<<<<<<< HEAD\n=======\n>>>>>>> theirs\n\nend"
    save(path, {"test_a": Section(text)})
    assert load(path) == {"test_a": Section(text)}


def test_a_file_reads_as_it_is_written(tmp_path: Path) -> None:
    path = tmp_path / "test_a.trace"
    save(path, {"b": Section("two", {"chunks": True}), "a": Section("one\n└─ more")})
    assert path.read_text(encoding="utf-8") == (
        '# pytest-traces snapshot v2\n=== a\none\n└─ more\n\n=== b\n--- {"chunks": true}\ntwo\n'
    )


def test_line_ends_of_another_system_make_no_difference(tmp_path: Path) -> None:
    path = tmp_path / "test_a.trace"
    path.write_bytes(b'# pytest-traces snapshot v2\r\n=== a\r\n--- {"chunks": true}\r\none\r\ntwo\r\n')
    assert load(path) == {"a": Section("one\ntwo", {"chunks": True})}


def test_a_file_that_is_not_there_holds_nothing(tmp_path: Path) -> None:
    assert load(tmp_path / "test_a.trace") == {}


def test_a_file_without_sections_goes(tmp_path: Path) -> None:
    path = tmp_path / "below" / "test_a.trace"
    save(path, {"a": Section("one")})
    save(path, {})
    assert list(path.parent.iterdir()) == []


HEAD = "# pytest-traces snapshot v2\n"
BROKEN = {
    "": "1: expected '# pytest-traces snapshot v2', got ''",
    "# name: test_a\n": "1: expected '# pytest-traces snapshot v2', got '# name: test_a'",
    "# pytest-traces snapshot v2x\n": "1: expected '# pytest-traces snapshot v2', got '# pytest-traces snapshot v2x'",
    HEAD + "stray\n": "2: expected a section that begins with '=== '",
    HEAD + "=== a\n=== a\n": "3: holds 'a' twice",
    HEAD + "=== a\none\n<<<<<<< HEAD\n": "4: has an unresolved merge conflict",
    HEAD + "=== a\n--- {\n": "3: expected options as JSON: "
    "Expecting property name enclosed in double quotes: line 1 column 2 (char 1)",
    HEAD + "=== a\n--- []\n": "3: expected options as a JSON object, got '[]'",
}


@pytest.mark.parametrize("text", BROKEN, ids=range(len(BROKEN)))
def test_a_line_that_cannot_be_read_is_told_with_its_number(tmp_path: Path, text: str) -> None:
    path = tmp_path / "test_a.trace"
    path.write_text(text)
    with pytest.raises(CorruptFile) as caught:
        load(path)
    fix = "restore the file from version control, or rewrite it with --snapshot-update"
    assert str(caught.value) == f"{path}:{BROKEN[text]}; {fix}"
    assert path.read_text() == text


@pytest.mark.parametrize("head", ["# pytest-traces snapshot v7", "# pytest-traces snapshot v7 (of 2030)"])
def test_a_file_of_a_later_version_says_so(tmp_path: Path, head: str) -> None:
    path = tmp_path / "test_a.trace"
    path.write_text(f"{head}\n=== a\n")
    with pytest.raises(KeptFile) as caught:
        load(path)
    assert str(caught.value) == f"{path}:1: written by a newer pytest-traces (format v7, this one reads v2)"


def test_a_file_that_is_no_text_says_so(tmp_path: Path) -> None:
    path = tmp_path / "test_a.trace"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(CorruptFile, match=r"test_a\.trace:1: is not text: "):
        load(path)


def test_a_directory_in_its_place_says_so(tmp_path: Path) -> None:
    with pytest.raises(KeptFile) as caught:
        load(tmp_path)
    assert str(caught.value) == f"{tmp_path}: can't be read: Is a directory"


def test_a_file_that_cannot_be_written_is_told_and_nothing_is_left_over(tmp_path: Path) -> None:
    path = tmp_path / "test_a.trace"
    path.mkdir()
    for sections in ({"a": Section("one")}, {}):
        with pytest.raises(TracesError) as caught:
            save(path, sections)
        assert str(caught.value) == f"{path}: can't be written: Is a directory"
        assert list(tmp_path.iterdir()) == [path]


def test_the_mark_that_some_editors_put_first_is_no_text(tmp_path: Path) -> None:
    path = tmp_path / "test_a.trace"
    path.write_text(f"{HEAD}=== a\none\n", encoding="utf-8-sig")
    assert load(path) == {"a": Section("one")}


def test_lone_surrogates_and_carriage_returns_are_spelled_out() -> None:
    assert normal("a\ud800\rb\n\n") == "a\\ud800\\rb"
