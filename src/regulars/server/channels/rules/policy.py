"""May we, and why not? One pure answer that every message, call and list goes through.

The rules stand in a fixed order; the first that says no decides. A `Verdict` of every
rule can be had beside the answer, so that a person sees which rules would still be ahead.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from regulars.server.channels.rules.consents import NO, Standing
from regulars.server.channels.rules.hours import opens_at
from regulars.server.channels.rules.packs import Basis, Duty, Pack, Policy

SERVICE, MARKETING, SURVEY, GREETING = "service", "marketing", "survey", "greeting"
PURPOSES = (SERVICE, MARKETING, SURVEY, GREETING)
CHANNELS = ("call", "wecom", "sms", "email", "visit")
WINDOWS: tuple[tuple[str, timedelta], ...] = (
    ("day", timedelta(days=1)),
    ("week", timedelta(days=7)),
    ("month", timedelta(days=30)),
)
DEFAULT = Policy()
# Nothing older is read for the caps.
LONGEST = timedelta(days=30)


@dataclass(frozen=True)
class Word:
    """What stands for one purpose and channel, and how it came."""

    standing: Standing
    source: str = ""


UNKNOWN = Word(Standing.UNKNOWN)


@dataclass(frozen=True)
class Known:
    """The customer, as far as it decides whether we may."""

    zone: ZoneInfo
    state: str = "active"
    is_person: bool = True
    deceased: bool = False
    legal_block: str = ""
    do_not_contact: bool = False
    no_profiling: bool = False
    born: date | None = None
    blocked: frozenset[str] = frozenset()
    reachable: frozenset[str] = frozenset(CHANNELS)  # ways that have an address
    listed: frozenset[str] = frozenset()  # ways whose address is on the do-not-contact list
    risk: int | None = None  # C1-C5
    on_hold: bool = False  # something is open that marketing waits for
    consents: Mapping[tuple[str, str], Word] = field(default_factory=dict)

    def word(self, purpose: str, channel: str) -> Word:
        return self.consents.get((purpose, channel), UNKNOWN)


@dataclass(frozen=True)
class Ask:
    """What somebody wants to do.

    Attributes
    ----------
    personal
        Chosen by scores or by a list made from them (what `no_profiling` keeps away).
    product_risk, approved, valid_until, holdout
        Of the content and the campaign; None where there is none.
    level
        The customer's tier level, where caps differ by it.
    """

    channel: str
    purpose: str
    at: datetime
    urgent: bool = False
    personal: bool = False
    product_risk: int | None = None
    approved: bool | None = None
    valid_until: datetime | None = None
    holdout: bool = False
    level: int | None = None

    @property
    def is_service(self) -> bool:
        return self.purpose == SERVICE


@dataclass(frozen=True)
class Context:
    """Everything a decision needs; `touched` are the contacts that count, and those held."""

    ask: Ask
    known: Known
    pack: Pack | None
    policy: Policy = DEFAULT
    touched: Sequence[datetime] = ()


class Outcome(StrEnum):
    """What one rule says."""

    PASS = "pass"
    SKIPPED = "skipped"  # the rule is not for this purpose
    DENY = "deny"
    LATER = "later"


@dataclass(frozen=True)
class Verdict:
    """What one rule says, why, and when to ask again."""

    rule: str
    outcome: Outcome
    reason: str = ""
    retry_at: datetime | None = None


@dataclass(frozen=True)
class Allow:
    """Yes; `duties` is what the sender must see to."""

    duties: tuple[Duty, ...] = ()


@dataclass(frozen=True)
class Deny:
    """No, by which rule, and when it may be asked again (never, where `retry_at` is empty)."""

    reason: str
    rule_id: str
    retry_at: datetime | None = None


def decide(context: Context) -> Allow | Deny:
    """Answer whether the customer may be contacted so, for that, at that moment."""
    for verdict in walk(context):
        if verdict.outcome in (Outcome.DENY, Outcome.LATER):
            return Deny(verdict.reason, verdict.rule, verdict.retry_at)
    return Allow(context.pack.duties_of(context.ask.channel) if context.pack else ())


def walk(context: Context) -> list[Verdict]:
    """What every rule says, in the order in which they decide."""
    return [Verdict(rule, *judge(context)) for rule, judge in ORDER]


Said = tuple[Outcome, str, datetime | None]
PASS: Said = (Outcome.PASS, "", None)
SKIPPED: Said = (Outcome.SKIPPED, "", None)


def _deny(reason: str) -> Said:
    return (Outcome.DENY, reason, None)


def _deceased(c: Context) -> Said:
    return _deny("deceased") if c.known.deceased else PASS


def _legal(c: Context) -> Said:
    if c.known.state in ("erased", "merged"):
        return _deny(c.known.state)
    return _deny("legal_block") if c.known.legal_block else PASS


def _minor(c: Context) -> Said:
    if c.ask.is_service:
        return SKIPPED
    born, limit = c.known.born, c.pack.minor_age if c.pack else 18
    if born is None or not c.known.is_person:
        return PASS
    today = c.ask.at.astimezone(c.known.zone).date()
    age = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    return _deny("minor") if age < limit else PASS


def _jurisdiction(c: Context) -> Said:
    return PASS if c.pack else _deny("no_pack")


def _consent(c: Context) -> Said:
    ask, pack = c.ask, c.pack
    if ask.is_service:
        return SKIPPED
    if ask.personal and c.known.no_profiling:
        return _deny("no_profiling")
    if ask.channel == "visit":
        return PASS  # a visit is agreed upon each time; stops and caps hold for it all the same
    word = c.known.word(ask.purpose, ask.channel)
    if word.standing in NO:
        return _deny(word.standing.value)
    if pack and pack.refusal_covers_channel and _refused_by(ask.channel, c.known):
        return _deny("channel_refused")
    if pack is None or pack.basis_of(ask.purpose, ask.channel) is Basis.EXPRESS:
        return _express(word, ask.channel, pack)
    return PASS


def _express(word: Word, channel: str, pack: Pack | None) -> Said:
    if word.standing is not Standing.GIVEN:
        return _deny({"unknown": "unasked"}.get(word.standing, word.standing.value))
    if word.source == "sale" and (pack is None or channel not in pack.soft_opt_in):
        return _deny("only_a_sale")
    return PASS


def _refused_by(channel: str, known: Known) -> bool:
    return any(
        by == channel and word.standing in NO for (_purpose, by), word in known.consents.items()
    )


def _refusal(c: Context) -> Said:
    ask, known = c.ask, c.known
    if known.do_not_contact and not (ask.is_service and ask.urgent):
        return _deny("do_not_contact")
    if ask.channel in known.listed:
        return _deny("listed")
    if ask.channel in known.blocked and not (ask.is_service and ask.urgent):
        return _deny("blocked")
    if known.on_hold and not ask.is_service:
        return _deny("on_hold")
    if not ask.is_service and _refuses_everything(known):
        return _deny("refused_everything")
    return PASS


def _refuses_everything(known: Known) -> bool:
    ways = ("call", "wecom", "sms", "email")
    return all(known.word(MARKETING, way).standing in NO for way in ways)


def _suitability(c: Context) -> Said:
    risk = c.ask.product_risk
    if risk is None or not (c.pack and c.pack.needs_suitability):
        return SKIPPED
    if c.known.risk is None:
        return _deny("no_risk_result")
    return _deny("too_risky") if risk > c.known.risk else PASS


def _content(c: Context) -> Said:
    ask = c.ask
    if ask.valid_until is not None and ask.at >= ask.valid_until:
        return _deny("content_over")
    if ask.approved is None:
        return SKIPPED
    if ask.approved or not (c.pack and c.pack.needs_approval):
        return PASS
    return _deny("not_approved")


def _holdout(c: Context) -> Said:
    if c.ask.is_service:
        return SKIPPED
    return _deny("holdout") if c.ask.holdout else PASS


def _cap(c: Context) -> Said:
    if c.ask.is_service:
        return SKIPPED
    caps, at = c.policy.caps_of(c.ask.level), c.ask.at
    latest: Said = PASS
    for name, window in WINDOWS:
        most = getattr(caps, name)
        inside = sorted(t for t in c.touched if at - window < t < at + window)
        if len(inside) < most:
            continue
        if most == 0:
            return _deny("cap_none")
        free = inside[-most] + window
        if latest[2] is None or free > latest[2]:
            latest = (Outcome.LATER, f"cap_{name}", free)
    return latest


def _quiet(c: Context) -> Said:
    ask, pack = c.ask, c.pack
    if pack is None or (ask.is_service and ask.urgent):
        return SKIPPED
    opens = opens_at(c.policy.quiet_of(pack, ask.channel), at=ask.at, zone=c.known.zone)
    if opens == ask.at:
        return PASS
    if opens is None or (ask.valid_until is not None and opens >= ask.valid_until):
        return _deny("over_before_morning")
    return (Outcome.LATER, "quiet_hours", opens)


def _health(c: Context) -> Said:
    return PASS if c.ask.channel in c.known.reachable else _deny("no_address")


ORDER: tuple[tuple[str, Callable[[Context], Said]], ...] = (
    ("deceased", _deceased),
    ("legal", _legal),
    ("minor", _minor),
    ("jurisdiction", _jurisdiction),
    ("consent", _consent),
    ("refusal", _refusal),
    ("suitability", _suitability),
    ("content", _content),
    ("holdout", _holdout),
    ("cap", _cap),
    ("quiet", _quiet),
    ("health", _health),
)
