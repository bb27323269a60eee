"""Two clocks that go on when a test says so."""

from wor_tui.lock import Ticks


class HandTicks:
    """`pass_by` goes on with both clocks, `sleep` with the one that counts sleep."""

    def __init__(self) -> None:
        self.awake_s = 1000.0
        self.elapsed_s = 5000.0

    @property
    def ticks(self) -> Ticks:
        """As the program reads them."""
        return Ticks(lambda: self.awake_s, lambda: self.elapsed_s)

    def pass_by(self, seconds: float) -> None:
        """Time goes on."""
        self.awake_s += seconds
        self.elapsed_s += seconds

    def sleep(self, seconds: float) -> None:
        """The computer sleeps."""
        self.elapsed_s += seconds
