"""Row security, which Django's models do not express."""

from django.db import migrations

from regulars.server.core import walls

# A code that is nobody's yet is anybody's; the others are seen with their customer.
COUPON = (
    "alter table rewards_coupon enable row level security;"
    "alter table rewards_coupon force row level security;"
    f"create policy wall on rewards_coupon using (case when {walls.ALL} then true "
    "when rewards_coupon.customer_id is null then true else exists ("
    "select 1 from customers_customer c where c.id = rewards_coupon.customer_id "
    f"and {walls.HELD}) end);"
)
PARTS = (
    ("rewards_redemption", "rewards_coupon", "coupon_id"),
    ("rewards_signature", "rewards_present", "present_id"),
)


class Migration(migrations.Migration):
    dependencies = [("rewards", "0002_guards"), ("customers", "0002_walls")]
    operations = [
        migrations.RunSQL(COUPON, walls.undo("rewards_coupon")),
        *(
            migrations.RunSQL(walls.by_customer(table), walls.undo(table))
            for table in ("rewards_present", "rewards_use")
        ),
        *(
            migrations.RunSQL(walls.by_parent(table, parent, column), walls.undo(table))
            for table, parent, column in PARTS
        ),
    ]
