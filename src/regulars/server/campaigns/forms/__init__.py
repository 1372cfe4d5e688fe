"""What people type about campaigns."""

from regulars.server.campaigns.forms.holding import AgainForm, WhyForm
from regulars.server.campaigns.forms.planning import NewForm, WhatForm, WhoForm
from regulars.server.campaigns.forms.steps import OfferForm
from regulars.server.campaigns.forms.times import WhenForm

__all__ = [
    "AgainForm",
    "NewForm",
    "OfferForm",
    "WhatForm",
    "WhenForm",
    "WhoForm",
    "WhyForm",
]
