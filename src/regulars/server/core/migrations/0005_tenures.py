import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# Who holds a book now held it before this was written down; since when nobody knows.
NOW = """
insert into core_tenure (book_id, role, person_id)
select id, 'owner', owner_id from core_book where owner_id is not null
union all
select id, 'backup', backup_id from core_book where backup_id is not null
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0004_machines_and_messages")]
    operations = [
        migrations.CreateModel(
            name="Tenure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("role", models.CharField(choices=[("owner", "Owner"), ("backup", "Backup")], max_length=6)),
                ("since", models.DateTimeField(null=True)),
                ("until", models.DateTimeField(null=True)),
                ("book", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="tenures", to="core.book")),
                ("person", models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
            ],
            options={
                "ordering": ["book", "role", "-pk"],
                "constraints": [
                    models.UniqueConstraint(condition=models.Q(("until__isnull", True)), fields=("book", "role"), name="one_at_a_time_in_a_role")
                ],
            },
        ),
        migrations.RunSQL(NOW, migrations.RunSQL.noop),
    ]
