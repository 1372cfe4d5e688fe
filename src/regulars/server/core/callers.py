"""Who asks, as far as an address tells: what the limits of public pages count by."""

from __future__ import annotations

import ipaddress

from django.conf import settings
from django.http import HttpRequest

# A house with IPv6 has a network of this size to itself: its addresses are one caller.
HOUSE = 64


def caller(request: HttpRequest) -> str:
    """The address of who asks, behind as many proxies as the settings trust.

    Each proxy adds on the right the address that called it, so the one that counts is as
    many places from the right as proxies are trusted; what stands left of it anybody may
    have written. With fewer entries, or none that is an address, it is who called us.
    """
    direct = str(request.META.get("REMOTE_ADDR", ""))
    trusted = settings.TRUSTED_PROXIES
    hops = str(request.META.get("HTTP_X_FORWARDED_FOR", "")).split(",")
    if not 0 < trusted <= len(hops):
        return _house(direct) or direct
    return _house(hops[-trusted].strip()) or _house(direct) or direct


def _house(text: str) -> str:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return ""
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address, HOUSE), strict=False))
    return str(address)
