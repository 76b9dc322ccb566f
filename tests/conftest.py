"""What every test may ask for: the hypothesis profiles, and the folder of real data where there is one."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

from countersign.config import keep_compiled

keep_compiled(os.environ)  # before anything imports numba

# "ci" gives the same examples on every machine, so that a red run can be repeated; "deep" hunts for new ones.
settings.register_profile("ci", deadline=None, derandomize=True, max_examples=60, database=None)
settings.register_profile("deep", deadline=None, max_examples=3_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


@pytest.fixture(scope="session")
def data_folder() -> Path:
    """Return the folder of real accounts' data (see CONTRIBUTING), or skip: it is never part of the repository."""
    named = os.environ.get("COUNTERSIGN_DATA", "")
    if not named:
        pytest.skip("COUNTERSIGN_DATA is not set: the folder of real accounts' data is kept outside the repository")
    folder = Path(named)
    if not (folder / "README.md").is_file():
        pytest.skip(f"COUNTERSIGN_DATA names {named}, which is not the data folder: it has no README.md")
    return folder
