"""What customers answered to the questions of a playbook's step."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from regulars.server.care.models.work import Task
from regulars.server.channels.models import Touch
from regulars.server.core.models import Person, local_name
from regulars.server.customers.models import Customer

YES, NO = pgettext_lazy("answer", "Yes"), pgettext_lazy("answer", "No")


class AnswerQuerySet(models.QuerySet["Answer"]):
    def visible_to(self, viewer: Person) -> AnswerQuerySet:
        """Keep the answers of customers of the viewer's scope."""
        if viewer.scope.everything:
            return self
        return self.filter(customer__book__in=viewer.scope.books)

    def standing(self) -> AnswerQuerySet:
        """Those of contacts that were not taken back."""
        return self.filter(touch__reversed_at__isnull=True)


class Answer(models.Model):
    """What a customer answered to one question of a playbook's step, and as it was asked.

    Of several contacts each keeps its own answers; the newest counts, the others are history.
    """

    class Kind(models.TextChoices):
        YES_NO = "yes_no", _("Yes or no")
        SCORE = "score", _("1 to 5")
        NPS = "nps", _("0 to 10")
        CHOICE = "choice", pgettext_lazy("answer", "Choice")
        TEXT = "text", pgettext_lazy("answer", "Text")
        NUMBER = "number", pgettext_lazy("answer", "Number")
        DATE = "date", pgettext_lazy("answer", "Date")

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="answers")
    touch = models.ForeignKey(Touch, models.CASCADE, related_name="answers")
    task = models.ForeignKey(Task, models.SET_NULL, null=True, related_name="answers")
    playbook = models.CharField(max_length=80)
    version = models.PositiveIntegerField()  # 0: as shipped
    step = models.CharField(max_length=80)
    question = models.CharField(max_length=80)
    asked = models.CharField(max_length=300)
    asked_en = models.CharField(max_length=300, blank=True)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    # A number, a score, 1 or 0 for yes or no, the place of a choice from 1.
    number = models.DecimalField(max_digits=18, decimal_places=4, null=True)
    day = models.DateField(null=True)
    text = models.CharField(max_length=1000, blank=True)  # of a choice: its words
    text_en = models.CharField(max_length=300, blank=True)
    low = models.BooleanField(default=False)  # so low that somebody must ask why
    at = models.DateTimeField()

    objects = AnswerQuerySet.as_manager()

    @property
    def figure(self) -> str:
        """The number without the noughts that the database keeps behind it."""
        return f"{self.number.normalize():f}" if self.number is not None else ""

    @property
    def question_words(self) -> str:
        return local_name(self.asked, self.asked_en)

    @property
    def words(self) -> str:
        """The answer as people read it."""
        if self.kind == Answer.Kind.YES_NO:
            return str(YES if self.number else NO)
        if self.kind == Answer.Kind.SCORE:
            return f"{self.figure} / 5"
        if self.kind == Answer.Kind.NPS:
            return f"{self.figure} / 10"
        if self.kind == Answer.Kind.CHOICE:
            return local_name(self.text, self.text_en)
        return self.text or self.figure

    class Meta:
        ordering = ["-at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["touch", "playbook", "step", "question"],
                name="a_question_is_answered_once_in_a_contact",
            ),
            models.CheckConstraint(
                condition=Q(number__isnull=False) | Q(day__isnull=False) | ~Q(text=""),
                name="an_answer_says_something",
            ),
        ]
        indexes = [
            models.Index(fields=["playbook", "step", "question", "-at"], name="answers_to"),
            models.Index(fields=["-at"], condition=Q(low=True), name="low_answers"),
        ]
