"""The words cells are written in: kinds of transaction, yes and no, gender, roles, nothing.

Words are compared without case and blanks. Each table maps the code we keep to the words
that mean it; the code itself is always one of them.
"""

from __future__ import annotations

import unicodedata

# What systems write where they have nothing to say.
NOTHING = frozenset(
    {
        "",
        "null",
        "none",
        "nan",
        "n/a",
        "na",
        "nil",
        "#n/a",
        "#value!",
        "#ref!",
        "#name?",
        "#null!",
    }
    | {
        "<na>",
        "nat",
        "\\n",
        "(null)",
        "无",
        "空",
        "（空）",
        "(空)",
        "(空白)",
        "暂无",
        "#div/0!",
        "#num!",
    }
)
# A cell that holds nothing but a dash holds nothing.
DASHES = frozenset({"-", "--", "—", "——", "－", "/", "\\"})
# What stands in place of a number where a row adds up the others.
TOTALS = tuple(
    word + colon
    for word in (
        "合计",
        "总计",
        "小计",
        "共计",
        "累计",
        "Total",
        "TOTAL",
        "total",
        "Grand Total",
        "Subtotal",
    )
    for colon in ("", ":")
)

CHOICES: dict[str, dict[str, str]] = {
    "transaction_kind": {
        "purchase": "buy sale sales spend consumption order payment 购买 消费 销售 购物 买入 "
        "申购 认购 订单 支付 付款 投保 缴费",
        "refund": "return returned cancel cancelled canceled cancellation credit_note 退货 "
        "退款 退单 取消 撤单 撤销 退保 消费退货",
        "adjustment": "adjust correction write_off 调整 调账 冲正 补记 赠品",
        "deposit": "save cash_in 存入 存款 存 现金存入 现存",
        "withdrawal": "withdraw cash_out 支取 取款 取现 取 现金支取 现取 提现",
        "transfer_in": "incoming inbound 转入 汇入 转账转入 来账",
        "transfer_out": "outgoing outbound 转出 汇出 转账转出 往账",
        "transfer": "转账 划转",
        "payroll": "salary wages 代发 工资 代发工资 薪资",
        "fee": "fees charge commission 手续费 费用 服务费 年费 管理费",
        "interest": "利息 结息 计息",
        "redemption": "redeem sell 赎回 卖出",
        "drawdown": "loan disbursement 放款 贷款发放",
        "repayment": "repay 还款 贷款还款 信用卡还款",
    },
    "customer_kind": {
        "person": "individual retail private 个人 个人客户 对私 零售 零售客户 自然人",
        "organization": "organisation company corporate business enterprise 机构 企业 公司 "
        "对公 对公客户 机构客户 企业客户 公司客户 单位",
    },
    "gender": {
        "male": "m man mr 男 男性 先生",
        "female": "f woman ms mrs 女 女性 女士",
        "unknown": "u other x 未知 保密 其他 不详 未说明",
    },
    "business_class": {
        "settlement": "settlements payments cash_management 结算 结算类 结算客户 结算型",
        "credit": "lending loans borrower 信贷 信贷类 信贷客户 信贷型 贷款 授信",
        "relationship": "relations 关系 关系类 关系客户 关系型",
        "channel": "channels platform partner 渠道 渠道类 渠道客户 渠道型 平台",
    },
    "contact_channel": {
        "sms": "text 短信",
        "call": "phone telephone tel 电话 手机",
        "wecom": "wechat_work 企业微信 企微 微信",
        "email": "e-mail mail 邮件 邮箱 电子邮件",
        "visit": "in_person face_to_face 面访 拜访 上门 到店 面谈",
    },
    "risk_level": {
        "R1": "1 低 低风险",
        "R2": "2 中低 中低风险",
        "R3": "3 中 中风险 中等风险",
        "R4": "4 中高 中高风险",
        "R5": "5 高 高风险",
    },
    "product_kind": {
        "deposit": "deposits savings time_deposit 存款 定期 活期 定期存款 活期存款 储蓄 "
        "大额存单",
        "wealth": "wealth_product wealth_management 理财 理财产品",
        "fund": "funds 基金",
        "insurance": "insurances 保险",
        "loan": "loans credit mortgage 贷款 信贷",
        "card": "cards credit_card debit_card 卡 信用卡 借记卡 银行卡",
        "payroll": "salary 代发 代发工资",
        "facility": "credit_line credit_facility limit 授信 授信额度 额度",
        "bill": "bills acceptance letter_of_credit draft 票据 汇票 承兑汇票 信用证 保函",
        "lease": "leases tenancy rental 租约 租赁 租赁合同",
        "property": "house apartment real_estate home 房产 房屋 住宅 不动产",
        "vehicle": "vehicles car motor_vehicle 车辆 汽车 整车",
        "warranty": "warranties guarantee 质保 保修 延保",
        "contract": "contracts subscription 合同 订阅 服务合同",
        "goods": "good item merchandise 商品 货品 产品",
    },
    "role": {
        "rm": "relationship_manager account_manager 客户经理 理财经理 导购",
        "manager": "branch_manager store_manager 网点负责人 支行行长 行长 店长 主管 部门经理",
        "leader": "head director 领导 上级领导 分管领导 总行领导",
        "lobby_manager": "大堂经理",
        "marketer": "marketing 营销 营销人员 市场 市场专员",
        "analyst": "分析 分析员 分析师 数据分析",
        "administrator": "admin 管理员 系统管理员",
        "auditor": "audit 审计 审计员",
    },
}

YES = "1 y yes true t 是 同意 已同意 有 可 允许 接受 √ ✓ opt_in subscribed"
NO = "0 n no false f 否 不同意 拒绝 退订 不 不可 不允许 × ✗ opt_out unsubscribed"


def plain(word: str) -> str:
    """Write a word the one way words are compared: no case, width, blanks, _ or -."""
    folded = unicodedata.normalize("NFKC", word).casefold()
    return "".join(c for c in folded if not c.isspace() and c not in "_-")


_WORDS = {
    table: {
        plain(word): code for code, words in codes.items() for word in (code, *words.split())
    }
    for table, codes in CHOICES.items()
}
_YES, _NO = frozenset(map(plain, YES.split())), frozenset(map(plain, NO.split()))


def in_chinese(table: str) -> list[str]:
    """One Chinese word for each code of a table; a level such as R1 is its own word."""
    return [
        code if code[-1].isdigit() else next(w for w in words.split() if not w.isascii())
        for code, words in CHOICES[table].items()
    ]


def choice(table: str, word: str) -> str | None:
    """Find the code that a word means, None when the table does not know it."""
    return _WORDS[table].get(plain(word).removesuffix(".0"))


def yes_or_no(word: str) -> bool | None:
    """Tell yes from no, None when the word is neither."""
    said = plain(word).removesuffix(".0")
    return True if said in _YES else False if said in _NO else None
