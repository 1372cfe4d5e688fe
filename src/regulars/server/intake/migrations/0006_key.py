import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("core", "0006_help_for_some_days"), ("intake", "0005_looking")]

    operations = [
        migrations.AddField(
            model_name="import",
            name="brought_key",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="core.apikey",
            ),
        ),
    ]
