"""verify.py as a module, and a bundle to run it on."""

import importlib.util
import sys
from importlib.resources import files
from pathlib import Path
from types import ModuleType

import pytest

from tests.evidence_cases import usual
from tests.evidence_world import policy

STANDALONE = Path(str(files("countersign.evidence.standalone")))


@pytest.fixture(scope="session")
def checker() -> ModuleType:
    """Return verify.py, loaded from its file: it is meant to be run, so nothing imports it by name."""
    spec = importlib.util.spec_from_file_location("verify_py_under_test", STANDALONE / "verify.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def bag(tmp_path: Path) -> Path:
    """Return an unpacked bundle in which everything is there and holds."""
    folder = tmp_path / "case-1"
    for name, data in usual().files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder


@pytest.fixture
def policy_file(tmp_path: Path) -> Path:
    """Return a policy that the bundle meets."""
    path = tmp_path / "policy"
    path.write_bytes(policy())
    return path
