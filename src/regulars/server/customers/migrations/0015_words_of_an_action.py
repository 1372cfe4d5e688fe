"""What a customer is to be told, where somebody gave the words."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("customers", "0014_loads_at_once")]
    operations = [
        migrations.AddField(
            "lifeevent",
            "words",
            models.CharField(blank=True, db_default="", max_length=500),
        )
    ]
