from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from regulars.server.core.models import local_name, public_id


class Product(models.Model):
    """Something customers hold or buy."""

    class Kind(models.TextChoices):
        DEPOSIT = "deposit", _("Deposit")
        WEALTH = "wealth", _("Wealth product")
        FUND = "fund", _("Fund")
        INSURANCE = "insurance", _("Insurance")
        LOAN = "loan", _("Loan")
        CARD = "card", _("Card")
        PAYROLL = "payroll", _("Payroll")
        FACILITY = "facility", _("Credit facility")
        BILL = "bill", _("Bill or letter of credit")
        LEASE = "lease", _("Lease")
        PROPERTY = "property", _("Property")
        VEHICLE = "vehicle", _("Vehicle")
        WARRANTY = "warranty", _("Warranty")
        CONTRACT = "contract", _("Contract")
        GOODS = "goods", _("Goods")

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    code = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=160)
    name_en = models.CharField(max_length=160, blank=True)
    category = models.CharField(max_length=80, blank=True)
    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.GOODS)
    term_days = models.IntegerField(null=True, blank=True)
    rate = models.DecimalField(max_digits=8, decimal_places=5, null=True, blank=True)
    risk_level = models.PositiveSmallIntegerField(null=True, blank=True)  # R1-R5
    # Share of the balance (or of the sale, for goods) that is margin in a year.
    yearly_margin = models.DecimalField(max_digits=8, decimal_places=5, null=True, blank=True)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return local_name(self.name, self.name_en)
