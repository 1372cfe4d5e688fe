"""The class of an organisation's business with us, beside its tier."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("customers", "0015_words_of_an_action")]
    operations = [
        migrations.AddField(
            "customer",
            "business_class",
            models.CharField(
                blank=True,
                choices=[
                    ("settlement", "Settlement"),
                    ("credit", "Credit"),
                    ("relationship", "Relationship"),
                    ("channel", "Channel"),
                ],
                db_default="",
                max_length=12,
            ),
        )
    ]
