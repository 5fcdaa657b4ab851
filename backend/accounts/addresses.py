"""Which address a request came from."""

from ipaddress import IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest | None) -> str:
    """The address of the client; `""` when there is none (a unix socket, a call without a request)."""
    if request is None:
        return ""
    return address_of(request.META.get("REMOTE_ADDR", ""), request.META.get("HTTP_X_FORWARDED_FOR", ""))


def address_of(peer: str, forwarded_for: str) -> str:
    """The address of the client behind a peer that sent this X-Forwarded-For.

    Each of TRUSTED_PROXIES proxies has added the address it was called from to the end of X-Forwarded-For, so the
    client's is that many entries from the end; what stands before it was written by the client and proves nothing.
    """
    if not settings.TRUSTED_PROXIES:
        return peer
    hops = forwarded_for.split(",")
    return hops[-settings.TRUSTED_PROXIES :][0].strip() or peer


def subscriber(address: str) -> str:
    """What one customer of a network holds: an IPv4 address, or an IPv6 /64, in which anyone has 2^64 addresses."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address):
        return str(parsed.ipv4_mapped or ip_network((int(parsed), 64), strict=False))
    return str(parsed)
