import django.db.models.deletion
from django.db import migrations, models

from regulars.server.core import walls


class Migration(migrations.Migration):
    dependencies = [("customers", "0007_relations_two_ways")]
    operations = [
        migrations.CreateModel(
            name="Tombstone",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("of", models.CharField(choices=[("number", "Number"), ("id", "Id")], max_length=6)),
                ("key", models.CharField(max_length=64)),
                ("buried_at", models.DateTimeField()),
                ("customer", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="customers.customer")),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("of", "key"), name="one_stone_a_key")],
            },
        ),
        migrations.RunSQL(
            walls.by_customer("customers_tombstone"), walls.undo("customers_tombstone")
        ),
    ]
