"""How much of a device's history the central API shares, after one of them was put back."""

from typing import Annotated

from msgspec import Meta, Struct

from sync.wire.values import Chain, Count, Id

MARKS = 100
"""The most marks of one scope."""


class Mark(Struct, array_like=True, frozen=True):
    """A place where the device's cursor of a scope stood, and the running hash there: `[seq, chain]`."""

    seq: Count
    chain: Chain


class CommonRequest(Struct):
    """For each scope that the device reads: marks on the history that it knows, the newest first."""

    marks: Annotated[dict[Id, Annotated[list[Mark], Meta(max_length=MARKS)]], Meta(max_length=10_000)]


class CommonAnswer(Struct):
    """`common`: for each of these scopes the newest mark's seq that is on the server's history too, 0 for none.

    `writes`: the scopes in which the user may write.
    """

    common: dict[Id, Count]
    writes: list[Id]
