"""A version is closed by sorting all its rows some times over: in memory, where it can."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("core", "0002_versions")]
    operations = [
        migrations.RunSQL(
            "alter function regulars_version_close(text, bigint)"
            " set maintenance_work_mem = '512MB'",
            "alter function regulars_version_close(text, bigint) reset maintenance_work_mem",
        ),
    ]
