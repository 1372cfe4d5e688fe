"""What the bank sells, and the codes its facts are written in."""

from __future__ import annotations

import pyarrow as pa

from regulars.engine.synthetic.staff import rows_table

# code, name, name_en, category, kind, term_days, rate, risk_level, yearly_margin
PRODUCTS: tuple[tuple[object, ...], ...] = (
    ("DQ00", "活期存款", "Current account", "活期", "deposit", None, 0.0010, None, 0.0140),
    ("DQ03", "整存整取三个月", "3-month deposit", "定期", "deposit", 90, 0.0100, None, 0.0095),
    ("DQ06", "整存整取六个月", "6-month deposit", "定期", "deposit", 180, 0.0120, None, 0.0090),
    ("DQ12", "整存整取一年", "1-year deposit", "定期", "deposit", 365, 0.0155, None, 0.0080),
    ("DQ24", "整存整取二年", "2-year deposit", "定期", "deposit", 730, 0.0180, None, 0.0065),
    ("DQ36", "整存整取三年", "3-year deposit", "定期", "deposit", 1095, 0.0235, None, 0.0045),
    (
        "CD12",
        "大额存单一年",
        "1-year large CD",
        "大额存单",
        "deposit",
        365,
        0.0175,
        None,
        0.0060,
    ),
    (
        "CD36",
        "大额存单三年",
        "3-year large CD",
        "大额存单",
        "deposit",
        1095,
        0.0250,
        None,
        0.0035,
    ),
    ("LC09", "稳健 90 天", "Steady 90 days", "理财", "wealth", 90, 0.0210, "R2", 0.0050),
    ("LC18", "稳健 180 天", "Steady 180 days", "理财", "wealth", 180, 0.0235, "R2", 0.0055),
    ("LC36", "固收增强一年", "Income plus 1 year", "理财", "wealth", 365, 0.0280, "R2", 0.0060),
    ("JJ01", "均衡混合基金", "Balanced fund", "基金", "fund", None, None, "R3", 0.0110),
    ("JJ02", "天天增利货币", "Daily money fund", "基金", "fund", None, None, "R1", 0.0030),
    ("BX05", "安享年金五年", "5-year annuity", "保险", "insurance", 1825, 0.0200, "R1", 0.0120),
    ("DK01", "小微经营贷", "Small-business loan", "贷款", "loan", 365, 0.0435, None, 0.0190),
    ("DK02", "惠农贷", "Farm loan", "贷款", "loan", 365, 0.0410, None, 0.0170),
    ("DK03", "消费贷", "Consumer loan", "贷款", "loan", 1095, 0.0480, None, 0.0230),
    ("DK04", "住房按揭", "Mortgage", "贷款", "loan", 7300, 0.0335, None, 0.0100),
    ("KA01", "澄湖借记卡", "Chenghu debit card", "银行卡", "card", None, None, None, 0.0035),
    ("DF01", "代发工资", "Payroll", "代发", "payroll", None, None, None, 0.0002),
)
CODES = [str(row[0]) for row in PRODUCTS]
WORDS = pa.array(CODES, type=pa.string())
MARGIN = [float(str(row[8])) for row in PRODUCTS]
RATE = [float(str(row[6] or 0)) for row in PRODUCTS]
TERM = [int(str(row[5] or 0)) for row in PRODUCTS]
KIND = [str(row[4]) for row in PRODUCTS]

CURRENT, CARD, PAYROLL = CODES.index("DQ00"), CODES.index("KA01"), CODES.index("DF01")

KINDS = ("purchase", "refund", "fee", "inflow", "outflow", "payroll", "interest")
PURCHASE, REFUND, FEE, INFLOW, OUTFLOW, PAY, INTEREST = range(7)

CATEGORIES = (
    "supermarket",
    "dining",
    "fuel",
    "pharmacy",
    "clothing",
    "appliances",
    "online",
    "travel",
    "salary",
    "pension",
    "transfer_in",
    "transfer_out",
    "cash_deposit",
    "cash_withdrawal",
    "merchant_receipt",
    "crop_sale",
    "remittance",
    "supplier_payment",
    "own_product",
    "interest",
    "service_fee",
)
CATEGORY = {name: number for number, name in enumerate(CATEGORIES)}
CHANNELS = ("pos", "mobile", "online", "counter", "atm", "system")
POS, MOBILE, ONLINE, COUNTER, ATM, SYSTEM = range(6)


def products_table() -> pa.Table:
    """Return the products of the bank."""
    return rows_table("products", PRODUCTS)
