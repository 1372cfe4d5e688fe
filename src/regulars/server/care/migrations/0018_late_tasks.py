from django.db import migrations, models
from django.db.models.functions import Coalesce


class Migration(migrations.Migration):

    dependencies = [
        ('care', '0017_room_beside_closed_cards'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='task',
            index=models.Index(Coalesce('first_due_on', 'due_on'), condition=models.Q(('state', 'open')), name='open_tasks_by_deadline'),
        ),
    ]
