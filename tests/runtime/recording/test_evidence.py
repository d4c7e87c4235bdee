"""What a recording sees of the making of random values, and that it changes nothing."""

from __future__ import annotations

import os
import random
import secrets
import socket
import tempfile
import threading
import uuid
from collections.abc import Iterator
from contextlib import closing

import pytest

from pytest_traces.runtime.lanes.session import recording
from pytest_traces.runtime.recording.evidence import MADE, evidence_patches
from pytest_traces.runtime.recording.recorder import Recorder
from pytest_traces.snapshots.normalising.made_values import MADE_TEXTS


def is_known(text: str) -> bool:
    MADE_TEXTS.refresh()
    return MADE_TEXTS.holds(text)


@pytest.fixture
def observed() -> Iterator[None]:
    with recording(Recorder("a test")):
        yield


def test_outside_a_recording_nothing_is_replaced_and_nothing_is_kept() -> None:
    before = {(owner, name): getattr(owner, name) for owner, name, _ in evidence_patches()}
    with recording(Recorder("a test")), recording(Recorder("another")):
        assert any(getattr(owner, name) is not value for (owner, name), value in before.items())
    assert [name for (owner, name), value in before.items() if getattr(owner, name) != value] == []
    assert not is_known(str(uuid.uuid4()))
    assert not is_known(repr(random.random()))


def test_values_made_during_a_recording_are_known_afterwards() -> None:
    with recording(Recorder("a test")):
        made = uuid.uuid4(), secrets.token_urlsafe(16), random.random()
    assert all(map(is_known, map(str, made)))


@pytest.mark.usefixtures("observed")
def test_values_are_what_they_would_have_been() -> None:
    state = random.getstate()
    random.seed(7)
    values = [random.random(), random.randint(1, 10**12), random.choice("abc"), random.getrandbits(64)]
    values += [random.choices("abcdef", k=4), random.uniform(1, 2), random.randbytes(3), random.sample(range(9), 3)]
    with_own = random.Random(7)
    assert with_own.random() == values[0]
    random.setstate(state)
    assert len(os.urandom(5)) == 5
    assert uuid.uuid4().version == 4


@pytest.mark.usefixtures("observed")
def test_values_of_a_seeded_generator_are_behaviour() -> None:
    own = random.Random(42)
    assert not any(
        map(is_known, map(str, (own.random(), own.getrandbits(64), "".join(own.choices("0123456789abc", k=9)))))
    )
    own.seed()
    assert is_known(repr(own.random()))
    own.seed(42)
    assert not is_known(repr(own.random()))


@pytest.mark.usefixtures("observed")
def test_the_shared_generator_is_noise_until_it_is_seeded() -> None:
    state = random.getstate()
    assert is_known(repr(random.random()))
    random.seed(42)
    assert not is_known(repr(random.random()))
    random.seed()
    assert is_known(repr(random.random()))
    random.setstate(state)


@pytest.mark.usefixtures("observed")
def test_a_seed_that_pytest_randomly_sets_is_another_one_in_every_run() -> None:
    state = random.getstate()
    exec("seed(1234)", {"__name__": "pytest_randomly", "seed": random.seed})
    assert is_known(repr(random.random()))
    random.setstate(state)


@pytest.mark.usefixtures("observed")
def test_values_of_threads_are_seen() -> None:
    made: list[str] = []
    threads = [threading.Thread(target=lambda: made.append(str(uuid.uuid4()))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(map(is_known, made))


@pytest.mark.usefixtures("observed")
def test_small_numbers_and_short_words_are_no_evidence() -> None:
    small = random.getrandbits(20), random.randint(1, 6), random.choice("ab")
    assert not any(map(is_known, map(str, small)))
    assert not is_known(uuid.uuid4().hex[:7])


@pytest.mark.usefixtures("observed")
def test_a_port_that_the_program_chose_is_behaviour() -> None:
    with closing(socket.socket()) as free, closing(socket.socket()) as chosen:
        free.bind(("127.0.0.1", 0))
        MADE_TEXTS.refresh()
        assert str(free.getsockname()[1]) in MADE_TEXTS.ports
        port = free.getsockname()[1] % 1000 + 20_000
        try:
            chosen.bind(("127.0.0.1", port))
        except OSError:
            pytest.skip("this port is taken")
        MADE_TEXTS.refresh()
        assert str(port) not in MADE_TEXTS.ports


@pytest.mark.usefixtures("observed")
def test_names_of_temporary_files_are_found_wherever_they_stand() -> None:
    with tempfile.TemporaryDirectory(prefix="run_") as path:
        MADE_TEXTS.refresh()
        name = MADE_TEXTS.name_in(f"wrote {path}/out.json")
    assert name is not None
    assert path.endswith(name)
    assert MADE_TEXTS.name_in("wrote /tmp/run_a1b2c3d4/out.json") is None


def test_the_number_of_kept_values_is_bounded() -> None:
    assert all(kind.maxlen for kind in (MADE.bytes, MADE.integers, MADE.floats, MADE.names, MADE.ports, MADE.threads))
