from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0007_books_of_a_viewer_once'),
    ]

    operations = [
        migrations.AddField(
            model_name='book',
            name='name_en',
            field=models.CharField(blank=True, default='', max_length=120),
            preserve_default=False,
        ),
    ]
