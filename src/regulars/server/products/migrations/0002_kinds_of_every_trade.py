"""Kinds of products of the trades that triggers know: facilities, leases, vehicles ..."""

from django.db import migrations, models

KINDS = [
    ("deposit", "Deposit"),
    ("wealth", "Wealth product"),
    ("fund", "Fund"),
    ("insurance", "Insurance"),
    ("loan", "Loan"),
    ("card", "Card"),
    ("payroll", "Payroll"),
    ("facility", "Credit facility"),
    ("bill", "Bill or letter of credit"),
    ("lease", "Lease"),
    ("property", "Property"),
    ("vehicle", "Vehicle"),
    ("warranty", "Warranty"),
    ("contract", "Contract"),
    ("goods", "Goods"),
]


class Migration(migrations.Migration):
    dependencies = [("products", "0001_initial")]

    operations = [
        migrations.AlterField(
            model_name="product",
            name="kind",
            field=models.CharField(choices=KINDS, default="goods", max_length=12),
        ),
    ]
