"""`python -m wor_tui` is `wor`."""

import sys

from wor_tui.cli import main

if __name__ == "__main__":
    sys.exit(main())
