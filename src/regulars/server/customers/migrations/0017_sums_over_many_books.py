from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('customers', '0016_business_class'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='customer',
            index=models.Index(fields=['book', 'id'], include=('kind', 'state', 'business_class', 'since', 'created_at', 'deceased_on', 'preferred_channel'), name='customer_of_a_book'),
        ),
        migrations.RemoveIndex(
            model_name='customer',
            name='customer_by_book',
        ),
    ]
