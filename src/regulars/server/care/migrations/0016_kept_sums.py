import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

from regulars.server.core import walls


class Migration(migrations.Migration):

    dependencies = [
        ('care', '0015_visits_together'),
        ('core', '0006_help_for_some_days'),
    ]

    operations = [
        migrations.CreateModel(
            name='Counting',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('at', models.DateTimeField()),
                ('seconds', models.FloatField(default=0)),
                ('entry', models.BigIntegerField(default=0)),
            ],
            options={
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='Tally',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('shape', models.CharField(max_length=12)),
                ('period', models.CharField(blank=True, max_length=8)),
                ('axis', models.CharField(blank=True, max_length=12)),
                ('value', models.TextField(blank=True)),
                ('figures', django.contrib.postgres.fields.ArrayField(base_field=models.DecimalField(decimal_places=2, max_digits=24), size=None)),
                ('book', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='core.book')),
                ('counting', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='tallies', to='care.counting')),
                ('home', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='core.book')),
            ],
            options={
                'indexes': [models.Index(fields=['counting', 'shape', 'period'], name='tallies_of_a_shape')],
            },
        ),
        migrations.RunSQL(
            walls.by_books("care_tally", "book_id", "home_id"), walls.undo("care_tally")
        ),
    ]
