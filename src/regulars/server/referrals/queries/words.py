"""The words that go out: to who referred at each step, to friends, and for the link."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from regulars.server.core import queries as core
from regulars.server.customers.models import Customer
from regulars.server.referrals.models import Finding, Link, Referral, Reward
from regulars.server.referrals.queries.base import policy

COMPOUND = (
    "欧阳",
    "司马",
    "上官",
    "诸葛",
    "司徒",
    "东方",
    "皇甫",
    "尉迟",
    "公孙",
    "慕容",
    "令狐",
    "夏侯",
)


# What would tell that somebody is a customer: who referred reads of these what they read of
# a friend with whom nobody spoke yet.
HIDDEN = frozenset({Referral.Refused.KNOWN, Referral.Refused.EARLIER, Referral.Refused.SELF})


def line_of(referral: Referral, day: date) -> str:
    """How far it is, without a word of who the friend is, was, or what they bought."""
    State = Referral.State
    hidden = referral.state == State.REFUSED and referral.reason in HIDDEN
    came = hidden and referral.joined_on is None
    if referral.state == State.RECEIVED or (came and not _is_over(referral, day)):
        return _("We have the name. What comes of it stands here.")
    if referral.state == State.CONTACTED:
        return _("We have spoken with your friend.")
    if referral.state == State.MET:
        return _("We have met your friend.")
    if referral.state == State.CUSTOMER or _lacks_thanks(referral):
        return _("Your friend has become a customer. Thank you!")
    if referral.state == State.REWARDED:
        return _("Your friend has become a customer, and our thanks are with you.")
    if referral.state == State.LOST or came:
        return _("It did not come to anything this time. Thank you all the same.")
    return _("This one cannot be counted as a referral.")


def why(referral: Referral, *, is_seen: bool) -> str:
    """Why it ended, for somebody who sees the friend's file, or who does not."""
    if referral.reason in HIDDEN and not is_seen:
        return _("It cannot be counted")
    return referral.why


def to_say(referral: Referral, day: date) -> str:
    """What whoever looks after who referred may tell them, in a few words."""
    named = {"name": referral.referrer or "", "line": line_of(referral, day)}
    return _("%(name)s, thank you for recommending us. %(line)s") % named


def within() -> str:
    """Until when somebody gets in touch, as the company set it: "within 2 working days"."""
    hours = policy().contact_hours
    days, rest = divmod(hours, 24)
    if rest:
        told = ngettext(
            "within %(n)s hour on working days", "within %(n)s hours on working days", hours
        )
        return told % {"n": hours}
    return ngettext("within one working day", "within %(n)s working days", days) % {"n": days}


def shown(link: Link, owner: Customer) -> str:
    """What a friend reads of who referred them: no more than the owner allowed."""
    if link.shows == Link.Shows.NAME:
        return str(owner)
    if link.shows == Link.Shows.FAMILY:
        return _family(owner)
    return _("A customer of ours")


def naming(referral: Referral) -> str:
    """How whoever speaks with the friend may call who referred, as those allowed it."""
    owner = referral.referrer
    if referral.link is None or owner is None:
        return _("A customer of ours")
    return shown(referral.link, owner)


def invitation(link: Link, url: str, company: object) -> str:
    """Words that the owner may send on with the link."""
    told = _(
        "I am a customer of %(company)s and content. If it is of use to you, leave your name "
        "here and they will call you: %(url)s (code %(code)s)"
    )
    return told % {"company": company, "url": url, "code": link.code}


def finding_words(finding: Finding) -> str:
    """What speaks for a referral of oneself, in words."""
    facts = finding.facts
    if finding.kind == Finding.Kind.BURST:
        told = _("%(n)s friends of the same customer within %(days)s days")
        return told % {"n": facts.get("n", 0), "days": facts.get("days", 0)}
    if finding.kind == Finding.Kind.MERGED:
        reason = Referral.Refused(facts["reason"]).label
        return _("The merge says: %(reason)s. Thanks were given; decide whether they stay.") % {
            "reason": reason
        }
    if finding.kind == Finding.Kind.RING:
        told = _("The friend, or a file that shares phone, e-mail or identity with theirs, "
                 "stands above who referred them; the ring has %(n)s steps")  # fmt: skip
        return told % {"n": facts.get("steps", 0)} if facts else str(finding.get_kind_display())
    if finding.kind == Finding.Kind.SAME_DEVICE:
        if facts.get("own"):
            return _(
                "The form was filled in on the device on which the owner looked at their page"
            )
        told = _("The form was filled in on a device from which %(n)s others came")
        return told % {"n": facts.get("n", 0)}
    return _("%(what)s in both files") % {"what": finding.get_kind_display()}


def _lacks_thanks(referral: Referral) -> bool:
    """Whether who referred was thanked, and then was not after all."""
    if referral.state != Referral.State.REWARDED:
        return False
    return any(
        row.side == Reward.Side.REFERRER and row.state == Reward.State.WITHHELD
        for row in referral.rewards.all()
    )


def _is_over(referral: Referral, day: date) -> bool:
    days = referral.terms.window_days if referral.terms else policy().usual_days
    return day > core.local_date(referral.received_at) + timedelta(days=days)


def _family(owner: Customer) -> str:
    """王女士, or Ms Wang: as people call somebody whom they do not know well."""
    chinese = (get_language() or "zh").startswith("zh")
    name = (owner.name if chinese else owner.name_en or owner.name).strip()
    if owner.is_organization or not name:
        return _("A customer of ours")
    if "一" <= name[0] <= "鿿":
        size = 2 if name[:2] in COMPOUND and len(name) > 2 else 1
        title = {"female": "女士", "male": "先生"}.get(owner.gender, "")
        return f"{name[:size]}{title}" if title else f"{name[:size]}{'*' * (len(name) - size)}"
    first, *_rest = name.split()
    return f"{first[0]}. " + "*" * 3 if not owner.name_en else f"{first} …"
