"""A pytest plugin (`-p tests.sync_model.mutated`): the product with the mistake that `WOR_MUTANT` names."""

import os

import pytest

from tests.sync_model.mutants import ALL


def pytest_configure() -> None:
    """Make the mistake, in the real modules, for as long as this process runs."""
    ALL[os.environ["WOR_MUTANT"]].apply(pytest.MonkeyPatch())
