"""The usual lists, with which a company begins; it keeps its own after that."""

from __future__ import annotations

TYPES = (
    # code, Chinese, English, about the service of the book, complex
    ("service", "服务态度与专业", "Manner and competence", True, False),
    ("waiting", "排队与等候", "Queues and waiting", False, False),
    ("fees", "收费与价格", "Fees and prices", False, False),
    ("selling", "销售与适当性", "Selling and suitability", False, True),
    ("returns", "收益与亏损", "Returns and losses", False, True),
    ("account", "账户与银行卡", "Accounts and cards", False, False),
    ("credit", "贷款与征信", "Loans and credit records", False, True),
    ("digital", "手机与网上渠道", "App and website", False, False),
    ("delivery", "发货与售后", "Delivery and after-sales", False, False),
    ("contact", "骚扰与频繁联系", "Too many calls or messages", False, False),
    ("privacy", "个人信息", "Personal data", False, True),
    ("other", "其他", "Other", False, False),
)
CAUSES = (
    ("explained", "没有说清楚", "Not explained clearly"),
    ("slow", "办理太慢", "Too slow"),
    ("mistake", "操作差错", "A mistake of ours"),
    ("system", "系统故障", "A failure of a system"),
    ("manner", "态度问题", "Manner"),
    ("promise", "承诺没有兑现", "A promise not kept"),
    ("rule", "制度或流程不合理", "An unreasonable rule or process"),
    ("product", "产品本身", "The product itself"),
    ("partner", "合作方", "A partner"),
    ("none", "与我们无关", "Nothing of ours"),
)
