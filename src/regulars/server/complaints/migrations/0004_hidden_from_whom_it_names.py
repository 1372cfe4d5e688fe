"""Whom a case names sees neither it nor its story, in the database too."""

from django.db import migrations

from regulars.server.core import walls

CASE, PARTS = "complaints_case", ("complaints_event", "complaints_extension")
PLACED = {"person": "handler_id", "book": "book_id"}


class Migration(migrations.Migration):
    dependencies = [("complaints", "0003_usual_lists")]
    operations = [
        migrations.RunSQL(
            walls.undo(CASE) + walls.by_name(CASE, **PLACED, hidden_from="about_id"),
            walls.undo(CASE) + walls.by_name(CASE, **PLACED),
        ),
        *(
            migrations.RunSQL(
                walls.undo(part) + walls.by_hidden_parent(part, CASE, "case_id"),
                walls.undo(part) + walls.by_parent(part, CASE, "case_id"),
            )
            for part in PARTS
        ),
    ]
