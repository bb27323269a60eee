"""The devices' public signing keys, kept in memory: a device's key never changes, so each is read once."""

from sync.server.store.standing import DeviceName

_KEPT = 20_000


class SigningKeys:
    """The keys of the devices that this process heard from; used from the server's event loop only."""

    def __init__(self) -> None:
        self._keys: dict[DeviceName, bytes] = {}

    def get(self, device: DeviceName) -> bytes | None:
        """The device's Ed25519 public key (32 bytes); None when it must be read."""
        return self._keys.get(device)

    def keep(self, device: DeviceName, key: bytes) -> None:
        """Remember the key of a device that is enrolled; who came first is forgotten first."""
        if len(self._keys) >= _KEPT:
            del self._keys[next(iter(self._keys))]
        self._keys[device] = key
