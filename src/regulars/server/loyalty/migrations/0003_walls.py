"""Row security, which Django's models do not express."""

from django.db import migrations

from regulars.server.core import walls

BY_CUSTOMER = ("loyalty_account", "loyalty_membership", "loyalty_wish")
# Rows that name an account are seen by whoever sees its customer.
BY_ACCOUNT = ("loyalty_lot", "loyalty_entry")


def _by_account(table):
    return (
        f"alter table {table} enable row level security;"
        f"alter table {table} force row level security;"
        f"create policy wall on {table} using (case when {walls.ALL} then true else exists ("
        "select 1 from loyalty_account o join customers_customer c on c.id = o.customer_id "
        f"where o.id = {table}.account_id and {walls.HELD}) end);"
    )


# What keeps the books (0002) works as the owner of the tables, on every account.
KEEPER = "".join(
    f"create policy keeper on {table} to current_user using (true);"
    for table in ("loyalty_account", *BY_ACCOUNT)
)
KEEPER_UNDO = "".join(
    f"drop policy if exists keeper on {table};" for table in ("loyalty_account", *BY_ACCOUNT)
)


class Migration(migrations.Migration):
    dependencies = [("loyalty", "0002_ledger"), ("customers", "0002_walls")]
    operations = [
        *(migrations.RunSQL(walls.by_customer(t), walls.undo(t)) for t in BY_CUSTOMER),
        *(migrations.RunSQL(_by_account(t), walls.undo(t)) for t in BY_ACCOUNT),
        migrations.RunSQL(KEEPER, KEEPER_UNDO),
    ]
