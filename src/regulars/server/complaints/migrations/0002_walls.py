"""Row security, which Django's models do not express."""

from django.db import migrations

from regulars.server.core import walls

PARTS = ("complaints_event", "complaints_extension")


class Migration(migrations.Migration):
    dependencies = [("complaints", "0001_initial"), ("customers", "0002_walls")]
    operations = [
        migrations.RunSQL(
            walls.by_name("complaints_case", person="handler_id", book="book_id"),
            walls.undo("complaints_case"),
        ),
        *(
            migrations.RunSQL(
                walls.by_parent(table, "complaints_case", "case_id"), walls.undo(table)
            )
            for table in PARTS
        ),
    ]
