import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('customers', '0011_quick_walks'),
    ]

    operations = [
        migrations.RemoveIndex(model_name='relation', name='standing_ties'),
        migrations.RemoveIndex(model_name='relation', name='standing_ties_back'),
        migrations.AlterField(
            model_name='relation',
            name='customer',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='relations', to='customers.customer'),
        ),
        migrations.AlterField(
            model_name='relation',
            name='other',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='customers.customer'),
        ),
        migrations.AddIndex(
            model_name='relation',
            index=models.Index(fields=['customer', 'id'], name='ties_in_order'),
        ),
        migrations.AddIndex(
            model_name='relation',
            index=models.Index(fields=['other', 'id'], name='ties_in_order_back'),
        ),
    ]
