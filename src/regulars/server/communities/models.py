"""Communities, who is in them, when they meet, what they post, what members do."""

from __future__ import annotations

from secrets import token_urlsafe
from typing import Self, TypeVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from regulars.server.core.models import OrgUnit, Person, local_name, public_id
from regulars.server.customers.models import Customer


def secret() -> str:
    return token_urlsafe(24)


class Community(models.Model):
    """Customers with one interest, led by somebody of ours and hosted by some of theirs."""

    class Door(models.TextChoices):
        OPEN = "open", _("Everybody may ask to join")
        INVITED = "invited", _("By invitation")

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    name = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80, blank=True)
    interest = models.CharField(max_length=80)
    about = models.TextField(blank=True)  # what happens here, and its rules
    about_en = models.TextField(blank=True)
    place = models.ForeignKey(OrgUnit, models.PROTECT, null=True, related_name="+")  # null: all
    leader = models.ForeignKey(Person, models.PROTECT, related_name="+")
    door = models.CharField(max_length=7, choices=Door.choices, default=Door.OPEN)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="a_community_has_a_name"),
            models.UniqueConstraint(
                fields=["name"], condition=Q(ended_at__isnull=True),
                name="one_community_of_a_name",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return local_name(self.name, self.name_en)

    @property
    def words(self) -> str:
        return local_name(self.about, self.about_en)


Named = TypeVar("Named", bound=models.Model)


class OfCustomers(models.QuerySet[Named]):
    def visible_to(self, viewer: Person) -> Self:
        """Keep rows of customers of the viewer's scope."""
        if viewer.scope.everything:
            return self
        return self.filter(customer__book__in=viewer.scope.books)


class Member(models.Model):
    """A customer in a community, from the day they joined to the day they left."""

    class Way(models.TextChoices):
        LINK = "link", _("Asked by the public page")
        STAFF = "staff", _("Entered by us")

    community = models.ForeignKey(Community, models.PROTECT, related_name="members")
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    is_host = models.BooleanField(default=False)
    joined_on = models.DateField()
    way = models.CharField(max_length=5, choices=Way.choices)
    # That they are written to as a member; without it nothing of the community is sent.
    agreed_at = models.DateTimeField(null=True)
    agreed_how = models.CharField(max_length=120, blank=True)
    brought_by = models.ForeignKey("self", models.SET_NULL, null=True, related_name="brought")
    token = models.CharField(max_length=43, unique=True, default=secret, editable=False)
    entered_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    left_on = models.DateField(null=True)
    left_how = models.CharField(max_length=120, blank=True)
    # Two files of one customer were members: the membership that stands for both.
    merged_into = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="+"
    )

    objects = OfCustomers.as_manager()

    class Meta:
        ordering = ["-is_host", "joined_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["community", "customer"], condition=Q(left_on__isnull=True),
                name="a_customer_is_a_member_once",
            ),
            models.CheckConstraint(
                condition=Q(left_on__isnull=True) | Q(left_on__gte=F("joined_on")),
                name="who_leaves_was_there",
            ),
            models.CheckConstraint(
                condition=Q(agreed_at__isnull=True) | ~Q(agreed_how=""),
                name="an_agreement_says_how",
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["customer"], name="memberships_of_a_customer")]


class Asking(models.Model):
    """Somebody on file asked to join by the public page; their manager calls back."""

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("joining", "To be called back")
        JOINED = "joined", pgettext_lazy("joining", "Joined")
        DECLINED = "declined", pgettext_lazy("joining", "Did not join")

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    community = models.ForeignKey(Community, models.PROTECT, related_name="askings")
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    brought_by = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    note = models.CharField(max_length=200, blank=True)

    objects = OfCustomers.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["community", "customer"], condition=Q(state="waiting"),
                name="a_customer_asks_once",
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", decided_at__isnull=True)
                | ~Q(state="waiting") & Q(decided_at__isnull=False),
                name="who_is_called_back_is_decided",
            ),
        ]  # fmt: skip


class Meeting(models.Model):
    """A time and a place; who said they come, who came."""

    class State(models.TextChoices):
        PLANNED = "planned", pgettext_lazy("meeting", "Planned")
        HELD = "held", pgettext_lazy("meeting", "Held")
        CANCELLED = "cancelled", pgettext_lazy("meeting", "Called off")

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    community = models.ForeignKey(Community, models.PROTECT, related_name="meetings")
    title = models.CharField(max_length=120)
    at = models.DateTimeField()
    where = models.CharField(max_length=160)
    note = models.TextField(blank=True)  # what is brought; afterwards what came of it
    state = models.CharField(max_length=9, choices=State.choices, default=State.PLANNED)
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-at", "pk"]
        indexes = [models.Index(fields=["community", "at"], name="meetings_of_a_community")]

    def __str__(self) -> str:
        return self.title


class Presence(models.Model):
    """What a member said about a meeting, and whether they came."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="presences")
    member = models.ForeignKey(Member, models.CASCADE, related_name="presences")
    coming = models.BooleanField(null=True)  # what they said; null: nothing
    came = models.BooleanField(null=True)  # null: not known yet
    said_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["meeting", "member"], name="a_member_comes_once")
        ]


class Post(models.Model):
    """Something told to the members: on their page, and by an approved message."""

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("post", "Draft")
        SUBMITTED = "submitted", pgettext_lazy("post", "Waits for approval")
        OUT = "out", pgettext_lazy("post", "On the members' page")
        TAKEN_DOWN = "down", pgettext_lazy("post", "Taken down")

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    community = models.ForeignKey(Community, models.PROTECT, related_name="posts")
    title = models.CharField(max_length=120)
    text = models.TextField()
    message = models.CharField(max_length=80, blank=True)  # approved; tells that it is there
    state = models.CharField(max_length=9, choices=State.choices, default=State.DRAFT)
    written_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    sent_back = models.CharField(max_length=200, blank=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-written_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="out")
                | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="what_members_read_was_approved",
            ),
            models.CheckConstraint(
                condition=~Q(state="out") | ~Q(decided_by=F("written_by")),
                name="nobody_approves_their_own_post",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def key(self) -> str:
        return f"community:{self.community.public_id}:{self.public_id}"


class Deed(models.Model):
    """Something a member did beside coming: an idea, a post of theirs, an answer."""

    class Kind(models.TextChoices):
        IDEA = "idea", _("Idea or post of theirs")
        ANSWER = "answer", _("Answer to a question")

    member = models.ForeignKey(Member, models.CASCADE, related_name="deeds")
    kind = models.CharField(max_length=6, choices=Kind.choices)
    on = models.DateField()
    words = models.CharField(max_length=500)
    noted_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-on", "-pk"]
        constraints = [models.CheckConstraint(condition=~Q(words=""), name="a_deed_says_what")]
