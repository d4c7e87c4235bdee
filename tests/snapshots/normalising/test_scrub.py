"""What changes by itself is masked, what the program decides is not."""

from __future__ import annotations

import os
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from pytest_traces.runtime.recording.call_ids import CallIds
from pytest_traces.snapshots.normalising.scrubber import Scrubber

NOW = datetime(2026, 3, 4, 12, 30, 45, 678901, tzinfo=UTC)
ONE = "550e8400-e29b-41d4-a716-446655440000"


def scrubbed(text: str, *, ids: tuple[str, ...] = ()) -> str:
    now = NOW.timestamp() * 1000
    return Scrubber(now, Path("/srv/app"), ended_ms=now + 1000, ids=ids)(text)


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("call_aB3dE5gH7jK9mN1pQ3sT5vX7", "<id-1>"),
        ("call_aBcdEfghIjklMnopQrstUvwx", "<id-1>"),
        ("toolu_01D7FLrfh4GYq7yT1ULFeyMV", "<id-1>"),
        ("<obj at 0x7f3a2b1c>", "<obj at <address>>"),
        ("<Mock name='client()' id='140234567890123'>", "<Mock name='client()' id='<address>'>"),
        (NOW.isoformat(), "<timestamp>"),
        (NOW.strftime("%Y-%m-%d %H:%M:%S,123"), "<timestamp>"),
        (NOW.strftime("%Y/%m/%d %H:%M:%S"), "<timestamp>"),
        (NOW.strftime("%Y%m%dT%H%M%SZ"), "<timestamp>"),
        (format_datetime(NOW, usegmt=True), "<timestamp>"),
        (NOW.strftime("%a %b %e %H:%M:%S %Y"), "<timestamp>"),
        (f"t={NOW.timestamp()}", "t=<timestamp>"),
        (f"{int(NOW.timestamp() * 1000)}", "<timestamp>"),
        (f"{int(NOW.timestamp() * 1e9)}", "<timestamp>"),
        ("/srv/app/data/x.json", "<root>/data/x.json"),
        ("file:///srv/app/x", "file://<root>/x"),
        (f"{sys.prefix}/lib/x", "<python>/lib/x"),
        (f"{tempfile.gettempdir()}/invoice1.pdf", "<tmp>/invoice1.pdf"),
        (f"{tempfile.gettempdir()}/pytest-of-me/pytest-12/popen-gw1/test_x0/f", "<basetemp>/test_x0/f"),
        (f"session_{int(NOW.timestamp())}", "session_<timestamp>"),
        (f"id-{int(NOW.timestamp() * 1000)}.json", "id-<timestamp>.json"),
        (NOW.strftime("report_%Y%m%d_%H%M%S.pdf"), "report_<timestamp>.pdf"),
        (NOW.strftime("report-%Y-%m-%d_%H-%M-%S.pdf"), "report-<timestamp>.pdf"),
        (NOW.strftime("%Y-%m-%d-%H-%M-%S"), "<timestamp>"),
        (NOW.strftime("%Y-%m-%d_%H:%M:%S"), "<timestamp>"),
        (NOW.strftime("%Y%m%d%H%M%S%f"), "<timestamp>"),
        (NOW.strftime("%Y%m%d_%H%M%S_%f"), "<timestamp>"),
        (NOW.strftime("%m/%d/%Y %I:%M:%S %p"), "<timestamp>"),
        (NOW.strftime("%m/%d/%Y, %I:%M %p"), "<timestamp>"),
        (NOW.strftime("%d.%m.%Y %H:%M:%S"), "<timestamp>"),
        (NOW.strftime("%B %d, %Y %H:%M:%S"), "<timestamp>"),
        (NOW.strftime("%b %d, %Y at %I:%M %p"), "<timestamp>"),
        (repr(NOW), "<timestamp>"),
        (repr(NOW.replace(tzinfo=None)), "<timestamp>"),
    ],
)
def test_values_that_change_from_run_to_run_are_masked(text: str, clean: str) -> None:
    assert scrubbed(text) == clean


@pytest.mark.parametrize(
    "text",
    [
        f"{ONE} is a constant",
        "2026-03-04",
        "2019-07-01T09:00:00Z",
        (NOW + timedelta(days=1)).isoformat(),
        "order 1234567890, phone 4915112345678, ISBN 9783161484100",
        "0x7f3a2b1c4d5e wei, 0xde0b6b3a7640000 wei",
        "sha256 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "call_1 msg_second step-2 run_2024-report trace_off call_me_maybe_tomorrow",
        "main.py:12: unused import",
        'File "app.py", line 12, in ask',
        "/var/data/tmp/x and /srv/application/x and https://x.org/srv/app",
        "Task-3 in Thread-2 (worker) on asyncio_1",
        "http://127.0.0.1:8000 and localhost:5432",
        "report_20251121_055457.pdf report-2025-11-21_05-54-57.pdf 20251121055457957349",
        "datetime.datetime(2025, 3, 4, 12, 30, 45)",
        "session_1234567890 and id-1795240497974.json",
        "run_DatabaseMigrationScripts call_GetCustomerAccountInfoA call_GetCustomerAccountInfoAB",
        "trace_SendHTTPSRequestToAPIServer",
        f"{tempfile.gettempdir()}x/report_2024 and out-20241231",
        '{"pid": 4711111}',
    ],
)
def test_values_that_the_program_decides_stay(text: str) -> None:
    assert scrubbed(text) == text


def test_the_number_of_this_process_is_masked_where_it_is_called_so() -> None:
    assert scrubbed(f'{{"pid": {os.getpid()}}}') == '{"pid": <pid>}'
    assert scrubbed(f"room {os.getpid()}") == f"room {os.getpid()}"


def test_an_id_that_begins_with_digits_is_no_clock() -> None:
    id = "20190701090000abcdefabcdefabcdef"
    assert scrubbed(f"order_{id} {id}", ids=[id]) == "order_<id-1> <id-1>"


def test_ids_that_a_framework_made_up_are_masked_and_chosen_ones_stay() -> None:
    ids = ("06b010636cc27581800015e1", "1234567890123456", "geocode-2", "weather", "getcustomeraccount")
    assert scrubbed(" ".join(ids), ids=ids) == "<id-1> <id-2> geocode-2 weather getcustomeraccount"
    assert scrubbed(" ".join(ids)) == " ".join(ids)


def test_every_id_that_a_recorder_makes_is_known_as_one() -> None:
    call_ids = CallIds()
    ids = [call_ids.at(number) for number in range(3_000)]
    assert {scrubbed(id, ids=[id]) for id in ids} == {"<id-1>"}


def test_the_name_of_a_span_is_no_id_unless_the_trace_knows_it_as_one() -> None:
    name, other = "call_aB3dE5gH7jK9mN1pQ3sT5vX7", "call_bB3dE5gH7jK9mN1pQ3sT5vX7"
    now = NOW.timestamp() * 1000
    assert Scrubber(now, names=[name])(f"{name} {other}") == f"{name} <id-1>"
    assert Scrubber(now, names=[name], ids=[name])(f"{name} {other}") == "<id-1> <id-2>"


def test_the_directory_of_the_start_is_no_second_name_of_the_project(tmp_path: Path, monkeypatch) -> None:
    inside, outside = tmp_path / "root" / "tests", tmp_path / "elsewhere"
    for started, written in ((inside, "<root>/tests/x"), (tmp_path / "root", "<root>/tests/x"), (outside, "<cwd>/x")):
        started.mkdir(parents=True, exist_ok=True)
        monkeypatch.chdir(started)
        place = inside if started != outside else outside
        assert Scrubber(0.0, tmp_path / "root")(f"{place}/x") == written


def test_a_directory_that_is_gone_is_not_masked(tmp_path: Path, monkeypatch) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    assert Scrubber(0.0, tmp_path)(f"{tmp_path}/x") == "<root>/x"


def test_a_number_that_pytest_gave_a_directory_goes_and_one_that_the_program_gave_stays(tmp_path: Path) -> None:
    (tmp_path / "datacurrent").symlink_to(tmp_path)  # as `tmp_path_factory.mktemp("data")` leaves it
    directories = {f"{tmp_path}/test_long_name_c0": "<tmp_path>", str(tmp_path): "<basetemp>"}
    scrub = Scrubber(0.0, directories=directories)
    assert scrub(f"{tmp_path}/test_long_name_c0/x") == "<tmp_path>/x"
    assert scrub(f"{tmp_path}/data12/y3 {tmp_path}/v2 {tmp_path}/7") == "<basetemp>/data/y3 <basetemp>/v2 <basetemp>/7"


def test_a_trace_from_a_file_keeps_the_dates_since_then() -> None:
    assert "2026-03-05T12:00:00Z" in scrubbed("2026-03-05T12:00:00Z")


def test_a_long_run_of_letters_is_read_once() -> None:
    for run in ("a", "a1", "1", "0x1", "-", "at 0x1234567", "2026-", "f00d-", "call_a", "/", "."):
        scrubbed(run * (100_000 // len(run)))  # a minute and more where a pattern looks back
