from collections.abc import Iterator

import pytest

from tests.reviews.stand_in import Modules, modules


@pytest.fixture
def kept(db: None) -> Iterator[Modules]:
    """Training modules as a kind of subject."""
    with modules() as declared:
        yield declared
