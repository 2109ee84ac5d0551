"""From where somebody asks, as far as it matters for what is counted against them."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address

_V4_BITS, _V6_BITS = 24, 56


def network_of(address: str | None) -> str:
    """The network of an address: what one line usually has for its own. Empty if it is none.

    Only a keyed hash of it is ever kept.
    """
    try:
        found = ip_address(address or "")
    except ValueError:
        return ""
    if isinstance(found, IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    kept = _V4_BITS if found.version == 4 else _V6_BITS
    spare = found.max_prefixlen - kept
    return f"{found.version}:{int(found) >> spare:x}"
