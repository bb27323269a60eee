"""Too many requests: attempts to enrol are counted for all nodes and over restarts, the rest per device."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ipaddress import ip_address, ip_network
from typing import Any

import httpx
import pytest

from sync import wire
from sync.client import errors
from sync.client.transport import Declined, Transport
from sync.codes import Code
from sync.server.addresses import caller_address, networks_of
from sync.server.app import make_app
from sync.server.paces import Paces
from sync.server.settings import Settings
from sync.server.store.standing import DeviceName
from sync.wire import ProblemType
from tests.server.conftest import SQLITE_ONLY, World
from tests.server.device import Device
from tests.server.served import ADDRESS, Served
from tests.server.test_enrolment import enrol, invited
from tests.server.test_exchange import problem
from tests.sync_client.at_work import save
from tests.sync_model.world import World as DeviceWorld

FEW, WINDOW_S = 4, 600
START_S = 1_790_000_000 // WINDOW_S * WINDOW_S + 100
HERE, ELSEWHERE = "203.0.113.7", "198.51.100.1"
PROXIES = tuple(ip_network(text) for text in ("127.0.0.0/8", "10.0.0.0/8"))


@contextmanager
def node(settings: Settings, now: Callable[[], int], **limits: int) -> Iterator[httpx.Client]:
    """A node on that database, behind a proxy that says whom it heard."""
    few = settings.model_copy(update={"enrolments_per_address": FEW, "enrolment_window_s": WINDOW_S} | limits)
    with httpx.Client(transport=Served(make_app(few, now)), base_url=ADDRESS) as client:
        yield client


def asks(client: httpx.Client, address: str = HERE) -> httpx.Response:
    asked = wire.encode(wire.PackageRequest(Code.new().lookup))
    return client.post("/v1/enrolment/package", content=asked, headers={"x-forwarded-for": address})


def tries(client: httpx.Client, address: str = HERE) -> httpx.Response:
    code, device = Code.new(), Device(client, "", clock=lambda: START_S)
    asked = wire.EnrolmentRequest(
        code.lookup, code.proof, device.id, device.keys.signing_public, device.keys.sealing_public
    )
    headers = {"x-forwarded-for": address}
    return device.post("/v1/enrolment", asked, key_name=f"/{device.id}", headers=headers)


def refused(answer: httpx.Response, after_s: int) -> None:
    problem(answer, 429, ProblemType.TOO_MANY)
    assert answer.headers["retry-after"] == str(after_s)


def test_attempts_count_at_all_nodes_and_over_restarts_until_the_window_ends(settings: Settings) -> None:
    now = [START_S]
    with node(settings, lambda: now[0] * 1000) as one, node(settings, lambda: now[0] * 1000) as other:
        for way in (asks, tries, asks, tries):
            problem(way((one, other)[way is tries]), 404, ProblemType.UNKNOWN_CODE)
        for client in (one, other):
            refused(asks(client), WINDOW_S - 100)
            refused(tries(client), WINDOW_S - 100)
            problem(asks(client, ELSEWHERE), 404, ProblemType.UNKNOWN_CODE)
    with node(settings, lambda: now[0] * 1000) as again:
        refused(asks(again), WINDOW_S - 100)
        now[0] += WINDOW_S - 100
        problem(asks(again), 404, ProblemType.UNKNOWN_CODE)


@SQLITE_ONLY
def test_neighbours_and_everybody_have_a_limit_too(settings: Settings) -> None:
    with node(settings, lambda: START_S * 1000) as client:
        for last in range(5 * FEW):
            assert asks(client, f"203.0.113.{last}").status_code == 404
        assert asks(client, "203.0.113.200").status_code == 429
        assert asks(client, ELSEWHERE).status_code == 404
    with node(settings, lambda: (START_S + WINDOW_S) * 1000, enrolments=3) as client:
        for last in range(3):
            assert asks(client, f"10.{last}.0.1").status_code == 404
        assert asks(client, ELSEWHERE).status_code == 429


@SQLITE_ONLY
def test_no_address_is_kept_and_a_hash_says_nothing_after_its_window(settings: Settings) -> None:
    now = [START_S]
    with node(settings, lambda: now[0] * 1000) as client:
        asks(client)

        def kept() -> list[Any]:
            app: Any = client._transport
            with app._app.app.state.central.database.reading() as connection:
                return [
                    connection.exec_driver_sql(f"SELECT * FROM {table} ORDER BY 1, 2").all()  # noqa: S608
                    for table in ("attempt", "attemptwindow")
                ]

        first = kept()
        now[0] += 2 * WINDOW_S
        asks(client)
        later = kept()
    files = b"".join(path.read_bytes() for path in settings.data.rglob("*") if path.is_file())
    assert len(first[0]) == len(later[0]) == 2
    assert not {row[1] for table in first for row in table} & {row[1] for table in later for row in table}
    assert HERE.encode() not in files
    assert b"203.0.113" not in files


@pytest.mark.parametrize(
    ("peer", "forwarded", "counts"),
    [
        (HERE, [], HERE),
        (HERE, [ELSEWHERE], HERE),
        ("127.0.0.1", [], "127.0.0.1"),
        ("127.0.0.1", [HERE], HERE),
        ("127.0.0.1", [f"{ELSEWHERE}, {HERE}"], HERE),
        ("127.0.0.1", [ELSEWHERE, HERE], HERE),
        ("127.0.0.1", [f"{HERE}, 10.1.2.3"], HERE),
        ("127.0.0.1", [f"{ELSEWHERE}, nonsense"], "127.0.0.1"),
        ("127.0.0.1", [f"{ELSEWHERE}, "], "127.0.0.1"),
        ("::ffff:127.0.0.1", [f"::ffff:{HERE}"], HERE),
        ("", [HERE], None),
    ],
)
def test_the_address_that_counts_is_the_last_that_one_of_our_proxies_heard(
    peer: str, forwarded: list[str], counts: str | None
) -> None:
    assert caller_address(peer, forwarded, PROXIES) == (None if counts is None else ip_address(counts))


def test_who_has_a_whole_network_is_one() -> None:
    one, other = (networks_of(ip_address(f"2001:db8:1:{part}::9")) for part in ("2", "2:7"))
    assert one == other == ("2001:db8:1:2::/64", "2001:db8:1::/48")
    assert networks_of(ip_address(HERE)) == ("203.0.113.7/32", "203.0.113.0/24")


def test_an_exchange_every_50_ms_goes_on_for_ever_and_what_is_faster_waits() -> None:
    now, device = [0.0], DeviceName("o", "d")
    paces = Paces(30, lambda: now[0])
    for _ in range(10_000):
        now[0] += 0.05
        assert paces.wait_s(device) == 0
    made = sum(paces.wait_s(device) == 0 for _ in range(2000))
    assert made == 899
    now[0] += 1
    assert sum(paces.wait_s(device) == 0 for _ in range(100)) == 30
    assert paces.wait_s(DeviceName("o", "other")) == 0


def test_the_memory_of_paces_is_bounded() -> None:
    paces = Paces(30, lambda: 0.0)
    for number in range(21_000):
        paces.wait_s(DeviceName("o", str(number)))
    assert len(paces._left) == 20_000


def slow_down(central: Any, room: int, per_s: float) -> None:
    central.paces._room, central.paces._per_s = room, per_s


@SQLITE_ONLY
def test_who_asks_too_much_waits_and_goes_on(world: World) -> None:
    device = world.coach()
    slow_down(world.central, 3, 1.0)
    world.central.paces._left.clear()
    way = Transport(
        ADDRESS, device.id, device.keys.signing, lambda: int(time.time() * 1000),
        organisation=device.organisation, http=world.client,
    )  # fmt: skip
    began = time.monotonic()
    for _ in range(3):
        assert device.post("/v1/exchange", device.request()).status_code == 200
    problem(device.post("/v1/exchange", device.request()), 429, ProblemType.TOO_MANY)
    way.post("/v1/exchange", device.request(), wire.ExchangeAnswer)
    assert time.monotonic() - began >= 0.9


@SQLITE_ONLY
def test_a_code_that_is_blocked_is_told_as_that_and_not_as_a_busy_server(world: World) -> None:
    code, _ = invited(world)
    for _ in range(5):
        assert enrol(world, Device(world.client, ""), code, bytes(32)).status_code == 403
    device = Device(world.client, "")
    way = Transport(ADDRESS, device.id, device.keys.signing, lambda: int(time.time() * 1000), http=world.client)
    with pytest.raises(Declined) as told:
        way.post("/v1/enrolment/package", wire.PackageRequest(code.lookup), wire.PackageAnswer)
    assert told.value.problem.name == ProblemType.BLOCKED_CODE


@SQLITE_ONLY
def test_who_must_wait_long_hears_so_and_who_waits_can_be_called_away(world: World) -> None:
    device = world.coach()
    slow_down(world.central, 0, 0.5)
    world.central.paces._left.clear()
    way = Transport(
        ADDRESS, device.id, device.keys.signing, lambda: int(time.time() * 1000),
        organisation=device.organisation, http=world.client,
    )  # fmt: skip
    caller = threading.Timer(0.3, way.interrupt)
    caller.start()
    with pytest.raises(errors.Cancelled):
        way.post("/v1/exchange", device.request(), wire.ExchangeAnswer)
    slow_down(world.central, 0, 0.01)
    with pytest.raises(errors.TooFast) as told:
        way.post("/v1/exchange", device.request(), wire.ExchangeAnswer)
    assert told.value.after_s == 100
    assert isinstance(told.value, errors.Busy)


def test_a_device_that_is_slowed_down_sends_and_reads_everything() -> None:
    world = DeviceWorld()
    try:
        one, other = world.device(0), world.device(1)
        for number in range(3):
            save(one, f"Bep {number}")
        slow_down(world.central.app.state.central, 2, 2.0)
        world.central.app.state.central.paces._left.clear()
        for device in (one, other):
            for _ in range(2):
                device.until_done()
        assert one.status().unsent == 0
        assert {row["name"] for row in other.rows("client").values()} == {"Bep 0", "Bep 1", "Bep 2"}
    finally:
        world.close()
