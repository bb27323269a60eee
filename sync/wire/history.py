"""The history of one record: all its ops, also those that the feed leaves out."""

from typing import Annotated

from msgspec import Meta, Struct

from sync.wire.exchange import Change
from sync.wire.limits import HISTORY_OPS
from sync.wire.values import Count, Id


class HistoryRequest(Struct, omit_defaults=True):
    """The ops of `record` in `scope` after seq `after`, at most `limit` of them."""

    scope: Id
    record: Id
    after: Count = 0
    limit: Annotated[int, Meta(ge=1, le=HISTORY_OPS)] = HISTORY_OPS


class HistoryAnswer(Struct, omit_defaults=True):
    """The ops in seq order, each whole and with its body, as it was sealed.

    `next`: the `after` of the next page; `more`: there is one. `erased`: the record was legally erased, and nothing is
    left of it.
    """

    ops: list[Change]
    next: Count
    more: bool = False
    erased: bool = False
