"""Which ops of a save travel together: groups that each fit one push."""

from dataclasses import dataclass, field

from sync.client.limits import CONTENT_BYTES
from sync.identifiers import uuid7
from sync.wire import PUSH_OPS


@dataclass(slots=True)
class Room:
    """Hands out groups that fit one push each."""

    first: str = field(default_factory=uuid7)
    current: str = ""
    ops: int = 0
    size: int = 0

    def group_for(self, content: str) -> str:
        """The group of the next op, whose contents are `content`."""
        if not self.current or self.ops == PUSH_OPS or self.size + len(content) > CONTENT_BYTES:
            self.current = uuid7() if self.current else self.first
            self.ops = self.size = 0
        self.ops += 1
        self.size += len(content)
        return self.current
