"""The names and sentences of quality cards, made from codes and figures."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from regulars.server.insight.rules import Verdict

NAMES = {
    "value": _("Value and purchases"),
    "churn": _("Risk of leaving"),
    "ranking": _("Who will matter most"),
    "next": _("Next product"),
    "potential": _("Potential"),
    "quarter": _("Income of the next quarter"),
}
# Verdict -> kind of chip, sign, word.
SIGNS = {
    Verdict.WORKS: ("a", "check", pgettext_lazy("verdict", "Works")),
    Verdict.NO_BETTER: ("", "switch-horizontal", pgettext_lazy("verdict", "No better")),
    Verdict.NO_SIGNAL: ("w", "activity", pgettext_lazy("verdict", "No signal")),
    Verdict.UNJUDGED: ("o", "hourglass", pgettext_lazy("verdict", "Not judged yet")),
    Verdict.NOT_ENOUGH: ("o", "hourglass", pgettext_lazy("verdict", "Not enough data")),
    Verdict.SKIPPED: ("o", "ban", pgettext_lazy("verdict", "Not possible here")),
    Verdict.MISSING: ("o", "circle-dashed", pgettext_lazy("verdict", "Not learned yet")),
    Verdict.LEARNING: ("w", "clock", pgettext_lazy("verdict", "Being learned")),
}
SKIPPED = {
    "churn": _(
        "The facts cannot answer the question: bring balances, holdings or purchases first."
    ),
    "ranking": _("Nobody was active by this date, so there is nobody to rank."),
    "next": _("The facts name no products. Bring them with holdings or with purchases."),
    "potential": _("What makes customers alike is not known. Bring their files first."),
    "quarter": _("Nothing was brought yet that could go on."),
}
CHURN_SAYS = {
    "silence": _("The chance that a customer is not active at all in the next %(days)s days."),
    "assets": _(
        "The chance that %(days)s days from now a customer's assets are down by %(fall)s or "
        "more against their mean of the 90 days before."
    ),
    "closed": _(
        "The chance that %(days)s days from now neither assets nor a product are left."
    ),
    "contract": _(
        "The chance that the last contract ends within %(days)s days and no other follows."
    ),
}
CHURN_WAYS = {
    "boosting": _("Boosting (many small trees)"),
    "logistic": _("Logistic regression"),
    "p_alive": _("Purchase model alone"),
    "blend": _("Boosting and purchase model, blended"),
    "recency": _("Days since the last activity"),
    "base_rate": _("The usual rate for everybody"),
}
RANKING_WAYS = {
    "chosen": _("The way chosen then"),
    "boosting": _("Boosting (many small trees)"),
    "expected_spend": _("Purchase model"),
    "past_revenue": _("Past revenue"),
}
NEXT_WAYS = {
    "together": _("what is held together"),
    "after": _("what follows what"),
    "together_weighed": _("what is held together, weighed with popularity"),
    "after_weighed": _("what follows what, weighed with popularity"),
    "combined": _("what is held together, what follows what and popularity"),
    "popular_held": _("the product most held"),
    "popular_taken": _("the product most newly taken"),
    "popular_lately": _("the product most taken lately"),
}
POPULAR = ("popular_held", "popular_taken", "popular_lately")
QUARTER_WAYS = {
    "last": _("As much as in the quarter before"),
    "retained": _("The quarter before, less the usual loss"),
    "year_ago": _("The quarter before, with last year's change"),
    "model": _("Purchase model, customer by customer"),
}
LOOKALIKES = {
    "kind": _("kind"),
    "tenure_band": _("years as a customer"),
    "product_pattern": _("products held"),
    "everybody": _("everybody"),
}
LACKS = {
    "days": _("%(n)s more days of history are needed to learn it and to judge it."),
    "leavers": _(
        "%(n)s more customers of the rarer kind (who left, or who stayed) are needed on the "
        "days it learns from and is judged on."
    ),
    "payers": _("%(n)s more customers who brought anything are needed to learn from."),
    "takers": _("%(n)s more customers who took something new are needed to judge it."),
    "unknown": _("The history is too short, or too few customers came more than once."),
}
# What the order looks at, over all windows of time.
MEANINGS = {
    "days_active": _("days with activity"),
    "lines": _("transactions"),
    "spend": _("money lately"),
    "refunds": _("refunds"),
    "days_active_change": _("change of activity"),
    "spend_change": _("change of money"),
    "recent_share": _("how much of it is recent"),
    "spend_faded": _("money, the older the less it counts"),
    "days_faded": _("active days, the older the less they count"),
    "days_since_last": _("days since the last activity"),
    "tenure_days": _("time as a customer"),
    "mean_gap": _("mean gap between two visits"),
    "median_gap": _("usual gap between two visits"),
    "longest_gap": _("longest gap so far"),
    "gap_ratio": _("silence against the mean gap"),
    "median_gap_ratio": _("silence against the usual gap"),
    "pace": _("pace of visits"),
    "silence": _("share of time silent"),
    "purchase_days": _("active days in all"),
    "net_spend": _("money in all"),
    "spend_pace": _("money per day as a customer"),
    "mean_basket": _("mean purchase"),
    "first_basket": _("first purchase"),
    "last_basket": _("last purchase"),
    "products": _("different products"),
    "categories": _("different categories"),
    "channels": _("different channels"),
    "aum": _("assets"),
    "aum_before": _("assets before"),
    "aum_change": _("change of assets"),
    "aum_mean": _("mean assets"),
    "aum_volatility": _("how much assets move"),
    "holdings": _("open holdings"),
    "products_held": _("products held"),
    "opened": _("newly opened"),
    "matured": _("matured"),
    "events": _("events"),
    "touches": _("contacts"),
}
CLASS_SAYS = {
    "key": _("high value, much room"),
    "develop": _("much room, not yet high value"),
    "hold": _("high value, little room"),
    "watch": _("neither yet"),
}
LEVELS = {
    1: pgettext_lazy("level", "low"),
    2: pgettext_lazy("level", "middle"),
    3: pgettext_lazy("level", "high"),
}
# Own gaps of silence from which a step of the ladder is entered.
GAPS = {"quiet": "1", "slipping": "1.5", "dormant": "2", "deep": "2.5", "lost": "3"}
DRIFTS = {
    "stable": ("", "check", pgettext_lazy("drift", "Stable")),
    "watch": ("w", "eye", pgettext_lazy("drift", "Watch")),
    "changed": ("d", "alert-triangle", pgettext_lazy("drift", "Changed")),
    "not_enough": ("o", "hourglass", pgettext_lazy("drift", "Too few to tell")),
}
DRIFT_LABELS = {
    "stage": _("Stage"),
    "rfm_type": pgettext_lazy("field", "RFM type"),
    "value": _("Value"),
    "spend_365": _("Net spend of 12 months"),
    "purchase_count": _("Orders so far"),
    "days_since_last": _("Days since the last activity"),
    "median_gap": _("Own rhythm in days"),
    "tenure_days": _("Days as a customer"),
    "p_alive": _("Chance to stay"),
    "clv_36": _("Value of the next three years"),
    "contribution_12": _("Contribution of 12 months"),
    "aum": _("Assets with us"),
    "products_held": _("Products held"),
}
LESSONS = {
    "churn": _("Learning who leaves"),
    "ranking": _("Learning who will matter most"),
    "changes": _("Looking for what changed"),
    "dormancy": _("Counting silence"),
    "potential": _("Comparing those who look alike"),
    "next": _("Learning what is taken next"),
    "referrals": _("Following recommendations"),
    "quarter": _("Looking a quarter ahead"),
    "checks": _("Checking earlier forecasts"),
    "drift": _("Comparing with an earlier run"),
    "frame": _("Writing the answer"),
}
ATTRIBUTES = {
    "age": _("Age"),
    "district": _("District"),
    "occupation": _("Occupation"),
    "since": _("Years as a customer"),
    "kind": _("Kind of customer"),
    "risk_tolerance": _("Risk tolerance"),
    "gender": _("Gender"),
}
