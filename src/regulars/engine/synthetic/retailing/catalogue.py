"""Categories with the days after which a household needs them again, and their goods."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

from regulars.engine.synthetic.staff import rows_table


@dataclass(frozen=True)
class Category:
    """`cycle` days between purchases, `weight` of the money in a basket, margin."""

    code: str
    cycle: int
    weight: float
    margin: float
    goods: tuple[tuple[str, str], ...]


CATEGORIES = (
    Category(
        "粮油",
        45,
        1.5,
        0.12,
        (("五常大米 10kg", "Rice 10 kg"), ("菜籽油 5L", "Rapeseed oil 5 L")),
    ),
    Category(
        "乳品",
        10,
        0.7,
        0.18,
        (("鲜牛奶 950ml", "Fresh milk 950 ml"), ("酸奶 8 杯", "Yogurt 8 cups")),
    ),
    Category(
        "母婴",
        21,
        2.2,
        0.22,
        (("婴儿配方奶粉", "Infant formula"), ("纸尿裤 L 码", "Nappies L")),
    ),
    Category(
        "美妆", 75, 2.6, 0.42, (("保湿面霜", "Moisturiser"), ("修护精华", "Repair serum"))
    ),
    Category(
        "生鲜",
        7,
        0.8,
        0.20,
        (("时令蔬菜组合", "Seasonal vegetables"), ("土鸡蛋 30 枚", "Eggs 30")),
    ),
    Category("零食", 14, 0.6, 0.28, (("坚果礼盒", "Nut box"), ("糕点组合", "Pastries"))),
    Category(
        "家清",
        60,
        0.9,
        0.30,
        (("洗衣液 3kg", "Laundry liquid 3 kg"), ("抽纸 24 包", "Tissues 24")),
    ),
    Category(
        "酒水",
        50,
        2.0,
        0.25,
        (("黄酒 6 坛", "Rice wine 6 jars"), ("精酿啤酒 12 罐", "Craft beer 12")),
    ),
    Category("宠物", 30, 1.2, 0.27, (("猫粮 2kg", "Cat food 2 kg"), ("宠物尿垫", "Pet pads"))),
    Category("保健", 90, 2.4, 0.45, (("益生菌", "Probiotics"), ("钙片", "Calcium tablets"))),
)
CODES = [category.code for category in CATEGORIES]
GOODS = [
    (f"SP{number * 10 + place:03d}", *names, category.code, category.margin)
    for number, category in enumerate(CATEGORIES, start=1)
    for place, names in enumerate(category.goods)
]
FALLBACK = CODES.index("生鲜")


@dataclass(frozen=True)
class Shopper:
    """A kind of member: age range, leanings, how likely each category is a favourite."""

    name: str
    share: float
    ages: tuple[int, int]
    occupations: tuple[str, ...]
    rate: float
    spend: float
    leaving: float
    female: float
    app: float
    lunar: float
    favourites: tuple[float, ...]


SHOPPERS = (
    Shopper(
        "young_parent",
        0.20,
        (25, 40),
        ("会计", "护士", "教师", "公司职员", "全职妈妈"),
        0.5,
        0.4,
        0.0,
        0.72,
        0.85,
        0.08,
        (3, 6, 9, 3, 4, 3, 3, 1, 1, 1),
    ),
    Shopper(
        "white_collar",
        0.22,
        (23, 45),
        ("公司职员", "工程师", "公务员", "设计师"),
        0.1,
        0.3,
        0.0,
        0.58,
        0.90,
        0.05,
        (2, 4, 0, 6, 3, 4, 3, 3, 3, 2),
    ),
    Shopper(
        "homemaker",
        0.22,
        (35, 62),
        ("个体户", "家庭主妇", "店员", "社区工作者"),
        0.3,
        0.0,
        0.0,
        0.70,
        0.55,
        0.30,
        (7, 4, 0, 2, 8, 2, 6, 2, 1, 2),
    ),
    Shopper(
        "retiree",
        0.18,
        (58, 82),
        ("退休教师", "退休职工", "退休干部"),
        0.1,
        -0.2,
        0.0,
        0.60,
        0.25,
        0.60,
        (7, 5, 0, 0, 8, 2, 3, 2, 1, 7),
    ),
    Shopper(
        "student",
        0.08,
        (17, 24),
        ("大学生", "高中生", "研究生"),
        -0.3,
        -0.8,
        0.3,
        0.55,
        0.97,
        0.02,
        (0, 3, 0, 5, 1, 9, 1, 3, 1, 0),
    ),
    Shopper(
        "occasional",
        0.10,
        (22, 70),
        ("司机", "外出务工", "个体户", "自由职业"),
        -0.9,
        0.1,
        0.6,
        0.40,
        0.35,
        0.25,
        (3, 2, 0, 1, 3, 3, 2, 6, 1, 1),
    ),
)
NAMES = [kind.name for kind in SHOPPERS]


def products_table() -> pa.Table:
    """Return the goods of the chain."""
    rows = [
        (code, name, name_en, category, "goods", None, None, None, margin)
        for code, name, name_en, category, margin in GOODS
    ]
    return rows_table("products", rows)
