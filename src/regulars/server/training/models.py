"""Items, who did them, what was asked again, and samples of contacts."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from regulars.server.channels.models import Touch
from regulars.server.core.models import Person, local_name, public_id
from regulars.server.customers.models import Customer


class Item(models.Model):
    """Something that people of some roles must know, as long as it stands."""

    class Confirms(models.TextChoices):
        SELF = "self", _("The person confirms it")
        MANAGER = "manager", _("A supervisor signs it")

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    code = models.CharField(max_length=40, blank=True)  # of the shipped item it came from
    title = models.CharField(max_length=160)
    title_en = models.CharField(max_length=160, blank=True)
    text = models.TextField(blank=True)
    text_en = models.TextField(blank=True)
    link = models.URLField(max_length=400, blank=True)  # to a document of the company
    roles = ArrayField(models.CharField(max_length=20))
    # Kinds of reason in which it helps: care's priorities; what a weak spot leads to.
    groups = ArrayField(models.PositiveSmallIntegerField(), default=list)
    confirms = models.CharField(max_length=7, choices=Confirms.choices, default=Confirms.SELF)
    days = models.PositiveSmallIntegerField(default=30)  # that somebody new has for it
    months = models.PositiveSmallIntegerField(null=True)  # for which it is valid
    from_on = models.DateField()
    ended_at = models.DateTimeField(null=True)
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["title", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["code"],
                condition=Q(ended_at__isnull=True) & ~Q(code=""),
                name="a_shipped_item_is_taken_once",
            ),
            models.CheckConstraint(condition=~Q(roles=[]), name="an_item_is_for_somebody"),
        ]

    def __str__(self) -> str:
        return local_name(self.title, self.title_en)

    @property
    def words(self) -> str:
        return local_name(self.text, self.text_en)


class Completion(models.Model):
    """Somebody did an item, as they say themselves or a supervisor signed."""

    item = models.ForeignKey(Item, models.PROTECT, related_name="completions")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    done_on = models.DateField()
    valid_until = models.DateField(null=True)  # the last day; null: for good
    signed = models.BooleanField()  # by a supervisor
    confirmed_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField()
    note = models.CharField(max_length=300, blank=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-done_on", "-pk"]
        indexes = [models.Index(fields=["person", "item"], name="completions_of_a_person")]
        constraints = [
            models.CheckConstraint(
                condition=Q(signed=True) & ~Q(confirmed_by=F("person"))
                | Q(signed=False, confirmed_by=F("person")),
                name="nobody_signs_for_themselves",
            ),
            models.UniqueConstraint(
                fields=["item", "person", "done_on"],
                condition=Q(withdrawn_at__isnull=True),
                name="an_item_is_done_once_a_day",
            ),
        ]


class Asked(models.Model):
    """A supervisor asked somebody to take an item, again or now, with the reason."""

    item = models.ForeignKey(Item, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    due_on = models.DateField()
    why = models.CharField(max_length=200)
    asked_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    met = models.OneToOneField(Completion, models.SET_NULL, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["item", "person"],
                condition=Q(met__isnull=True, withdrawn_at__isnull=True),
                name="an_item_is_asked_for_once",
            )
        ]


class SampleQuerySet(models.QuerySet["Sample"]):
    def visible_to(self, viewer: Person) -> SampleQuerySet:
        """Keep samples of contacts with customers of the viewer's scope."""
        if viewer.scope.everything:
            return self
        return self.filter(customer__book__in=viewer.scope.books)


class Sample(models.Model):
    """A contact drawn to be judged, and what came of it."""

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    touch = models.OneToOneField(Touch, models.CASCADE, related_name="+")
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")  # whose contact it was
    month = models.DateField()  # its first day
    # Nobody: by night, once the month was over.
    drawn_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    drawn_at = models.DateTimeField()
    checklist = models.CharField(max_length=80, blank=True)  # code and version
    items = models.JSONField(default=list)  # as they were when it was judged
    answers = models.JSONField(default=dict)
    score = models.PositiveSmallIntegerField(null=True)
    note = models.CharField(max_length=500, blank=True)
    judged_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    judged_at = models.DateTimeField(null=True)

    objects = SampleQuerySet.as_manager()

    class Meta:
        ordering = ["month", "person", "pk"]
        indexes = [models.Index(fields=["month", "person"], name="samples_of_a_month")]
        constraints = [
            models.CheckConstraint(
                condition=Q(score__isnull=True, judged_by__isnull=True, judged_at__isnull=True)
                | Q(score__lte=100, judged_by__isnull=False, judged_at__isnull=False),
                name="a_score_has_its_judge",
            ),
            models.CheckConstraint(
                condition=Q(judged_by__isnull=True) | ~Q(judged_by=F("person")),
                name="nobody_judges_their_own_contact",
            ),
        ]
