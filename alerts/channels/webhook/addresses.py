"""Which addresses a webhook may call: public ones, so that nobody reaches our own network through us."""

import socket
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from django.conf import settings

NAT64 = ip_network("64:ff9b::/96")


class NotPublic(OSError):
    """The name leads into a network that is not public."""


def resolved(host: str, port: int) -> str:
    """One address of the host, checked; the caller connects to it and to no other.

    Asked anew for each call: a name may lead elsewhere tomorrow. One address that is not public spoils the name.

    Raises:
        NotPublic
        OSError, UnicodeError: no such name.
    """
    found = [str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    if not all(is_allowed(ip_address(each)) for each in found):
        raise NotPublic
    return found[0]


def is_allowed(address: IPv4Address | IPv6Address) -> bool:
    """Public, or in a network that the installation opened (`POLE_WEBHOOK_NETWORKS`)."""
    if isinstance(address, IPv6Address):
        # Where an address carries another, it is the inner one that is reached.
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1]
        if address in NAT64:
            inner = IPv4Address(int(address) & 0xFFFFFFFF)
        if inner:
            return is_allowed(inner)
    if any(address in ip_network(each) for each in settings.WEBHOOK_NETWORKS):
        return True
    return address.is_global and not (address.is_multicast or address.is_reserved)
