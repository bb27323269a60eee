"""A process that dies at any statement of an exchange: what is on the disk is of before it or of after it."""

from tests.sync_client.at_work import save
from tests.sync_model.machine import canonical
from tests.sync_model.world import Killed, World


def test_dying_at_any_statement_of_an_exchange_leaves_it_whole(world: World) -> None:
    writer, reader = world.device(0), world.device(1)
    shared = save(writer, "shared")
    for device in (writer, reader):
        device.until_done()
    statement, died = 0, True
    while died:
        save(writer, f"new {statement}")
        save(writer, f"shared {statement}", shared)
        writer.until_done()
        save(reader, f"own {statement}")
        try:
            reader.exchange(die_after=statement)
            died = False
        except Killed:
            reader.kill()
        for device in (reader, writer):
            device.until_done()
        assert canonical(reader) == canonical(writer)
        statement += 1
    assert statement > 20
