from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("care", "0016_kept_sums"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="card",
            index=models.Index(
                fields=["customer", "day", "desk"], name="cards_by_day_and_desk"
            ),
        ),
        migrations.AddConstraint(
            model_name="card",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "open")),
                fields=("customer", "day", "desk"),
                name="one_open_card_a_day_and_desk",
            ),
        ),
        migrations.RemoveConstraint(model_name="card", name="one_card_a_day_and_desk"),
    ]
