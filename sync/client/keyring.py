"""The keys that this device holds: its own, and those of the scopes that it may read."""

import base64

from sqlalchemy import Connection

from sync.client import state
from sync.op import Header
from sync.schema import Value
from sync.seal import DeviceKeys, ScopeCipher, symmetric_key


class Keyring:
    """The symmetric keys of scopes, per epoch, derived once; read from the database when made."""

    def __init__(self, connection: Connection) -> None:
        found = connection.exec_driver_sql("SELECT scope, epoch, private FROM scope_key")
        self._keys: dict[tuple[str, int], ScopeCipher] = {}
        for scope, epoch, private in found:
            self.add(scope, epoch, bytes(private))

    def __len__(self) -> int:
        return len(self._keys)

    def add(self, scope: str, epoch: int, private: bytes) -> None:
        """Use a key that isn't in the database yet."""
        self._keys[scope, epoch] = ScopeCipher(symmetric_key(private, scope, epoch))

    def newest(self, scope: str) -> int:
        """The newest epoch of `scope` whose key is here; 0 for none."""
        return max((epoch for held, epoch in self._keys if held == scope), default=0)

    def has(self, scope: str, epoch: int) -> bool:
        """Whether this key is here."""
        return (scope, epoch) in self._keys

    def cipher(self, scope: str, epoch: int) -> ScopeCipher:
        """The key of a scope in an epoch; KeyError when it isn't here."""
        return self._keys[scope, epoch]

    def seal(self, header: Header, content: bytes) -> bytes:
        """Seal an op's values, as canonical JSON; KeyError when the key isn't here; raises TooMuch."""
        return self._keys[header.scope, header.key_epoch].seal(header, content)

    def unseal(self, header: Header, body: bytes) -> dict[str, Value]:
        """Open an op's values; KeyError when the key isn't here, Unopenable when it doesn't open."""
        return self._keys[header.scope, header.key_epoch].unseal(header, body)


def keep(connection: Connection, scope: str, epoch: int, private: bytes) -> None:
    """Keep the private half of a scope's key; one that is here stays as it is."""
    connection.exec_driver_sql(
        "INSERT INTO scope_key (scope, epoch, private) VALUES (?, ?, ?) ON CONFLICT (scope, epoch) DO NOTHING",
        (scope, epoch, private),
    )


def private_keys(connection: Connection, scope: str) -> dict[int, bytes]:
    """The private halves of a scope's keys by epoch."""
    found = connection.exec_driver_sql("SELECT epoch, private FROM scope_key WHERE scope = ?", (scope,))
    return {epoch: bytes(private) for epoch, private in found}


def device_keys(connection: Connection) -> DeviceKeys:
    """This device's own keys, made now if there are none yet."""
    stored = state.get(connection, state.KEYS)
    if stored is not None:
        return DeviceKeys.from_bytes(base64.b64decode(stored))
    keys = DeviceKeys.new()
    state.put(connection, keys=base64.b64encode(keys.to_bytes()).decode())
    return keys
