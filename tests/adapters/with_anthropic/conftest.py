from collections.abc import Iterator

import pytest

from tests.adapters.doubles.untraced import sdks_without_tracium


@pytest.fixture(scope="package", autouse=True)
def as_it_is() -> Iterator[None]:
    """Test the SDK alone."""
    with sdks_without_tracium():
        yield
