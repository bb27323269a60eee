"""Whether somebody looks at a screen."""

import os
import sys


def is_terminal() -> bool:
    """Whether input and output both are a terminal that can show screens."""
    return sys.stdin.isatty() and sys.stdout.isatty() and os.environ.get("TERM", "") != "dumb"
