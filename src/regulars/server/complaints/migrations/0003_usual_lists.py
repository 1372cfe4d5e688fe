"""The lists with which a company begins."""

from django.db import migrations

from regulars.server.complaints.rules import CAUSES, TYPES
from regulars.server.core.models import public_id


def bring(apps, schema):
    entry = apps.get_model("complaints", "Entry")
    for n, (code, name, name_en, service, hard) in enumerate(TYPES):
        entry.objects.create(
            public_id=public_id(), list="type", code=code, name=name, name_en=name_en,
            about_service=service, is_complex=hard, position=n * 10,
        )
    for n, (code, name, name_en) in enumerate(CAUSES):
        entry.objects.create(
            public_id=public_id(), list="cause", code=code, name=name, name_en=name_en,
            position=n * 10,
        )


class Migration(migrations.Migration):
    dependencies = [("complaints", "0002_walls")]
    operations = [migrations.RunPython(bring, migrations.RunPython.noop)]
