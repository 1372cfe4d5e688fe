"""企业微信: the list of external contacts."""

from __future__ import annotations

from regulars.server.intake.rules.presets.shape import PERSON, Preset

WECOM: tuple[Preset, ...] = (
    Preset(
        "wecom-external",
        "企业微信",
        "external contacts",
        "客户联系（外部联系人）",
        "customers",
        (
            "external_userid|外部联系人ID|外部联系人userid|客户ID",
            "follow_user|userid|添加人账号|添加人",
            "add_time|createtime|添加时间",
        ),
        {
            "number": "external_userid|外部联系人ID|外部联系人userid|客户ID",
            "name": "name|客户名称|客户昵称",
            "gender": "gender|性别",
            "phone": "mobile|remark_mobiles|手机|电话",
            "email": "email|邮箱",
            "address": "address|地址",
            "occupation": "position|职务",
            "source": "add_way|来源|添加渠道",
            "since": "add_time|createtime|添加时间",
            "preferred_channel": "",
            "consent_wecom": "",
        },
        constant=PERSON,
        gathered="external_userid|外部联系人ID|外部联系人userid|客户ID",
        left_out=(
            "A customer whom several employees have stands once; all of them, with remark, "
            "tags and time, are kept in the note. Having somebody in WeCom is no consent to "
            "advertising.",
            "被多名员工添加的客户只建一份档案；每名员工及其备注、标签和添加时间都保留在备注中。"
            "添加好友不等于同意接收营销。",
        ),
    ),
)
