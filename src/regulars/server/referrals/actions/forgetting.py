"""What is said of an erased person in the story of referrals, and by what they were found."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from regulars.server.core.audit import Actor
from regulars.server.customers.models import Customer
from regulars.server.referrals.models import Finding, Step


@transaction.atomic
def forget(customer_id: int, *, by: Actor, at: datetime) -> Mapping[str, int]:
    """Blank the words of the steps of a friend, and the ids that findings name.

    That there was a step, and a finding, stays for the counts.
    """
    steps = Step.objects.filter(referral__friend=customer_id).exclude(words="")
    counts = {"referrals.Step.words": steps.update(words="")}
    who = Customer.objects.get(pk=customer_id).public_id
    found = list(Finding.objects.filter(facts__with=who))
    for one in found:
        one.facts = {name: value for name, value in one.facts.items() if name != "with"}
    counts["referrals.Finding.facts"] = Finding.objects.bulk_update(found, ["facts"])
    return counts
