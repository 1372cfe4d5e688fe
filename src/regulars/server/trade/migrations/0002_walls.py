"""Row security, which Django's models do not express."""

from django.db import migrations

from regulars.server.core import walls

TABLES = (
    *("trade_contactperson", "trade_businessprofile", "trade_quote", "trade_quoteline"),
    *("trade_terms", "trade_invoice"),
)


class Migration(migrations.Migration):
    dependencies = [("trade", "0001_trade"), ("customers", "0002_walls")]
    operations = [
        migrations.RunSQL(walls.by_customer(table), walls.undo(table)) for table in TABLES
    ]
