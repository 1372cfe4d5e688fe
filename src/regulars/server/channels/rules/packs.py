"""What a jurisdiction asks, as data: a pack says it, the rules only read it.

A pack is no law text but a default policy, the floor of what a company may set: it tightens
a pack and never loosens it. Every decision notes the pack and its version.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import time
from enum import StrEnum
from typing import Any

from regulars.base.errors import BadInput
from regulars.server.channels.rules.hours import Quiet, never_open


class BadPack(BadInput):
    """A pack or a company's policy says something that no rule can read."""


class Basis(StrEnum):
    """What a purpose needs before anything is sent."""

    EXPRESS = "express"  # a yes on file
    UNLESS_REFUSED = "unless_refused"  # silence is enough, a no is not
    NONE = "none"  # nothing: service


@dataclass(frozen=True)
class Duty:
    """Something the sender must do where a message may go: words, a record, an address."""

    rule: str
    channel: str
    zh: str
    en: str


@dataclass(frozen=True)
class Pack:
    """The rules of one jurisdiction, or of one trade in it."""

    code: str
    version: int
    zh: str
    en: str
    countries: tuple[str, ...]
    trade: str  # the kind of company it is for; empty: any
    minor_age: int
    basis: Mapping[str, str]  # "marketing" or "marketing.email" -> Basis
    quiet: Mapping[str, Quiet]  # "default" or a channel
    soft_opt_in: tuple[str, ...] = ()  # channels on which an address from a sale suffices
    refusal_covers_channel: bool = False
    needs_approval: bool = False
    needs_suitability: bool = False
    duties: tuple[Duty, ...] = ()
    sources: Mapping[str, tuple[str, str]] = field(default_factory=dict)  # rule -> zh, en

    def basis_of(self, purpose: str, channel: str) -> Basis:
        found = self.basis.get(f"{purpose}.{channel}", self.basis.get(purpose, Basis.EXPRESS))
        return Basis(found)

    def quiet_of(self, channel: str) -> Quiet:
        return self.quiet.get(channel, self.quiet["default"])

    def duties_of(self, channel: str) -> tuple[Duty, ...]:
        return tuple(duty for duty in self.duties if duty.channel in (channel, ""))


def read_pack(body: Mapping[str, Any]) -> Pack:
    """Read a pack from its data.

    :raises BadPack: something is missing or cannot be read.
    """
    try:
        return Pack(
            code=str(body["code"]),
            version=int(body["version"]),
            zh=str(body["zh"]),
            en=str(body["en"]),
            countries=tuple(body["countries"]),
            trade=str(body.get("trade", "")),
            minor_age=int(body["minor_age"]),
            basis={str(k): Basis(v).value for k, v in body["basis"].items()},
            quiet=read_quiet(body["quiet"]),
            soft_opt_in=tuple(body.get("soft_opt_in", ())),
            refusal_covers_channel=bool(body.get("refusal_covers_channel", False)),
            needs_approval=bool(body.get("needs_approval", False)),
            needs_suitability=bool(body.get("needs_suitability", False)),
            duties=tuple(
                Duty(d["rule"], d.get("channel", ""), d["zh"], d["en"])
                for d in body.get("duties", ())
            ),
            sources={k: (v["zh"], v["en"]) for k, v in body.get("sources", {}).items()},
        )
    except (KeyError, ValueError, TypeError) as error:
        raise BadPack(
            f"The pack {body.get('code', '?')!r} cannot be read: {error}. "
            "Compare it with the packs that are delivered."
        ) from error


def read_quiet(body: Mapping[str, Sequence[str]]) -> dict[str, Quiet]:
    """Read hours such as {"default": ["21:00", "09:00"]}."""
    found = {
        channel: Quiet(time.fromisoformat(hours[0]), time.fromisoformat(hours[1]))
        for channel, hours in body.items()
    }
    if "default" not in found:
        raise BadPack("The quiet hours lack “default”. Give hours for every channel.")
    return found


@dataclass(frozen=True)
class Caps:
    """How often a customer is contacted at most, over all channels."""

    day: int = 1
    week: int = 2
    month: int = 4


@dataclass(frozen=True)
class Policy:
    """What a company decided on top of the packs; every change is a version of its own.

    Attributes
    ----------
    home
        The pack of customers without a country; empty: by the kind of company.
    quiet
        Hours beside those of every pack, by channel or "default".
    minor_age, express, refusal_covers_channel, needs_approval, needs_suitability
        What the company asks for where a pack does not: an older age, a yes for more
        purposes, and the three duties of a bank.
    """

    version: int = 0
    home: str = ""
    caps: Caps = Caps()
    caps_by_level: Mapping[int, Caps] = field(default_factory=dict)
    quiet: Mapping[str, Quiet] = field(default_factory=dict)
    minor_age: int = 0
    express: tuple[str, ...] = ()
    refusal_covers_channel: bool = False
    needs_approval: bool = False
    needs_suitability: bool = False

    def caps_of(self, level: int | None) -> Caps:
        return self.caps_by_level.get(level or 0, self.caps)

    def quiet_of(self, pack: Pack, channel: str) -> tuple[Quiet, ...]:
        """The hours of the pack and the company's: who must wait for one waits."""
        own = self.quiet.get(channel) or self.quiet.get("default")
        return tuple(one for one in (pack.quiet_of(channel), own) if one and not one.is_open)

    def over(self, pack: Pack) -> Pack:
        """The pack as the company tightened it; never less than the pack itself."""
        basis = {
            key: Basis.EXPRESS.value if key.partition(".")[0] in self.express else asked
            for key, asked in pack.basis.items()
        }
        return replace(
            pack,
            minor_age=max(pack.minor_age, self.minor_age),
            basis=basis,
            **{name: getattr(pack, name) or getattr(self, name) for name in SWITCHES},
        )


SWITCHES = ("refusal_covers_channel", "needs_approval", "needs_suitability")


def loosened(policy: Policy, pack: Pack) -> dict[str, str]:
    """What of a policy would be less than the pack asks for, with what the pack says.

    A decision keeps to the stricter of both in any case; this tells who sets the policy.
    """
    found = {}
    if 0 < policy.minor_age < pack.minor_age:
        found["minor_age"] = str(pack.minor_age)
    for channel, own in policy.quiet.items():
        law = pack.quiet_of(channel)
        if not own.covers(law):
            found[channel] = f"{law.start:%H:%M}–{law.stop:%H:%M}"
    return found


def shut(policy: Policy, packs: Sequence[Pack]) -> Pack | None:
    """A pack under which the company's hours would leave no minute of the day."""
    for pack in packs:
        for channel in {"default", *pack.quiet, *policy.quiet}:
            if never_open(policy.quiet_of(pack, channel)):
                return pack
    return None


def read_policy(body: Mapping[str, Any], version: int) -> Policy:
    """Read a company's policy; what is not set keeps its default.

    :raises BadPack: a cap is no number from 0 on, or hours are none.
    """
    try:
        return Policy(
            version=version,
            home=str(body.get("home", "")),
            caps=_caps(body.get("caps", {})),
            caps_by_level={
                int(level): _caps(caps) for level, caps in body.get("caps_by_level", {}).items()
            },
            quiet={
                channel: Quiet(time.fromisoformat(a), time.fromisoformat(b))
                for channel, (a, b) in body.get("quiet", {}).items()
            },
            minor_age=_age(body.get("minor_age") or 0),
            express=tuple(str(purpose) for purpose in body.get("express", ())),
            **{name: bool(body.get(name, False)) for name in SWITCHES},
        )
    except (ValueError, TypeError) as error:
        raise BadPack(f"This policy cannot be read: {error}.") from error


def _caps(body: Mapping[str, int]) -> Caps:
    found = Caps(**{name: int(body.get(name, getattr(Caps, name))) for name in CAPS})
    if min(found.day, found.week, found.month) < 0:
        raise ValueError("a cap below nought")
    return found


CAPS = ("day", "week", "month")


def _age(given: Any) -> int:
    if not 0 <= int(given) <= OLDEST:
        raise ValueError(f"an age of {given}")
    return int(given)


OLDEST = 25


def choices(packs: Sequence[Pack], *, trade: str) -> tuple[Pack, ...]:
    """The packs that head office may choose: of one country only the one for its trade."""
    strict = [pack for pack in packs if pack.trade and pack.trade == trade]
    return tuple(
        pack
        for pack in packs
        if pack.trade in ("", trade)
        and (pack in strict or not any(set(pack.countries) & set(s.countries) for s in strict))
    )


def choose(packs: Sequence[Pack], *, country: str, trade: str, home: str) -> Pack | None:
    """The pack for a customer: of the country, else the company's; none for a country unknown.

    Where a country has a pack for the company's trade, that one is chosen.
    """
    if not country:
        return next((p for p in packs if p.code == home), None) or _for("CN", trade, packs)
    here = next((p for p in packs if p.code == home and country in p.countries), None)
    return here or _for(country, trade, packs)


def _for(country: str, trade: str, packs: Sequence[Pack]) -> Pack | None:
    found = [p for p in packs if country in p.countries and p.trade in ("", trade)]
    return max(found, key=lambda p: (p.trade == trade, p.code), default=None)
