import pytest

from tests.recommendations import factories


@pytest.mark.django_db
@pytest.mark.parametrize("state", [reached for _step, reached in factories._PATH] + ["idea", "withdrawn"])
def test_every_state_can_be_reached(state: str) -> None:
    assert factories.version_in(state).state == state
