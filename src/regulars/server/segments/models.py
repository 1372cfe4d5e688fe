"""Segments that somebody kept: a rule with its versions, or a group of hand-picked members."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from regulars.server.core.models import OrgUnit, Person, public_id
from regulars.server.customers.models import Customer


class SegmentQuerySet(models.QuerySet["Segment"]):
    def open_to(self, viewer: Person) -> SegmentQuerySet:
        """Keep the viewer's own ones and those shared with the viewer's place."""
        path = viewer.org_unit.path
        above = [int(pk) for pk in path.strip("/").split("/") if pk]
        shared = Q(sharing=Segment.Sharing.EVERYBODY)
        nearby = Q(sharing=Segment.Sharing.BRANCH, branch__in=above)
        return self.filter(Q(owner=viewer) | shared | nearby)


class Segment(models.Model):
    """A set of customers with a name. It carries no customers itself: a rule is asked
    anew each time, through the eyes of whoever looks; a group's members lie in `Member`."""

    class Kind(models.TextChoices):
        RULE = "rule", _("Rule")
        GROUP = "group", _("Group")

    class Sharing(models.TextChoices):
        PRIVATE = "private", pgettext_lazy("sharing", "Only me")
        BRANCH = "branch", pgettext_lazy("sharing", "One branch")
        EVERYBODY = "everybody", pgettext_lazy("sharing", "Everybody")

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    kind = models.CharField(max_length=6, choices=Kind.choices, default=Kind.RULE)
    name = models.CharField(max_length=80)
    description = models.CharField(max_length=400, blank=True)
    rule = models.JSONField(default=dict)  # see rules.tree; of a group it is empty
    version = models.PositiveIntegerField(default=1)
    owner = models.ForeignKey(Person, models.PROTECT, related_name="+")
    sharing = models.CharField(max_length=10, choices=Sharing.choices, default=Sharing.PRIVATE)
    branch = models.ForeignKey(OrgUnit, models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True)

    objects = SegmentQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(sharing="branch", branch__isnull=False)
                | (~Q(sharing="branch") & Q(branch__isnull=True)),
                name="shared_with_a_branch_names_it",
            ),
            models.UniqueConstraint(
                fields=["owner", "name"],
                condition=Q(archived_at__isnull=True),
                name="an_owner_names_a_segment_once",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_group(self) -> bool:
        return self.kind == self.Kind.GROUP


class Version(models.Model):
    """What a segment's rule was from a moment on. Rows are added, never changed."""

    segment = models.ForeignKey(Segment, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    rule = models.JSONField(default=dict)
    reason = models.CharField(max_length=300, blank=True)  # why a sensitive field is needed
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["segment", "number"], name="a_segment_numbers_its_versions"
            )
        ]


class MemberQuerySet(models.QuerySet["Member"]):
    def visible_to(self, viewer: Person) -> MemberQuerySet:
        if viewer.scope.everything:
            return self
        return self.filter(customer__book__in=viewer.scope.books)


class Member(models.Model):
    """A customer who was picked into a group. Walled like the customer."""

    segment = models.ForeignKey(Segment, models.CASCADE, related_name="members")
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    added_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    objects = MemberQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["segment", "customer"], name="a_customer_is_once_in_a_group"
            )
        ]
