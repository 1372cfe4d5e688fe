"""Row security, which Django's models do not express; and the festivals to begin with."""

from django.db import migrations
from django.utils import timezone

from regulars.server.core import walls

TABLE = "festivals_wish"
# code, Chinese, English, how it comes, month, day, term, weekday, nth, wished, for whom, on
SHIPPED = (
    ("new_year", "元旦", "New Year", "solar", 1, 1, "", 0, 0, True, "all", True),
    ("spring", "春节", "Spring Festival", "lunar", 1, 1, "", 0, 0, True, "all", True),
    ("lantern", "元宵节", "Lantern Festival", "lunar", 1, 15, "", 0, 0, True, "all", True),
    ("women", "妇女节", "Women's Day", "solar", 3, 8, "", 0, 0, True, "women", True),
    ("qingming", "清明", "Qingming", "term", 0, 0, "清明", 0, 0, False, "all", True),
    ("labour", "劳动节", "Labour Day", "solar", 5, 1, "", 0, 0, True, "all", False),
    ("mothers", "母亲节", "Mother's Day", "weekday", 5, 0, "", 6, 2, True, "women", False),
    ("children", "儿童节", "Children's Day", "solar", 6, 1, "", 0, 0, True, "all", True),
    ("fathers", "父亲节", "Father's Day", "weekday", 6, 0, "", 6, 3, True, "men", False),
    ("dragon_boat", "端午节", "Dragon Boat Festival", "lunar", 5, 5, "", 0, 0, True, "all", True),
    ("qixi", "七夕", "Qixi", "lunar", 7, 7, "", 0, 0, True, "all", False),
    ("teachers", "教师节", "Teachers' Day", "solar", 9, 10, "", 0, 0, True, "all", True),
    ("mid_autumn", "中秋节", "Mid-Autumn Festival", "lunar", 8, 15, "", 0, 0, True, "all", True),
    ("national", "国庆节", "National Day", "solar", 10, 1, "", 0, 0, True, "all", True),
    (
        "double_ninth", "重阳节", "Double Ninth Festival", "lunar", 9, 9, "", 0, 0, True,
        "elderly", True,
    ),
    ("winter", "冬至", "Winter Solstice", "term", 0, 0, "冬至", 0, 0, True, "all", False),
    ("laba", "腊八节", "Laba Festival", "lunar", 12, 8, "", 0, 0, True, "all", False),
    ("christmas", "圣诞节", "Christmas", "solar", 12, 25, "", 0, 0, True, "all", False),
)


def ship(apps, schema_editor):
    festival = apps.get_model("festivals", "Festival")
    names = (
        *("code", "name", "name_en", "comes", "month", "day", "term", "weekday", "nth"),
        *("wish", "whom", "is_on"),
    )
    now = timezone.now()
    festival.objects.bulk_create(
        festival(**dict(zip(names, row, strict=True)), made_at=now) for row in SHIPPED
    )


class Migration(migrations.Migration):
    dependencies = [("festivals", "0001_initial"), ("customers", "0002_walls")]
    operations = [
        migrations.RunSQL(walls.by_customer(TABLE), walls.undo(TABLE)),
        migrations.RunPython(ship, migrations.RunPython.noop),
    ]
