"""Tells which addresses are public: out on the internet, and nobody's own machine or network."""

from ipaddress import IPv6Address, ip_address, ip_network

# Python 3.11 calls these global, or some of each. All lead, or can lead, somewhere private:
# by a gateway (NAT64, 6to4, Teredo), by an older notation, or to a cloud's own servers.
_NOT_PUBLIC = tuple(
    ip_network(block)
    for block in (
        "192.0.0.0/24",
        "192.88.99.0/24",
        "168.63.129.16/32",
        "::/96",
        "64:ff9b::/96",
        "64:ff9b:1::/48",
        "2001::/23",
        "2002::/16",
        "3fff::/20",
        "5f00::/16",
        "fec0::/10",
    )
)


def is_public(text: str) -> bool:
    """Tell whether an address, as the resolver writes it, may be connected to."""
    address = ip_address(text)
    if isinstance(address, IPv6Address):
        if address.scope_id is not None:
            return False
        address = address.ipv4_mapped or address
    return (
        address.is_global
        and not address.is_multicast
        and not address.is_reserved
        and not any(address in block for block in _NOT_PUBLIC)
    )
