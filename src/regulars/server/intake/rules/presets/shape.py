"""One kind of file of one other system, and what is left out of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

ENGLISH = {
    "核心系统 T+1": "Core bank, T+1",
    "企业微信": "WeCom",
    "纷享销客": "Fxiaoke (纷享销客)",
}


@dataclass(frozen=True)
class Preset:
    """One kind of file of one system.

    Attributes
    ----------
    marks
        Columns that only this file has together; all must be there.
    columns
        Field to column; "" leaves a field without one, whatever the names say.
    joined
        Fields made of two columns: family name and given name.
    constant
        Fields that are the same in every row.
    opted_out
        Consents that a column says no to; where it does not, nobody was asked.
    gathered
        The column by which several rows are one customer, each of another employee.
    left_out
        What of the file is not loaded, and why: English, Chinese.
    """

    key: str
    system: str
    en: str
    zh: str
    kind: str
    marks: tuple[str, ...]
    columns: Mapping[str, str] = field(default_factory=dict)
    joined: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    constant: Mapping[str, str] = field(default_factory=dict)
    opted_out: Mapping[str, str] = field(default_factory=dict)
    gathered: str = ""
    left_out: tuple[str, str] = ("", "")

    @property
    def is_prepared(self) -> bool:
        """Whether rows are made over before they are read."""
        return bool(self.joined or self.constant or self.opted_out or self.gathered)

    def system_name(self, language: str) -> str:
        """The system as people who read this language call it."""
        return (
            self.system if language.startswith("zh") else ENGLISH.get(self.system, self.system)
        )

    def label(self, language: str) -> str:
        what = self.zh if language.startswith("zh") else self.en
        return f"{self.system_name(language)}: {what}"

    def why_left_out(self, language: str) -> str:
        return self.left_out[1 if language.startswith("zh") else 0]


OWNER = (
    "Owners are people of the other system. Choose the column yourself where user names are "
    "the same here.",
    "负责人是对方系统的人员。如果两边用户名一致，请自行选择该列。",
)
DEALS = (
    "Deals and opportunities are not kept here yet; only what was really bought counts. "
    "Bring orders or payments as transactions.",
    "本系统暂不保存商机；只计入实际成交。请将订单或付款作为交易导入。",
)
LEADS = (
    "Leads are not customers yet. Bring those who became customers, from the file of accounts "
    "or contacts.",
    "线索还不是客户。请从客户或联系人文件导入已成为客户的部分。",
)
TALKS = (
    "Activities and cases of the other system are not loaded; contacts are recorded here.",
    "不导入对方系统的活动与工单；联系记录在本系统内登记。",
)
PERSON, ORGANIZATION = {"kind": "person"}, {"kind": "organization"}
