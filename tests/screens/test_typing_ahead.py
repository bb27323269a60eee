"""Keys that come while the one before is still at work wait for it, also when they come a moment later."""

import asyncio

from textual.events import Key

from wor_tui.screens.typing_ahead import TypingAhead


class Desk:
    """Where a key sets off a row of messages, each of which sets off the next, as moving the focus does."""

    def __init__(self) -> None:
        self.message_queue_size = 0
        self.done: list[str] = []
        self.typing = TypingAhead(self.hand_on, lambda: [self], self.failed)  # type: ignore[list-item]

    async def hand_on(self, key: Key) -> None:
        self.done.append(f"begun {key.key}")
        self.message_queue_size += 1
        asyncio.get_running_loop().call_soon(self.go_on, key.key, 6)

    def go_on(self, key: str, left: int) -> None:
        if left:
            asyncio.get_running_loop().call_soon(self.go_on, key, left - 1)
        else:
            self.message_queue_size -= 1
            self.done.append(f"done {key}")

    def failed(self, error: Exception) -> None:
        raise error


async def go_round() -> None:
    """Let the event loop turn more often than three keys need; a time would be too short on a busy machine."""
    for _turn in range(500):
        await asyncio.sleep(0)


async def test_keys_typed_at_once_are_handled_one_after_the_other() -> None:
    desk = Desk()
    for key in "t12":
        desk.typing.typed(Key(key, key))
    await go_round()
    assert desk.done == ["begun t", "done t", "begun 1", "done 1", "begun 2", "done 2"]


async def test_a_key_that_comes_a_moment_later_waits_too() -> None:
    desk = Desk()
    desk.typing.typed(Key("t", "t"))
    for _turn in range(3):
        await asyncio.sleep(0)
    desk.typing.typed(Key("1", "1"))
    await go_round()
    assert desk.done == ["begun t", "done t", "begun 1", "done 1"]
