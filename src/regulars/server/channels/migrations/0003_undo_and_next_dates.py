from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("channels", "0002_walls")]
    operations = [
        migrations.AddField(
            model_name="touch", name="consents_before", field=models.JSONField(null=True)
        ),
        migrations.AddIndex(
            model_name="touch",
            index=models.Index(
                fields=["next_on"],
                condition=Q(next_on__isnull=False, reversed_at__isnull=True),
                name="touches_with_a_next_date",
            ),
        ),
    ]
