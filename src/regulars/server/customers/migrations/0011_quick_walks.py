from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('customers', '0010_seen_values'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='relation',
            index=models.Index(condition=models.Q(('until__isnull', True)), fields=['customer', 'id'], name='standing_ties'),
        ),
        migrations.AddIndex(
            model_name='relation',
            index=models.Index(condition=models.Q(('until__isnull', True)), fields=['other', 'id'], name='standing_ties_back'),
        ),
    ]
