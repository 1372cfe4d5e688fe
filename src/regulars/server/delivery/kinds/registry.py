"""Which kinds of line there are: ours by name, those of other packages by their entry point."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from inspect import isabstract

from django.conf import settings

from regulars.base.errors import Unsupported
from regulars.server.delivery.kinds.base import Kind, World

GROUP = "regulars.channels"
BUILT_IN = {
    "smtp": "smtp:Smtp",
    "anymail": "anymail.line:Anymail",
    "sms_http": "sms.gateway:Gateway",
    "aliyun": "sms.aliyun:Aliyun",
    "tencent": "sms.tencent:Tencent",
    "twilio": "sms.twilio:Twilio",
    "wecom": "wecom:WeCom",
    "console": "console:Console",
}


class NoSuchKind(Unsupported):
    """A line's kind is not installed, or its package is broken."""


def kinds() -> Mapping[str, type[Kind]]:
    """Every kind that works, by its code; ours first."""
    return _found()[0]


def broken() -> Mapping[str, str]:
    """Kinds of other packages that cannot be used, and why."""
    return _found()[1]


def forget() -> None:
    """Look for the kinds anew, when packages were installed."""
    _found.cache_clear()


def kind(code: str) -> type[Kind]:
    """The kind of a code.

    :raises NoSuchKind: it is not installed, or its package is broken.
    """
    working, failed = _found()
    if code in working:
        return working[code]
    why = failed.get(code, "It is not installed")
    raise NoSuchKind(f"The kind of line {code!r} cannot be used: {why}.")


def kinds_of(channel: str) -> tuple[type[Kind], ...]:
    """Kinds that carry a channel: its own, then those that carry any."""
    of_it = [each for each in kinds().values() if each.channel == channel]
    of_any = [each for each in kinds().values() if not each.channel]
    return (*of_it, *of_any)


def made(code: str, given: Mapping[str, str]) -> Kind:
    """A kind with its settings, in the world of this installation.

    :raises NoSuchKind: it is not installed, or its package is broken.
    """
    return kind(code)(given, world())


def world() -> World:
    """What this installation lends to kinds."""
    own = tuple(ipaddress.ip_network(text) for text in settings.WEBHOOK_NETWORKS)
    return World(own=own, folder=settings.HOME.root / "messages")


@cache
def _found() -> tuple[dict[str, type[Kind]], dict[str, str]]:
    working, failed = {code: _ours(code) for code in BUILT_IN}, {}
    for entry in entry_points(group=GROUP):
        try:
            working[entry.name] = _of_others(entry, taken=working)
        except Exception as error:  # a stranger's package may fail in any way
            failed[entry.name] = f"{entry.value}: {error}"[:300]
    return working, failed


def _ours(code: str) -> type[Kind]:
    module, name = BUILT_IN[code].split(":")
    made: type[Kind] = getattr(import_module(f"{__package__}.{module}"), name)
    return made


def _of_others(entry: EntryPoint, *, taken: Mapping[str, type[Kind]]) -> type[Kind]:
    found = entry.load()
    if not (isinstance(found, type) and issubclass(found, Kind)):
        raise TypeError("it is no Kind")
    if isabstract(found):
        raise TypeError(f"it lacks {', '.join(sorted(found.__abstractmethods__))}")
    if found.code != entry.name:
        raise TypeError(f"its code is {found.code!r}, its entry point {entry.name!r}")
    if entry.name in taken:
        raise TypeError("the code is taken")
    return found
