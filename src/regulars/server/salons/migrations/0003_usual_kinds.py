"""The kinds of salon that a company begins with; it may change them all."""

from django.db import migrations

from regulars.server.salons.rules import KINDS


def fill(apps, schema):
    kind = apps.get_model("salons", "Kind")
    for n, each in enumerate(KINDS, start=1):
        kind.objects.get_or_create(
            code=each.code,
            defaults={
                "name": each.name, "name_en": each.name_en, "about": each.about,
                "about_en": each.about_en, "friends": each.friends,
                "is_course": each.is_course, "position": n,
            },
        )


class Migration(migrations.Migration):
    dependencies = [("salons", "0002_walls")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
