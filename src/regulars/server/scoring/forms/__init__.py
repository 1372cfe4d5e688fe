"""The words for what scores say, and what a person answers to a suggestion."""

from regulars.server.scoring.forms.answering import MONTHS, NotNowForm, TakeBackForm

__all__ = ["MONTHS", "NotNowForm", "TakeBackForm"]
