"""Row security of pairs and merges: who sees both customers sees the row."""

from django.db import migrations

from regulars.server.core import walls


class Migration(migrations.Migration):
    dependencies = [("identity", "0001_initial"), ("customers", "0002_walls")]
    operations = [
        migrations.RunSQL(
            walls.by_both("identity_pair", "first_id", "second_id"), walls.undo("identity_pair")
        ),
        migrations.RunSQL(
            walls.by_both("identity_merge", "survivor_id", "loser_id"),
            walls.undo("identity_merge"),
        ),
    ]
