"""The protocol's version and its limits."""

PROTOCOL = 1
"""The protocol's version; the answer to an exchange names the lowest that the server still takes."""
PUSH_OPS = 200
PUSH_BYTES = 512 * 1024
"""A push's limits: ops, and bytes of the request as sent."""
PAGE_OPS = 1000
PAGE_BYTES = 1 << 20
"""An answer's limits: ops, and bytes of their bodies (an answer always holds one group, however large)."""
PLAIN_BYTES = 8 << 20
"""The most bytes that a message may have once decompressed."""
HISTORY_OPS = 200
"""The most ops in one page of a record's history; of the bytes the same holds as of an answer."""
WAIT_S = 25
"""The longest that a client may ask the server to wait for something new."""
BODY_BYTES = 256 * 1024
"""The most bytes of one op's sealed body."""
PROOF_TRIES = 5
"""Wrong proofs after which a code is dead."""
ERASE = "erase"
"""The kind of the op that erases its record for good (legal erasure); it has no fields."""
PART_OPS = 1000
PART_BYTES = 352 * 1024
"""The most ops in one part of a snapshot, and bytes of it as sealed: with base64 it fits a request."""
PART_BODIES = 600 * 1024
"""So many bytes of the ops' own bodies may lie in the stretch of one part (one group at least, however large)."""
AUDIT_BYTES = 352 * 1024
"""The most bytes of one sealed batch of audit lines: with base64 it fits a request."""
AUDIT_PAGE_BYTES = 1 << 20
"""So many bytes of batches an auditor gets at a time (one batch at least)."""
