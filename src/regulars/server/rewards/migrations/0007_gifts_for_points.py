"""A gift may have a price in points; who paid it is known by the movement of points."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("loyalty", "0001_initial"),
        ("rewards", "0006_given_for_a_referral"),
    ]
    operations = [
        migrations.AddField("gift", "points", models.PositiveIntegerField(null=True)),
        migrations.AddField("present", "points", models.PositiveIntegerField(null=True)),
        migrations.AddField(
            "present",
            "movement",
            models.ForeignKey(
                null=True,
                on_delete=models.PROTECT,
                related_name="+",
                to="loyalty.movement",
            ),
        ),
        migrations.AlterField(
            "present",
            "occasion",
            models.CharField(
                choices=[
                    ("birthday", "Birthday"),
                    ("festival", "Festival"),
                    ("anniversary", "Anniversary with us"),
                    ("thanks", "Thanks for a recommendation"),
                    ("apology", "Apology"),
                    ("life", "Wedding, birth, moving house"),
                    ("visit", "Visit or salon"),
                    ("surprise", "None: a small surprise"),
                    ("deposit", "A deposit or its balance"),
                    ("points", "For points"),
                ],
                max_length=11,
            ),
        ),
        migrations.AddConstraint(
            "gift",
            models.CheckConstraint(
                condition=models.Q(points__isnull=True) | models.Q(points__gte=1),
                name="a_gift_has_a_price_or_none",
            ),
        ),
        migrations.AddConstraint(
            "present",
            models.CheckConstraint(
                condition=models.Q(occasion="points", points__isnull=False, points__gte=1)
                | ~models.Q(occasion="points")
                & models.Q(points__isnull=True, movement__isnull=True),
                name="a_present_for_points_has_a_price",
            ),
        ),
    ]
