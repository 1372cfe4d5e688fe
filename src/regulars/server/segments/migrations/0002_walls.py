"""Row security of members, and where to find the records that changed since a board."""

from django.db import migrations

from regulars.server.core import walls


class Migration(migrations.Migration):
    dependencies = [
        ("segments", "0001_initial"),
        ("customers", "0002_walls"),
        ("channels", "0003_undo_and_next_dates"),
    ]
    operations = [
        migrations.RunSQL(walls.by_customer("segments_member"), walls.undo("segments_member")),
        # Asked at each count: who changed since the board was made, and which contacts
        # were taken back. Both answers are short, the tables are not.
        migrations.RunSQL(
            "create index customer_by_change on customers_customer (updated_at)",
            "drop index if exists customer_by_change",
        ),
        migrations.RunSQL(
            "create index touch_by_reversal on channels_touch (reversed_at) "
            "where reversed_at is not null",
            "drop index if exists touch_by_reversal",
        ),
    ]
