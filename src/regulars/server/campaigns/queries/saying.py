"""What a campaign and a member say in words: the rule, why somebody is in, the verdict."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from regulars.server.campaigns.models import Campaign, Member
from regulars.server.core.models import Person
from regulars.server.experiments import queries as experiments
from regulars.server.experiments.models import Experiment
from regulars.server.experiments.queries import saying
from regulars.server.segments.forms.reasons import said
from regulars.server.segments.forms.words import Words
from regulars.server.segments.queries.explaining import Reason
from regulars.server.segments.rules.fields import Field
from regulars.server.web.rules import is_chinese

AGAIN = "again:"


@dataclass(frozen=True)
class Verdict:
    """What a campaign's experiment said last."""

    experiment: Experiment
    word: str
    tone: str
    sentence: str
    net: str


def rule_words(campaign: Campaign) -> str:
    """The rule by which the people were chosen, in the reader's language."""
    told = campaign.rule
    return str(told.get("zh" if is_chinese(get_language()) else "en") or told.get("zh", ""))


def whys(viewer: Person, campaign: Campaign, members: Iterable[Member]) -> dict[int, str]:
    """Why each member is in: what the rule's fields said of them when it was launched."""
    words = Words(viewer)
    fields = {
        key: Field(**told) for key, told in campaign.rule.get("fields", {}).items()
    }  # fmt: skip
    return {each.pk: _why(campaign, each.why, fields, words) for each in members}


def _why(
    campaign: Campaign, told: Mapping[str, Any], fields: Mapping[str, Field], words: Words
) -> str:
    parts = [
        said(Reason(fields[key], tuple(map(str, values))), words)
        for key, values in told.items()
        if key in fields
    ]
    if parts:
        return _("; ").join(parts)
    if campaign.rule_version.startswith(AGAIN):
        return _("was in “%(name)s”") % {"name": rule_words(campaign)}
    return rule_words(campaign)


def verdict(campaign: Campaign) -> Verdict | None:
    """The newest reading of its experiment; None where nothing was read yet."""
    return verdicts([campaign]).get(campaign.pk)


def verdicts(campaigns: Iterable[Campaign]) -> dict[int, Verdict]:
    """The same of several campaigns."""
    found = {}
    for one in campaigns:
        reading = experiments.latest(one.experiment) if one.experiment else None
        if one.experiment is not None and reading is not None:
            found[one.pk] = Verdict(
                one.experiment, saying.word(reading.code), saying.tone(reading.code),
                saying.sentence(one.experiment, reading), saying.net(reading),
            )  # fmt: skip
    return found
