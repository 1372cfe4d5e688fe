"""Value and purchases: the back-test that every run brings along."""

from __future__ import annotations

from django.utils.translation import gettext as _

from regulars.server.insight import rules
from regulars.server.insight.queries import Test
from regulars.server.insight.rules import Verdict
from regulars.server.insight.views import words
from regulars.server.insight.views.cards.card import Card, day, english, lacking
from regulars.server.web import rules as web


def value_card(test: Test) -> Card:
    """Put the valuation's back-test as a card of the same shape."""
    says = _("How many active days and how much money each customer will still bring.")
    if not test.methods:
        missing = rules.lack(test.skipped)
        return Card(
            "value", Verdict.NOT_ENOUGH, says, lacking(missing), reason=english(test.skipped)
        )
    verdict = Verdict.WORKS if "model" in (test.level, test.choice) else Verdict.NO_BETTER
    names = {
        "level": words.METHODS[test.level],
        "choice": words.METHODS[test.choice],
        "share": web.percent(test.best_share),
    }
    if test.no_signal:
        verdict = Verdict.NO_SIGNAL
        sentence = _(
            "Nothing in the history told customers apart; the best chosen fifth brought "
            "%(share)s of the money."
        )
    else:
        sentence = _(
            "Closest in amount: %(level)s. Best choice of a fifth of the customers: "
            "%(choice)s, which caught %(share)s of the money that came."
        )
    judged = _("%(n)s customers known on %(day)s, forecast over %(days)s days") % {
        "n": web.count(test.customers),
        "day": day(test.cutoff),
        "days": test.days,
    }
    return Card("value", verdict, says, sentence % names, judged=judged, more={"test": test})
