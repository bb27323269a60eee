"""What stands behind a code: where the organisation is, who joins, and the keys of the scopes that they may use."""

import base64
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection

from sync.client import keyring, scopes, state


def contents(
    connection: Connection, server: str, user: str, role: str, scope_ids: Iterable[str], about: Mapping[str, Any]
) -> dict[str, Any]:
    """The package for `user`: with the keys of these scopes, of every epoch that this device holds."""
    kept = scopes.by_id(connection)
    return {
        "server": server,
        "organisation": state.required(connection, state.ORGANISATION),
        "user": user,
        "role": role,
        "about": dict(about),
        "scopes": [
            {
                "id": one,
                "kind": str(kept[one].kind),
                "name": kept[one].name,
                "keys": {
                    str(epoch): base64.b64encode(private).decode()
                    for epoch, private in keyring.private_keys(connection, one).items()
                },
            }
            for one in scope_ids
        ],
    }


def keep_keys(connection: Connection, package: Mapping[str, Any]) -> None:
    """Keep the keys that a package brings."""
    for one in package["scopes"]:
        for epoch, private in one["keys"].items():
            keyring.keep(connection, one["id"], int(epoch), base64.b64decode(private))
