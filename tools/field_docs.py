"""Writes the page of import fields, in both languages, from the reader's own tables.

The reader recognises columns by these tables, so a page written by hand would soon lie.
`--check` changes nothing and exits 1 when a page is out of date.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from regulars.server.intake.reader.fields import KINDS, FieldSpec, KindSpec
from regulars.server.intake.reader.vocabulary import CHOICES, NO, YES

ROOT = Path(__file__).resolve().parents[1]
LANGUAGES = ("en", "zh")
TYPES = {
    "text": ("words", "文字"),
    "id": ("text; zeros are kept", "文本，保留前导零"),
    "money": ("money", "金额"),
    "number": ("number", "数值"),
    "whole": ("whole number", "整数"),
    "rate": ("percent", "百分比"),
    "moment": ("date and time", "日期时间"),
    "date": ("date", "日期"),
    "lunar": ("lunar month and day", "农历月日"),
    "yes_no": ("yes or no", "是或否"),
    "phone": ("phone number", "电话号码"),
    "email": ("e-mail address", "邮箱地址"),
    "identity": ("number of an identity paper", "证件号码"),
}


@dataclass(frozen=True)
class Words:
    """The sentences of the page in one language."""

    title: str
    intro: str
    head: str
    required: str
    one_of: str
    either: str
    identity: str
    choices: str
    choices_head: str
    yes_no: str
    comma: str


WORDS = {
    "en": Words(
        title="Import fields",
        intro=(
            "<!-- Written by tools/field_docs.py from the reader's tables. Do not edit. -->\n\n"
            "What `regulars import FILE --as KIND` and the Imports page understand. A column "
            "is recognised by any of the names given here, in Chinese or English, whatever its "
            "case, blanks, underscores or unit in brackets. Where a name is not known, say it: "
            "`--map customer_id=会员 amount=3` (a column by name or number), `--map channel=` "
            "leaves a field out. Fields that the file does not have stay empty; columns that "
            "nobody knows are named in the report and not used.\n\n"
            "Files: CSV, TSV and other delimited text in UTF-8, GB18030 (GBK) or UTF-16; XLSX, "
            "XLSB, XLS, ODS; Parquet; vCard (customers). Encoding, separator, header row and "
            "date format are detected and shown; more in [files that can be "
            "read](import-files.md). [How to import your data](../how-to/import-your-data.md) "
            "goes through it step by step."
        ),
        head="| field | what it is | kind of value | names of columns that are recognised |",
        required="required",
        one_of="Needed besides: {groups}.",
        either=" or ",
        identity="A file may hold each `{fields}` once; a later file with the same one changes "
        "the record.",
        choices="## Words in cells",
        choices_head="| field | code that is kept | words that mean it |",
        yes_no="yes or no",
        comma=", ",
    ),
    "zh": Words(
        title="导入字段",
        intro=(
            "<!-- 由 tools/field_docs.py 根据读取程序的字段表生成，请勿手工修改。 -->\n\n"
            "`regulars import FILE --as KIND` 和“导入”页面能识别的内容。列名与下表中任一"
            "中文或英文名称相同即可识别，不区分大小写，空格、下划线和括号里的单位都不影响。"
            "名称不在表中时自己指定：`--map customer_id=会员 amount=3`（可写列名或列号），"
            "`--map channel=` 表示不用该字段。文件里没有的字段留空；"
            "无法识别的列会在报告中列出，不予使用。\n\n"
            "文件格式：UTF-8、GB18030（GBK）或 UTF-16 编码的 CSV、TSV 等分隔文本；XLSX、XLSB、"
            "XLS、ODS；Parquet；vCard（客户）。编码、分隔符、表头行和日期格式自动判断并显示出来，"
            "详见[能读取的文件](import-files.md)。逐步说明见"
            "[导入数据](../how-to/import-your-data.md)。"
        ),
        head="| 字段 | 含义 | 取值 | 可识别的列名 |",
        required="必填",
        one_of="此外至少需要：{groups}。",
        either=" 或 ",
        identity="同一文件中 `{fields}` 不得重复；以后的文件再出现同一编号时更新该记录。",
        choices="## 单元格里的用词",
        choices_head="| 字段 | 保存的代码 | 含义相同的写法 |",
        yes_no="是或否",
        comma="、",
    ),
}


def page(language: str) -> str:
    """Write the whole page in one language."""
    words = WORDS[language]
    parts = [f"# {words.title}", words.intro]
    parts += [_kind(kind, language) for kind in KINDS.values()]
    parts.append(_choices(language))
    return "\n\n".join(parts) + "\n"


def path(language: str) -> Path:
    return ROOT / "docs" / language / "reference/import-fields.md"


def _kind(kind: KindSpec, language: str) -> str:
    words = WORDS[language]
    lines = [f"## {kind.zh if language == 'zh' else kind.en} (`--as {kind.name}`)", ""]
    if kind.one_of:
        groups = words.either.join(
            " + ".join(f"`{name}`" for name in group) for group in kind.one_of
        )
        lines += [words.one_of.format(groups=groups), ""]
    if kind.identity:
        lines += [words.identity.format(fields=kind.identity[0]), ""]
    lines += [words.head, "|---|---|---|---|"]
    lines += [_row(field, language) for field in kind.fields]
    return "\n".join(lines)


def _row(field: FieldSpec, language: str) -> str:
    words, zh = WORDS[language], language == "zh"
    about = f"**{field.label(language)}**"
    if field.required:
        about += f"（{words.required}）" if zh else f" ({words.required})"
    text = field.about_zh if zh else field.about_en
    about += f"{'：' if zh else '. '}{text}" if text else ""
    value = (
        words.comma.join(f"`{code}`" for code in CHOICES[field.choices])
        if field.choices
        else TYPES[field.type][zh]
    )
    names = words.comma.join([field.en, field.zh, *field.synonyms.split()])
    return f"| `{field.name}` | {about} | {value} | {names} |"


def _choices(language: str) -> str:
    words = WORDS[language]
    lines = [words.choices, "", words.choices_head, "|---|---|---|"]
    for field, table in _tables():
        for code, meanings in CHOICES[table].items():
            lines.append(f"| `{field}` | `{code}` | {words.comma.join(meanings.split())} |")
    for code, meanings in (("yes", YES), ("no", NO)):
        lines.append(f"| {words.yes_no} | {code} | {words.comma.join(meanings.split())} |")
    return "\n".join(lines)


def _tables() -> Iterator[tuple[str, str]]:
    for kind in KINDS.values():
        for field in kind.fields:
            if field.choices:
                yield f"{kind.name}.{field.name}", field.choices


def main() -> int:
    stale = [
        language
        for language in LANGUAGES
        if not path(language).exists() or path(language).read_text("utf-8") != page(language)
    ]
    for language in stale:
        if "--check" in sys.argv:
            print(f"{path(language).relative_to(ROOT)} is out of date: python {sys.argv[0]}")
            continue
        path(language).parent.mkdir(parents=True, exist_ok=True)
        path(language).write_text(page(language), "utf-8")
    return int(bool(stale) and "--check" in sys.argv)


if __name__ == "__main__":
    sys.exit(main())
