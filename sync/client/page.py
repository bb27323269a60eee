"""A page of changes while it is worked through: what of it can be merged, and what it leads to."""

from dataclasses import dataclass, field

from sync.client import judging
from sync.client.changes import Arrived, Spoiled
from sync.client.lives import still_left, without_place
from sync.client.rendering import Known, Renderer
from sync.client.scopes import Scope
from sync.merge import merged
from sync.op import device_of
from sync.wire import ERASE


@dataclass(slots=True)
class Page:
    """What a page leads to, while it is worked through."""

    known: dict[str, Known]
    erased: set[str]
    touched: dict[str, Known] = field(default_factory=dict[str, Known])
    spoiled: list[Spoiled] = field(default_factory=list[Spoiled])
    own: list[tuple[int, str, int]] = field(default_factory=list[tuple[int, str, int]])
    news: set[str] = field(default_factory=set[str])
    """Records with something that the person here hasn't seen yet."""
    came: dict[str, set[int]] = field(default_factory=dict[str, set[int]])
    """Own ops that came back as they were made, by record."""
    erasing: list[str] = field(default_factory=list[str])

    def take_in(self, renderer: Renderer, one: Arrived | Spoiled, place: Scope, own: str | None) -> None:
        """Merge the next op of `place`; `own` is this device's id."""
        if isinstance(one, Spoiled):
            self.spoiled.append(one)
            return
        if own is not None and device_of(one.live.device) == own:
            self.own.append((one.live.seq, own, one.live.n))
        if one.kind == ERASE:
            self.erased.add(one.record)
            self.erasing.append(one.record)
            self.touched.pop(one.record, None)
            return
        known = self.known.get(one.record)
        left = without_place(known.live) if known is not None else []
        if known is None or not left:
            self._merge(renderer, one, place, own, known)
            return
        # All devices judge alike: by what has a place in the order.
        known.live = known.live[len(left) :]
        self._merge(renderer, one, place, own, known)
        known.live = [*still_left(left, one.live), *known.live]
        self.touched[one.record] = known
        self.news.add(one.record)

    def _merge(self, renderer: Renderer, one: Arrived, place: Scope, own: str | None, known: Known | None) -> None:
        shape, is_own = renderer.shape(one.kind), device_of(one.live.device) == own
        if judging.repeats(shape, one, known):
            return
        reason = judging.unfit(shape, one, place, known, own=is_own)
        if reason is not None:
            live = one.live
            self.spoiled.append(
                Spoiled(one.kind, one.record, device_of(live.device), live.n, live.seq, reason, one.raw)
            )
            return
        if known is None:
            known = self.known[one.record] = Known(one.record, one.kind, place.id, [one.live])
        else:
            known.live = merged(known.live, one.live)
        self.touched[one.record] = known
        if is_own and not one.live.reach:
            self.came.setdefault(one.record, set()).add(one.live.n)
        else:
            self.news.add(one.record)


def seq_of(one: Arrived | Spoiled) -> int:
    """An op's place in its scope."""
    return one.seq if isinstance(one, Spoiled) else one.live.seq
