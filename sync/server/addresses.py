"""Whose address counts for a request, and which networks it lies in."""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
_NEAR, _WIDE = {4: 32, 6: 64}, {4: 24, 6: 48}
"""By IP version, how many bits a household or an office has for its own, and a provider's block."""


def caller_address(peer: str, forwarded: Sequence[str], proxies: Sequence[Network]) -> Address | None:
    """The address that counts; None where there is none to be read.

    `forwarded`: the X-Forwarded-For headers. Each proxy adds at the end whom it heard, so that they are read from the
    end, and only as far as whoever said it is one of our `proxies`: what stands before is the caller's own invention.
    """
    counts = _read(peer)
    said = [part for header in forwarded for part in header.split(",")]
    while said and counts is not None and any(counts in network for network in proxies):
        told = _read(said.pop())
        if told is None:
            break
        counts = told
    return counts


def networks_of(address: Address | None) -> tuple[str, str]:
    """The networks that the address lies in, the near one and the wide one; callers without address share one."""
    if address is None:
        return "", ""
    bits = address.version
    near, wide = (ip_network((int(address), lengths[bits]), strict=False) for lengths in (_NEAR, _WIDE))
    return str(near), str(wide)


def _read(text: str) -> Address | None:
    try:
        address = ip_address(text.strip())
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address
