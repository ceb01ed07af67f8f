"""Tells this machine from all others."""

import ipaddress


def is_loopback(host: str) -> bool:
    """Tell whether this host name or address can only be this machine."""
    bare = host.strip("[]")
    if bare == "localhost":
        return True
    try:
        return ipaddress.ip_address(bare).is_loopback
    except ValueError:
        return False
