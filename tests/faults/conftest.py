"""What the campaigns share: a closed vault for each test, and how many times they try."""

from tests.vault.conftest import made, original

__all__ = ["made", "original"]
