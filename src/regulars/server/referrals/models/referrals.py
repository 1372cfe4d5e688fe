"""One friend who was recommended to us, what happened since, and what speaks against it."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from regulars.server.core.models import Person, public_id
from regulars.server.customers.models import Customer
from regulars.server.opportunities.models import Opportunity
from regulars.server.referrals.models.links import Link
from regulars.server.referrals.models.scoped import OfEither
from regulars.server.referrals.models.terms import Terms


class Referral(models.Model):
    """A friend, and how far it is. Both sides are blank once they were erased."""

    class State(models.TextChoices):
        RECEIVED = "received", pgettext_lazy("referral", "Received")
        CONTACTED = "contacted", pgettext_lazy("referral", "Contacted")
        MET = "met", pgettext_lazy("referral", "Met")
        CUSTOMER = "customer", pgettext_lazy("referral", "Customer")
        REWARDED = "rewarded", pgettext_lazy("referral", "Thanked")
        LOST = "lost", pgettext_lazy("referral", "Came to nothing")
        REFUSED = "refused", pgettext_lazy("referral", "Not valid")

    class Way(models.TextChoices):
        LINK = "link", pgettext_lazy("referral", "Personal link")
        CODE = "code", pgettext_lazy("referral", "Short code")
        RM = "rm", pgettext_lazy("referral", "Told to us")
        API = "api", pgettext_lazy("referral", "Another system")
        FILE = "file", pgettext_lazy("referral", "A file")

    class Agreed(models.TextChoices):
        FORM = "form", _("The friend filled in the form")
        CALL = "call", _("The friend told us by phone")
        WECOM = "wecom", _("The friend wrote to us in WeCom")
        BRANCH = "branch", _("The friend told us in the branch")
        EMAIL = "email", _("The friend wrote us an e-mail")
        REFERRER = "referrer", _("Who referred them says that they agreed")

    class Lost(models.TextChoices):
        NO_REACH = "no_reach", _("Could not be reached")
        NO_WISH = "no_wish", _("Does not want this")
        ELSEWHERE = "elsewhere", _("Went to somebody else")
        UNFIT = "unfit", _("Nothing of ours fits")
        TIME = "time", _("The time of the rule ran out")
        UNDONE = "undone", _("What had earned the reward was undone")

    class Refused(models.TextChoices):
        KNOWN = "known", _("Was a customer already")
        EARLIER = "earlier", _("Somebody else referred them first")
        SELF = "self", _("Referred themselves")
        RING = "ring", _("They refer each other in a ring")
        NO_CONSENT = "no_consent", _("The friend did not agree")
        OTHER = "other", pgettext_lazy("refusal", "Another reason")

    class Settled(models.TextChoices):
        NO_RULE = "no_rule", _("No rule held when the friend came: nothing is given.")
        WINDOW = "window", _("The event of the rule did not come within its days.")
        LAPSED = "lapsed", _("What was to be given was not fetched in time.")

    class Check(models.TextChoices):
        NONE = "", pgettext_lazy("check", "Nothing found")
        OPEN = "open", pgettext_lazy("check", "To be decided")
        CLEARED = "cleared", pgettext_lazy("check", "Found to be in order")
        UPHELD = "upheld", pgettext_lazy("check", "Found not to be valid")

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    referrer = models.ForeignKey(Customer, models.CASCADE, null=True, related_name="+")
    friend = models.ForeignKey(Customer, models.CASCADE, null=True, related_name="+")
    link = models.ForeignKey(Link, models.SET_NULL, null=True, related_name="referrals")
    # What it came from, where somebody had hoped that the referrer would recommend us.
    opportunity = models.ForeignKey(
        Opportunity, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    terms = models.ForeignKey(Terms, models.PROTECT, null=True, related_name="referrals")
    way = models.CharField(max_length=4, choices=Way.choices)
    reference = models.CharField(max_length=60, blank=True)  # in the system that told it
    state = models.CharField(max_length=9, choices=State.choices, default=State.RECEIVED)
    received_at = models.DateTimeField()
    received_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    note = models.CharField(max_length=300, blank=True)  # what the friend looks for
    agreed = models.CharField(max_length=8, choices=Agreed.choices)
    agreed_words = models.CharField(max_length=200, blank=True)
    was_known = models.BooleanField(default=False)  # a file stood there before
    device = models.CharField(max_length=64, blank=True)  # keyed hash, for the check only
    # The clock of the first contact, and how far it went up the line.
    contact_by = models.DateTimeField()
    contacted_at = models.DateTimeField(null=True)
    met_at = models.DateTimeField(null=True)
    rung = models.PositiveSmallIntegerField(default=0)
    risen_at = models.DateTimeField(null=True)
    risen_to = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    at_top = models.BooleanField(default=False)
    # The facts: since when a customer, and what earned the reward.
    joined_on = models.DateField(null=True)
    earned_on = models.DateField(null=True)
    proof = models.CharField(max_length=120, blank=True)
    missing_since = models.DateTimeField(null=True)  # since when the proof is not there
    ended_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=10, blank=True)  # of Lost or Refused
    words = models.CharField(max_length=300, blank=True)
    # The friend is a customer, and nothing more is waited for: facts do not move it any more.
    settled_at = models.DateTimeField(null=True)
    settled = models.CharField(max_length=7, choices=Settled.choices, blank=True)
    check_state = models.CharField(
        max_length=7, choices=Check.choices, blank=True, default=Check.NONE
    )
    checked_at = models.DateTimeField(null=True)
    checked_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    check_words = models.CharField(max_length=300, blank=True)

    objects = OfEither.as_manager()

    class Meta:
        ordering = ["-received_at", "-pk"]
        constraints = [
            # Whoever referred somebody first has brought them; what came to nothing is free.
            models.UniqueConstraint(
                fields=["friend"],
                condition=~Q(state__in=("lost", "refused")),
                name="a_friend_is_referred_once",
            ),
            models.UniqueConstraint(
                fields=["reference"],
                condition=~Q(reference=""),
                name="a_referral_is_told_once",
            ),
            models.CheckConstraint(
                condition=Q(state="refused")
                | Q(friend__isnull=True)
                | Q(referrer__isnull=True)
                | ~Q(friend=F("referrer")),
                name="nobody_refers_themselves",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("lost", "refused"), ended_at__isnull=False)
                & ~Q(reason="")
                | ~Q(state__in=("lost", "refused")) & Q(ended_at__isnull=True, reason=""),
                name="what_ended_says_when_and_why",
            ),
            models.CheckConstraint(
                condition=~Q(state="rewarded") | ~Q(check_state__in=("open", "upheld")),
                name="nothing_is_paid_before_a_decision",
            ),
            models.CheckConstraint(
                condition=Q(check_state__in=("", "open"), checked_at__isnull=True)
                | Q(check_state__in=("cleared", "upheld"), checked_at__isnull=False),
                name="a_decision_says_when",
            ),
            models.CheckConstraint(
                condition=Q(settled_at__isnull=True, settled="")
                | Q(settled_at__isnull=False) & ~Q(settled=""),
                name="what_is_settled_says_why",
            ),
        ]
        indexes = [
            models.Index(fields=["referrer", "-received_at"], name="referrals_of_a_referrer"),
            models.Index(
                fields=["contact_by"],
                condition=Q(state="received"),
                name="referrals_to_contact",
            ),
            models.Index(
                fields=["id"],
                condition=Q(
                    state__in=("received", "contacted", "met", "customer"),
                    settled_at__isnull=True,
                ),
                name="referrals_to_watch",
            ),
            models.Index(
                fields=["earned_on"], condition=Q(state="rewarded"), name="referrals_thanked"
            ),
        ]

    @property
    def is_open(self) -> bool:
        ended = {self.State.LOST, self.State.REFUSED, self.State.REWARDED}
        return self.state not in ended and self.settled_at is None

    @property
    def is_to_decide(self) -> bool:
        """Whether something found waits for a decision: before the thanks, or after a merge."""
        if self.check_state == self.Check.OPEN:
            return True
        late = self.state == self.State.REWARDED and self.check_state == self.Check.NONE
        return late and self.findings.exists()

    @property
    def why(self) -> str:
        """Why it ended, in words."""
        if not self.reason:
            return ""
        known = dict(self.Lost.choices) | dict(self.Refused.choices)
        return str(known.get(self.reason, self.reason))


class Step(models.Model):
    """One thing that happened to a referral; who referred hears of it."""

    class What(models.TextChoices):
        RECEIVED = "received", pgettext_lazy("referral step", "Received")
        CONTACTED = "contacted", pgettext_lazy("referral step", "First contact")
        MET = "met", pgettext_lazy("referral step", "Met")
        CUSTOMER = "customer", pgettext_lazy("referral step", "Became a customer")
        REWARDED = "rewarded", pgettext_lazy("referral step", "Thanked")
        REVERSED = "reversed", pgettext_lazy("referral step", "Reward taken back")
        LOST = "lost", pgettext_lazy("referral step", "Came to nothing")
        REFUSED = "refused", pgettext_lazy("referral step", "Not valid")
        REOPENED = "reopened", pgettext_lazy("referral step", "Goes on")
        ROSE = "rose", pgettext_lazy("referral step", "Went up the line")
        DECIDED = "decided", pgettext_lazy("referral step", "Decided on")
        KEPT = "kept", pgettext_lazy("referral step", "Could not be taken back")
        SETTLED = "settled", pgettext_lazy("referral step", "Nothing more is waited for")
        WITHHELD = "withheld", pgettext_lazy("referral step", "Reward not given after all")
        AGAIN = "again", pgettext_lazy("referral step", "Reward to be given again")

    referral = models.ForeignKey(Referral, models.CASCADE, related_name="steps")
    what = models.CharField(max_length=9, choices=What.choices)
    at = models.DateTimeField()
    by = models.CharField(max_length=80)
    words = models.CharField(max_length=300, blank=True)
    tell = models.BooleanField(default=False)  # who referred is to hear of it
    told_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["at", "pk"]
        indexes = [
            models.Index(
                fields=["referral"],
                condition=Q(tell=True, told_at__isnull=True),
                name="steps_to_tell",
            )
        ]


class Finding(models.Model):
    """Something that speaks for a referral of oneself, or for a ring."""

    class Kind(models.TextChoices):
        SAME_PHONE = "same_phone", _("The same phone number")
        SAME_EMAIL = "same_email", _("The same e-mail address")
        SAME_ID = "same_id", _("The same identity number")
        SAME_HOUSEHOLD = "household", _("The same household")
        SAME_ADDRESS = "address", _("The same address")
        SAME_DEVICE = "device", _("The same device")
        RING = "ring", _("The friend stands above who referred them")
        BURST = "burst", _("Very many in a short time")
        MERGED = "merged", _("Two files became one after the thanks")

    referral = models.ForeignKey(Referral, models.CASCADE, related_name="findings")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    facts = models.JSONField(default=dict)
    found_at = models.DateTimeField()

    class Meta:
        ordering = ["kind", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["referral", "kind"], name="a_finding_once")
        ]
