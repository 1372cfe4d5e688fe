"""Codes of the lessons, of their reasons, and of what files bring."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

# Published names; the one that forecasts stands before the reference.
MODELS = {
    "mbg_nbd": "MBG/NBD",
    **{f"mbg_cnbd_{k}": f"MBG/CNBD-{k}" for k in (2, 3, 4)},
    "bg_nbd": "BG/NBD",
    "gamma_gamma": "Gamma-gamma",
}
BANDS: Mapping[str, Any] = {
    "low": pgettext_lazy("band", "Low"),
    "medium": pgettext_lazy("band", "Medium"),
    "high": pgettext_lazy("band", "High"),
}
METHODS: Mapping[str, Any] = {
    "boosting": _("boosted trees"),
    "logistic": _("logistic regression"),
    "p_alive": _("MBG/NBD"),
    "blend": _("boosted trees with MBG/NBD"),
    "recency": _("days since the last activity"),
    "base_rate": _("the share of everybody"),
    "none": _("no model"),
}
# What leaving means; `days` and `grace` are told with their unit, `fall` as a share.
OUTCOMES: Mapping[str, Any] = {
    "silence": _("Leaving here means: no activity of one's own within %(days)s."),
    "assets": _(
        "Leaving here means: after %(days)s the assets lie %(fall)s or more below their mean "
        "of 90 days."
    ),
    "closed": _("Leaving here means: after %(days)s nothing is left or held here."),
    "contract": _(
        "Leaving here means: within %(days)s the last contract ended and no other began "
        "within %(grace)s."
    ),
}
STEPS: Mapping[str, Any] = {
    "quiet": pgettext_lazy("step", "Quiet"),
    "slipping": pgettext_lazy("step", "Slipping away"),
    "dormant": pgettext_lazy("step", "Asleep"),
    "deep": pgettext_lazy("step", "Fast asleep"),
    "lost": pgettext_lazy("step", "Lost"),
}
LEVELS: Mapping[int, Any] = {
    1: pgettext_lazy("level", "Low"),
    2: pgettext_lazy("level", "Middle"),
    3: pgettext_lazy("level", "High"),
}
SERVICE: Mapping[str, Any] = {
    "ordinary": pgettext_lazy("need", "Ordinary"),
    "general": pgettext_lazy("need", "Some"),
    "important": pgettext_lazy("need", "Much"),
}
CLASSES: Mapping[str, Any] = {
    "key": pgettext_lazy("class", "Keep and grow"),
    "develop": pgettext_lazy("class", "Develop"),
    "hold": pgettext_lazy("class", "Hold"),
    "watch": pgettext_lazy("class", "Watch"),
}
FINDINGS: Mapping[str, Any] = {
    "key": _("Worth much, and could be worth more"),
    "develop": _("Could be worth much more than now"),
    "hold": _("Worth much, with little room to grow"),
    "watch": _("Neither much value now nor much room to grow"),
}
ALIKE: Mapping[str, Any] = {
    "kind": _("kind of customer"),
    "tenure_band": _("years with us"),
    "product_pattern": _("products held"),
}
CONFIDENCE: Mapping[str, Any] = {
    "high": pgettext_lazy("confidence", "sure"),
    "medium": pgettext_lazy("confidence", "fairly sure"),
    "low": pgettext_lazy("confidence", "a rough figure"),
}
ATTRIBUTES: Mapping[str, Any] = {
    "kind": _("kind of customer"),
    "gender": _("gender"),
    "age": _("age"),
    "district": _("district"),
    "occupation": _("occupation"),
    "branch": _("branch"),
}
# The same reasons where the lesson knows no span of time to speak of.
TIMELESS: dict[str, Mapping[str, Any]] = {
    "after": {
        "held": _(
            "Of %(support)s customers with %(because)s, %(share)s took it later; of all, "
            "%(usual)s."
        ),
        "bought": _(
            "Of %(support)s customers who bought %(because)s, %(share)s bought it later; of "
            "all, %(usual)s."
        ),
    },
    "popular": {
        "held": _("Much taken: by %(support)s customers, %(share)s of all who could."),
        "bought": _("Much bought: by %(support)s customers, %(share)s of all who could."),
    },
}
# By what the products of the lesson are: held, or bought.
REASONS: dict[str, Mapping[str, Any]] = {
    "together": {
        "held": _(
            "Of %(support)s customers with %(because)s, %(share)s also hold it; of all, "
            "%(usual)s."
        ),
        "bought": _(
            "Of %(support)s customers who bought %(because)s, %(share)s also buy it; of all, "
            "%(usual)s."
        ),
    },
    "after": {
        "held": _(
            "Of %(support)s customers with %(because)s, %(share)s took it within %(days)s; of "
            "all, %(usual)s."
        ),
        "bought": _(
            "Of %(support)s customers who bought %(because)s, %(share)s bought it within "
            "%(days)s; of all, %(usual)s."
        ),
    },
    "popular": {
        "held": _(
            "Much taken now: %(support)s customers took it within %(days)s, %(share)s of all "
            "who could."
        ),
        "bought": _(
            "Much bought now: %(support)s customers began to within %(days)s, %(share)s of all "
            "who could."
        ),
    },
    "look_alike": {
        "held": _(
            "Of %(support)s customers with the same %(because)s, %(share)s hold it; of all, "
            "%(usual)s."
        ),
        "bought": _(
            "Of %(support)s customers with the same %(because)s, %(share)s buy it; of all, "
            "%(usual)s."
        ),
    },
}
# Codes of channels and categories that files often bring; others are shown as they came.
CHANNELS: Mapping[str, Any] = {
    "mobile": _("the app"),
    "app": _("the app"),
    "mini_program": _("the mini program"),
    "counter": _("the counter"),
    "branch": _("the branch"),
    "atm": _("the cash machine"),
    "pos": _("the card terminal"),
    "online": _("the web"),
    "web": _("the web"),
    "store": _("the store"),
    "system": _("standing orders"),
}
CATEGORIES: Mapping[str, Any] = {
    "salary": _("Salary"),
    "pension": _("Pension"),
    "interest": _("Interest"),
    "transfer_in": _("Transfer in"),
    "transfer_out": _("Transfer out"),
    "remittance": _("Remittance"),
    "cash_deposit": _("Cash paid in"),
    "cash_withdrawal": _("Cash drawn"),
    "own_product": _("Between own products"),
    "service_fee": _("Service fee"),
    "merchant_receipt": _("Takings of the shop"),
    "crop_sale": _("Sale of crops"),
    "supplier_payment": _("Paid to a supplier"),
    "supermarket": _("Supermarket"),
    "dining": _("Dining"),
    "online": _("Online"),
    "fuel": _("Fuel"),
    "clothing": _("Clothing"),
    "pharmacy": _("Pharmacy"),
    "travel": _("Travel"),
    "appliances": _("Appliances"),
    "mobile_bank": _("Mobile bank"),
    "counter": _("Counter"),
    "deposit_rates": _("Deposit rates"),
    "large_cd": _("Large deposit certificates"),
}
