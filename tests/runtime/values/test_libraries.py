"""Values of numpy and pandas are copied by their own plain form."""

import datetime

import pytest

from pytest_traces.runtime.values.plain import plain

numpy = pytest.importorskip("numpy")


class Reading(numpy.ndarray):
    def tolist(self):
        raise AssertionError("code of the program ran")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (numpy.array([[1, 2], [3, 4]]), [[1, 2], [3, 4]]),
        (numpy.array([1.5, numpy.nan]), [1.5, "nan"]),
        (numpy.array([1, 2]).view(Reading), [1, 2]),
        (numpy.array(5), 5),
        (numpy.float64(1.5), 1.5),
        (numpy.int64(7), 7),
        (numpy.bool_(True), True),
        (numpy.str_("a"), "a"),
        (numpy.datetime64("2025-01-02"), "2025-01-02"),
        ({numpy.int64(1): "a"}, {"1": "a"}),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_value_of_numpy_becomes_plain(value, expected):
    copied = plain(value)
    assert copied == expected
    assert type(copied) is type(expected)


def test_a_large_array_is_told_by_its_shape_and_a_digest():
    embeddings = numpy.zeros((1000, 1536), dtype="float32")
    told = plain(embeddings)
    assert told.startswith("<ndarray float32 (1000, 1536), digest ")
    embeddings[999, 1535] = 1
    assert plain(embeddings) != told


def test_values_of_pandas_become_plain():
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"city": ["Paris", "Rome"], "day": [pandas.Timestamp(0), pandas.NaT]})
    assert plain(frame) == {
        "city": {"0": "Paris", "1": "Rome"},
        "day": {"0": "1970-01-01T00:00:00", "1": "NaT"},
    }
    assert plain([pandas.NA, pandas.NaT]) == ["<NA>", "NaT"]
    assert plain(pandas.Series([1, 2], index=["a", "b"])) == {"a": 1, "b": 2}
    assert plain(pandas.Index([1, 2])) == [1, 2]
    assert plain(pandas.Timedelta(seconds=3)) == 3.0
    assert plain(pandas.Timestamp(datetime.datetime(2025, 1, 2))) == "2025-01-02T00:00:00"


def test_a_large_table_is_told_by_its_shape_and_a_digest():
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"city": ["Paris"] * 60_000, "temp": range(60_000)})
    told = plain(frame)
    assert told.startswith("<DataFrame (60000, 2), digest ")
    frame.loc[59_999, "city"] = "Rome"
    assert plain(frame) != told
