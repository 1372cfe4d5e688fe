"""The words of a reason in the reader's language: chip, script, hint.

Templates are data of the trigger; here the fields are filled from the task's facts. A
field that a task does not know stays out with a neutral word, never with a brace.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext, pgettext_lazy

from regulars.base.calendar import lunar_text
from regulars.server.care.models import Task
from regulars.server.care.queries.catalogue import catalogue
from regulars.server.care.rules.catalogue import Trigger
from regulars.server.channels.models import NEXT_STEPS
from regulars.server.content.queries import InForce
from regulars.server.content.rules.salutation import salutation
from regulars.server.core.models import Person
from regulars.server.core.rules import Role
from regulars.server.customers.forms.quality import PARTS
from regulars.server.customers.models import Customer, LifeEvent
from regulars.server.standards.models import Treatment
from regulars.server.web import rules as web

NAMED = 3  # of what a file lacks


@dataclass(frozen=True)
class Chip:
    """One reason as it stands on a card."""

    kind: str
    icon: str
    text: str


@dataclass(frozen=True)
class Words:
    """What to say, and what only the speaker reads."""

    title: str
    say: str
    hint: str
    standing: str = ""  # of a script of the company: its version and who approved it


@dataclass(frozen=True)
class Reader:
    """In which language and currency, and what day it is."""

    language: str
    currency: str
    today: date
    triggers: Mapping[str, Trigger] = field(default_factory=catalogue)

    @property
    def zh(self) -> bool:
        return web.is_chinese(self.language)

    def money(self, value: str | Decimal | None) -> str:
        if value in (None, ""):
            return web.NOTHING
        amount = Decimal(str(value))
        return str(web.money(amount, language=self.language, currency=self.currency))

    def day(self, day: date, form: str = "short") -> str:
        return web.day(day, form, language=self.language)

    def distance(self, day: date) -> str:
        """How far a day is, in words: today, tomorrow, in 6 days."""
        days = (day - self.today).days
        if days == 0:
            return _("today")
        if days == 1:
            return _("tomorrow")
        if days < 0:
            return ngettext("%(n)s day ago", "%(n)s days ago", -days) % {"n": -days}
        return ngettext("in %(n)s day", "in %(n)s days", days) % {"n": days}


class _Fields(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return web.NOTHING


def chip(task: Task, reader: Reader) -> Chip:
    trigger = reader.triggers[task.trigger]
    text = trigger.chip.of(reader.language).format_map(_fields(task, reader))
    return Chip(trigger.kind, trigger.icon, text.strip())


def words(
    task: Task, customer: Customer, reader: Reader, script: InForce | None = None
) -> Words:
    """What to say for a reason, addressed to this customer.

    The words given for it go first, then the company's script, then the trigger's own.
    """
    trigger = reader.triggers[task.trigger]
    fields = _fields(task, reader)
    fields["name"] = address(customer, reader)
    given = str(task.facts.get("words", "")).replace("{name}", fields["name"])
    if script is not None and not given:
        hint = script.card.hint or trigger.hint
        told = _task(task, reader) or hint.of(reader.language).format_map(fields)
        return Words(
            title=trigger.name.of(reader.language),
            say=script.card.say.of(reader.language).format_map(fields),
            hint=told,
            standing=script.standing,
        )
    return Words(
        title=trigger.name.of(reader.language),
        say=given or trigger.script.of(reader.language).format_map(fields),
        hint=_task(task, reader) or trigger.hint.of(reader.language).format_map(fields),
    )


def _task(task: Task, reader: Reader) -> str:
    """What the treatment of a stage asks to be done; it takes the place of a hint."""
    return str(task.facts.get("task_zh" if reader.zh else "task_en", ""))


def address(customer: Customer, reader: Reader) -> str:
    """How one speaks to the customer: 钱先生, Ms Li; an organisation by its name."""
    said = salutation(
        customer.name, customer.name_en, gender=customer.gender,
        is_organization=customer.is_organization, zh=reader.zh,
    )  # fmt: skip
    return said or str(customer)


def _fields(task: Task, reader: Reader) -> _Fields:
    facts: Mapping[str, str] = task.facts
    fields = _Fields(
        amount=reader.money(facts.get("amount")),
        mean=reader.money(facts.get("mean")),
        low=reader.money(facts.get("low")),
        high=reader.money(facts.get("high")),
        gap=reader.money(facts.get("gap")),
        interval=facts.get("interval", ""),
        item=facts.get("product_zh" if reader.zh else "product_en") or facts.get("item", ""),
        count=facts.get("count", ""),
        value=facts.get("value", ""),
        lunar="",
    )
    if facts.get("product"):
        fields["product"] = facts.get("product_zh" if reader.zh else "product_en", "")
    if task.happens_on is not None:
        fields["day"] = reader.day(task.happens_on)
        fields["days"] = reader.distance(task.happens_on)
        fields["weekday"] = reader.day(task.happens_on, "weekday")
    fields |= _SPECIAL.get(task.trigger, _nothing)(task, facts, reader)
    return _Fields(fields)


def _nothing(task: Task, facts: Mapping[str, str], reader: Reader) -> dict[str, str]:
    return {}


def _birthday(task: Task, facts: Mapping[str, str], reader: Reader) -> dict[str, str]:
    if not facts.get("lunar") or task.happens_on is None:
        return {"lunar": "" if reader.zh else "Birthday"}
    return {"lunar": f"农历{lunar_text(task.happens_on)} " if reader.zh else "Lunar birthday"}


def _maturity(task: Task, facts: Mapping[str, str], reader: Reader) -> dict[str, str]:
    name = facts.get("product_zh" if reader.zh else "product_en") or _("deposit")
    ended = task.happens_on is not None and task.happens_on < reader.today
    return {"product": name, "step": _("matured, lies idle") if ended else _("matures")}


def _threshold(task: Task, facts: Mapping[str, str], reader: Reader) -> dict[str, str]:
    return {"tier": _tier(facts, reader) or _("the next tier")}


def _own_tier(task: Task, facts: Mapping[str, str], reader: Reader) -> dict[str, str]:
    return {"tier": _tier(facts, reader) or _("the tier")}


def _tier(facts: Mapping[str, str], reader: Reader) -> str:
    # Tasks of before the second name carry the first.
    zh, en = (facts.get(f"tier_{of}") or facts.get(f"next_{of}") for of in ("zh", "en"))
    return (zh if reader.zh else en) or ""


def _festival(task: Task, facts: Mapping[str, str], reader: Reader) -> dict[str, str]:
    return {"event": facts.get("event_zh" if reader.zh else "event_en", "")}


def _taken_over(task: Task, facts: Mapping[str, str], reader: Reader) -> dict[str, str]:
    call = facts.get("stage") == "7"
    return {"step": _("call within 7 days") if call else _("visit within 30 days")}


def _way(task: Task, facts: Mapping[str, str], reader: Reader) -> dict[str, str]:
    return {"step": _("out") if facts.get("way") == "out" else _("in")}


def _share(task: Task, facts: Mapping[str, str], reader: Reader) -> dict[str, str]:
    """A share of one as per cent, with its sign where it is a fall: -30%."""
    value = facts.get("value", "")
    return {"value": f"{float(value):.0%}".replace("-", "−")} if value else {}


def _quiet(task: Task, facts: Mapping[str, str], reader: Reader) -> dict[str, str]:
    return {"value": facts.get("days", "")}


def _overdue(task: Task, facts: Mapping[str, str], reader: Reader) -> dict[str, str]:
    if not facts.get("last"):
        return {"last": _("No contact on file yet")}
    days = (reader.today - date.fromisoformat(facts["last"])).days
    said = ngettext("No contact for %(n)s day", "No contact for %(n)s days", days)
    return {"last": said % {"n": days}}


def _dormant(task: Task, facts: Mapping[str, str], reader: Reader) -> dict[str, str]:
    last = facts.get("last")
    return {"day": reader.day(date.fromisoformat(last), "full") if last else web.NOTHING}


def _promise(task: Task, facts: Mapping[str, str], reader: Reader) -> dict[str, str]:
    step = facts.get("step", "")
    return {"step": str(NEXT_STEPS.get(step, step)) or _("call again")}


def _life(task: Task, facts: Mapping[str, str], reader: Reader) -> dict[str, str]:
    kind = facts.get("event", "")
    known = dict(LifeEvent.Kind.choices)
    return {"event": str(known.get(kind, kind)), "step": facts.get("step", "")}


def _numbered(task: Task, facts: Mapping[str, str], reader: Reader) -> dict[str, str]:
    return {"number": facts.get("number", "")}


def _together(task: Task, facts: Mapping[str, str], reader: Reader) -> dict[str, str]:
    lead = facts.get("lead", "")
    return {
        "partner": facts.get("partner_zh" if reader.zh else "partner_en", ""),
        "step": facts.get("step", ""),
        "lead": _(" (%(name)s leads)") % {"name": lead} if lead else "",
    }


def _planned(task: Task, facts: Mapping[str, str], reader: Reader) -> dict[str, str]:
    known = {"review": _("look at the plan again"), "asked": _("draw up the plan")}
    lead = facts.get("lead", "")
    en = "" if reader.zh else facts.get("step_en", "")
    return {
        "step": en or facts.get("step") or str(known.get(facts.get("what", ""), "")),
        "lead": _(" (%(name)s leads)") % {"name": lead} if lead else "",
    }


def _said(task: Task, facts: Mapping[str, str], reader: Reader) -> dict[str, str]:
    """A step of a journey, with the words that whoever wrote it gave."""
    usual = _("I am calling to ask how you are. Is this a good moment?")
    return {"step": facts.get("step", ""), "say": facts.get("what") or usual}


def _topical(task: Task, facts: Mapping[str, str], reader: Reader) -> dict[str, str]:
    """The words that were approved for it, in the reader's language where they are there."""
    en = "" if reader.zh else facts.get("step_en", "")
    return {"step": en or facts.get("step", ""), "number": facts.get("number", "")}


def _complained(task: Task, facts: Mapping[str, str], reader: Reader) -> dict[str, str]:
    """Which clock ends when: by its hour, for one that ends today ends at that hour."""
    known = {
        "answer": pgettext("complaint", "answer by %(until)s"),
        "resolve": pgettext("complaint", "settle and close by %(until)s"),
        "rose": pgettext("complaint", "went up to you, was due %(until)s"),
        "waits": pgettext("complaint", "late since %(until)s, and waits for the customer"),
    }
    day = reader.day(task.happens_on) if task.happens_on else ""
    until = {"until": f"{day} {facts.get('step', '')}".strip()}
    step = known.get(facts.get("what", ""), "")
    return {"number": facts.get("number", ""), "step": step % until if step else ""}


def _coupon(task: Task, facts: Mapping[str, str], reader: Reader) -> dict[str, str]:
    """A coupon of ours has a name; one that a file tells of an amount."""
    named = facts.get("coupon_zh" if reader.zh else "coupon_en", "")
    return {"amount": named} if named else {}


def _incomplete(task: Task, facts: Mapping[str, str], reader: Reader) -> dict[str, str]:
    codes = [code for code in facts.get("missing", "").split(",") if code in PARTS]
    return {"missing": _(", ").join(str(PARTS[code]) for code in codes[:NAMED])}


def _unconfirmed(task: Task, facts: Mapping[str, str], reader: Reader) -> dict[str, str]:
    if not facts.get("last"):
        return {"last": _("File never confirmed")}
    days = (reader.today - date.fromisoformat(facts["last"])).days
    said = ngettext("File unconfirmed for %(n)s day", "File unconfirmed for %(n)s days", days)
    return {"last": said % {"n": days}}


def _bought_again(task: Task, facts: Mapping[str, str], reader: Reader) -> dict[str, str]:
    name = facts.get("product_zh" if reader.zh else "product_en")
    return {"product": name or facts.get("item") or facts.get("product", "")}


def _age(task: Task, facts: Mapping[str, str], reader: Reader) -> dict[str, str]:
    years = {"n": facts.get("count", "")}
    if not facts.get("of"):
        return {"step": _("Rates step up")}
    if facts["of"] == "child":
        return {"step": _("A child turns %(n)s") % years}
    return {"step": _("Turns %(n)s") % years}


def _staged(task: Task, facts: Mapping[str, str], reader: Reader) -> dict[str, str]:
    """The stage, the treatment's name, and what is to be done."""
    of = "zh" if reader.zh else "en"
    return {
        "event": str(dict(Treatment.Stage.choices).get(facts.get("entered", ""), "")),
        "step": facts.get(f"named_{of}", ""),
        "item": facts.get(f"task_{of}", ""),
    }


def _owed(task: Task, facts: Mapping[str, str], reader: Reader) -> dict[str, str]:
    """How often it is asked for: monthly, each quarter, every 30 days."""
    every = facts.get("every", "")
    words = ngettext("Every %(n)s day", "Every %(n)s days", int(every or 0)) % {"n": every}
    return {"step": words if every else str(RHYTHMS.get(facts.get("rhythm", ""), ""))}


def _owed_by(task: Task, facts: Mapping[str, str], reader: Reader) -> dict[str, str]:
    """How often, and which rank owes it, where it is not whoever looks after the customer."""
    often = _owed(task, facts, reader)["step"]
    rank = RANKS.get(facts.get("doer", ""))
    if rank is None:
        return {"step": often}
    words = {"who": rank, "often": often[:1].lower() + often[1:]}
    return {"step": pgettext("owed by a rank", "%(who)s: %(often)s") % words}


RANKS = {code: name for code, name in Person.ROLES if code in (Role.MANAGER, Role.LEADER)}
RHYTHMS = {
    "month": pgettext_lazy("how often", "Monthly"),
    "quarter": pgettext_lazy("how often", "Quarterly"),
    "half_year": pgettext_lazy("how often", "Half-yearly"),
    "year": pgettext_lazy("how often", "Yearly"),
}


def _step(task: Task, facts: Mapping[str, str], reader: Reader) -> dict[str, str]:
    """The step of a playbook: of what, and what it is for."""
    name = facts.get("product_zh" if reader.zh else "product_en", "")
    between = " " if reader.zh else ", "
    purpose = facts.get("purpose_zh" if reader.zh else "purpose_en", "")
    return {"item": f"{name}{between}" if name else "", "step": purpose}


def _low(task: Task, facts: Mapping[str, str], reader: Reader) -> dict[str, str]:
    return {"item": facts.get("asked_zh" if reader.zh else "asked_en", "")}


_SPECIAL = {
    "playbook_step": _step,
    "answer_low": _low,
    "stage_entered": _staged,
    "stage_offered": _staged,
    "visit_due": _owed_by,
    "review_due": _owed_by,
    "rank_contact_due": _owed_by,
    "exec_visit_due": _owed,
    "head_visit_due": _owed,
    "age_milestone": _age,
    "app_inactive": _quiet,
    "corp_large_movement": _way,
    "festival": _festival,
    "fund_move": _share,
    "merchant_drop": _share,
    "owner_changed": _taken_over,
    "payroll_flight": _share,
    "settlement_drop": _share,
    "tier_upgraded": _own_tier,
    "tier_watch": _own_tier,
    "wealth_maturity": _maturity,
    "file_incomplete": _incomplete,
    "profile_stale": _unconfirmed,
    "birthday": _birthday,
    "deposit_maturity": _maturity,
    "tier_threshold": _threshold,
    "contact_overdue": _overdue,
    "became_dormant": _dormant,
    "promise_due": _promise,
    "life_event": _life,
    "tier_gap_amount": _threshold,
    "replenishment": _bought_again,
    "quote_expiring": _numbered,
    "joint_plan": _together,
    "care_plan": _planned,
    "opportunity_step": _planned,
    "topic_talk": _topical,
    "campaign_call": _planned,
    "gift_waiting": _planned,
    "journey_step": _said,
    "privilege_unused": _planned,
    "salon_guest": _planned,
    "coupon_expiring": _coupon,
    "complaint_due": _complained,
}
