"""HubSpot: exports of records."""

from __future__ import annotations

from regulars.server.intake.rules.presets.shape import (
    DEALS,
    ORGANIZATION,
    OWNER,
    PERSON,
    TALKS,
    Preset,
)

HUBSPOT: tuple[Preset, ...] = (
    Preset(
        "hubspot-contacts",
        "HubSpot",
        "contacts",
        "联系人",
        "customers",
        (
            "Record ID|记录 ID",
            "First Name|名字",
            "Last Name|姓氏",
            "Create Date|Lifecycle Stage|生命周期阶段|创建日期",
        ),
        {
            "number": "Record ID|记录 ID",
            "email": "Email|电子邮件",
            "phone": "Mobile Phone Number|手机号码|Phone Number|电话号码",
            "birth_date": "Date of birth|出生日期",
            "address": "Street Address|街道地址",
            "occupation": "Job Title|职务",
            "since": "Create Date|创建日期",
            "source": "Original Source|原始来源",
            "book": "",
            "org_unit": "",
        },
        joined={"name": ("Last Name|姓氏", "First Name|名字")},
        constant=PERSON,
        opted_out={"consent_email": "Unsubscribed from all email|已退订所有电子邮件"},
        left_out=OWNER,
    ),
    Preset(
        "hubspot-companies",
        "HubSpot",
        "companies",
        "公司",
        "customers",
        (
            "Record ID|记录 ID",
            "Company name|公司名称",
            "Company owner|公司所有者|Company Domain Name|公司域名",
        ),
        {
            "number": "Record ID|记录 ID",
            "name": "Company name|公司名称",
            "phone": "Phone Number|电话号码",
            "address": "Street Address|街道地址",
            "since": "Create Date|创建日期",
            "note": "Description|描述",
            "book": "",
            "occupation": "",
            "org_unit": "",
        },
        constant=ORGANIZATION,
        left_out=OWNER,
    ),
    Preset(
        "hubspot-deals",
        "HubSpot",
        "deals",
        "交易机会",
        "",
        ("Record ID|记录 ID", "Deal Name|交易名称", "Deal Stage|交易阶段"),
        left_out=DEALS,
    ),
    Preset(
        "hubspot-tickets",
        "HubSpot",
        "tickets",
        "工单",
        "",
        ("Ticket name|工单名称", "Ticket status|工单状态"),
        left_out=TALKS,
    ),
)
