"""The types of single members: what each may hold at most."""

from typing import Annotated

from msgspec import Meta

Id = Annotated[str, Meta(min_length=36, max_length=36)]
Count = Annotated[int, Meta(ge=0, le=(1 << 53) - 1)]
FromOne = Annotated[int, Meta(ge=1, le=(1 << 53) - 1)]
Moment = Annotated[int, Meta(ge=-(1 << 53), le=(1 << 53) - 1)]
Epoch = Annotated[int, Meta(ge=1, le=(1 << 31) - 1)]
HeldEpoch = Annotated[int, Meta(ge=0, le=(1 << 31) - 1)]
"""The newest key epoch that a device holds; 0: none."""
Sha256 = Annotated[bytes, Meta(min_length=32, max_length=32)]
Lookup = Annotated[str, Meta(min_length=32, max_length=32, pattern="^[0-9a-f]*$")]
FieldName = Annotated[str, Meta(min_length=1, max_length=120)]
Word = Annotated[str, Meta(min_length=1, max_length=40)]
SigningKey = Annotated[bytes, Meta(min_length=32, max_length=32)]
HybridKey = Annotated[bytes, Meta(min_length=1216, max_length=1216)]
Chain = Annotated[str, Meta(max_length=16)]
"""The 8 bytes of a scope's running hash at a seq, as 16 hexadecimal digits; empty at seq 0."""
