"""A reward that was not given after all, and that is given again."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("referrals", "0005_came_of_an_opportunity")]
    operations = [
        migrations.AlterField(
            "reward",
            "state",
            models.CharField(
                choices=[
                    ("due", "To be given"),
                    ("given", "Given"),
                    ("capped", "Above the limit"),
                    ("lapsed", "Not fetched in time"),
                    ("reversed", "Taken back"),
                    ("kept", "Could not be taken back"),
                    ("withheld", "Not given after all"),
                ],
                default="due",
                max_length=8,
            ),
        ),
        migrations.AlterField(
            "step",
            "what",
            models.CharField(
                choices=[
                    ("received", "Received"),
                    ("contacted", "First contact"),
                    ("met", "Met"),
                    ("customer", "Became a customer"),
                    ("rewarded", "Thanked"),
                    ("reversed", "Reward taken back"),
                    ("lost", "Came to nothing"),
                    ("refused", "Not valid"),
                    ("reopened", "Goes on"),
                    ("rose", "Went up the line"),
                    ("decided", "Decided on"),
                    ("kept", "Could not be taken back"),
                    ("settled", "Nothing more is waited for"),
                    ("withheld", "Reward not given after all"),
                    ("again", "Reward to be given again"),
                ],
                max_length=9,
            ),
        ),
    ]
