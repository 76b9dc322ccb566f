"""What the tests of the page share: one Node for all."""

from collections.abc import Iterator

import pytest

from tests.unit.evidence.page.stage import Parts


@pytest.fixture(scope="session")
def parts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Parts]:
    """Yield the functions of the page's script."""
    with Parts(tmp_path_factory.mktemp("page")) as running:
        yield running
