"""An open card stands on every list since its day: one per customer and desk, never rewritten."""

from django.db import migrations, models

# Of two open cards of one desk the older one's reasons move to the newer one.
JOIN = """
with newest as (
    select distinct on (customer_id, desk) id, customer_id, desk from care_card
    where state = 'open' order by customer_id, desk, day desc, id desc),
moved as (
    update care_task t set card_id = n.id from care_card k, newest n
    where t.card_id = k.id and t.state = 'open' and k.state = 'open'
      and n.customer_id = k.customer_id and n.desk = k.desk and n.id <> k.id)
update care_card k set state = 'gone', closed_at = now() from newest n
where k.state = 'open' and n.customer_id = k.customer_id and n.desk = k.desk and n.id <> k.id
"""


class Migration(migrations.Migration):
    dependencies = [("care", "0018_late_tasks")]

    operations = [
        migrations.RunSQL(JOIN, migrations.RunSQL.noop),
        # What was changed above is checked before the table itself is.
        migrations.RunSQL("set constraints all immediate", migrations.RunSQL.noop),
        migrations.RemoveConstraint(model_name="card", name="one_open_card_a_day_and_desk"),
        migrations.AddConstraint(
            model_name="card",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "open")),
                fields=("customer", "desk"),
                name="one_open_card_a_desk",
            ),
        ),
        migrations.RemoveIndex(model_name="card", name="open_cards_by_day"),
        migrations.AddIndex(
            model_name="card",
            index=models.Index(
                condition=models.Q(("state", "open")),
                fields=["book", "priority", "-stake"],
                name="open_cards_of_a_book",
            ),
        ),
    ]
