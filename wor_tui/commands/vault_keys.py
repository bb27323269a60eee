"""`wor vault status`: what protects this vault."""

import argparse

from wor_tui.commands.exits import Exit
from wor_tui.commands.opening import opened
from wor_tui.commands.output import write_json, write_line


def status(options: argparse.Namespace) -> int:
    """List the secrets that open this vault."""
    with opened(options) as workspace:
        from wor_tui.vault import keyfile  # noqa: PLC0415

        read = keyfile.read(workspace.vault.home / keyfile.KEYFILE_NAME)
    kinds = [slot.kind for slot in read.slots]
    if options.json:
        write_json({"generation": read.generation, "slots": [{"kind": kind} for kind in kinds]})
    else:
        for kind in kinds:
            write_line(kind)
    return Exit.DONE
