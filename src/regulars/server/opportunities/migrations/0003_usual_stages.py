"""The stages that a company begins with; it may change them all."""

from django.db import migrations

from regulars.server.opportunities.rules import DEFAULTS


def fill(apps, schema):
    stage = apps.get_model("opportunities", "Stage")
    for n, each in enumerate(DEFAULTS, start=1):
        stage.objects.get_or_create(
            code=each.code,
            defaults={
                "name": each.name, "name_en": each.name_en, "position": n,
                "chance": each.chance, "patience": each.patience, "ends": each.ends,
            },
        )


class Migration(migrations.Migration):
    dependencies = [("opportunities", "0002_walls")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
