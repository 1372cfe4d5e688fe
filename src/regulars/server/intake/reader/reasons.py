"""Why a row was refused, and what to note about a file: codes with a sentence in zh and en.

A code is stable (scripts compare it); a sentence may be reworded. Placeholders are filled
from the parameters of the single case; `value` is the cell as it stands in the file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

REFUSALS: dict[str, tuple[str, str]] = {
    "no_customer": (
        "The row names no customer. Fill in the customer number, or leave the row out.",
        "这一行没有客户编号。请补填客户编号，或删除这一行。",
    ),
    "missing": (
        "“{label}” is empty, but every row needs it. Fill it in.",
        "“{label}”为空，而每一行都必须有。请补填。",
    ),
    "total_row": (
        "“{value}” marks a row that adds up others, not a row of its own. Leave it out.",
        "“{value}”是汇总行，不是一条数据。请删除这一行。",
    ),
    "no_amount": (
        "The row has neither an amount nor both quantity and unit price. Fill one of them in.",
        "这一行既没有金额，也没有完整的数量和单价。请补填其中一种。",
    ),
    "not_a_number": (
        "“{value}” is not a number. Write digits with a decimal point, such as 1234.50.",
        "“{value}”不是数字。请填写数字，小数用点，例如 1234.50。",
    ),
    "not_whole": (
        "“{value}” is not a whole number. Leave the decimals out.",
        "“{value}”不是整数。请去掉小数。",
    ),
    "too_large": (
        "“{value}” is larger than any amount this system keeps. Check the digits and the unit.",
        "“{value}”超出系统可保存的金额范围。请核对数字和单位。",
    ),
    "not_a_date": (
        "“{value}” is not a date in a known form. Write it as 2026-01-31.",
        "“{value}”不是可识别的日期。请写成 2026-01-31 的形式。",
    ),
    "impossible_date": (
        "“{value}” is no day or time that exists. Correct it.",
        "“{value}”是不存在的日期或时间。请改正。",
    ),
    "ambiguous_date": (
        "“{value}” may be {one} or {other}. Say whether the day or the month comes first, or "
        "write it as 2026-01-31.",
        "“{value}”可能是 {one}，也可能是 {other}。请指明日、月哪个在前，"
        "或写成 2026-01-31 的形式。",
    ),
    "date_out_of_range": (
        "“{value}” lies outside the years 1900 to 2199. Correct the year.",
        "“{value}”不在 1900 至 2199 年之间。请改正年份。",
    ),
    "lies_ahead": (
        "“{value}” has not come yet; the last day that may stand here is {last}. Correct it.",
        "“{value}”尚未到来，此处最晚可填 {last}。请改正。",
    ),
    "damaged_number": (
        "“{value}” has lost digits: the spreadsheet turned a long number into a decimal. "
        "Export it again with this column formatted as text.",
        "“{value}”已丢失位数：表格软件把长编号变成了小数。请把这一列设为文本格式后重新导出。",
    ),
    "unknown_choice": (
        "“{value}” is not a known value here. Use one of: {choices}.",
        "“{value}”不是可识别的取值。请使用：{choices}。",
    ),
    "not_yes_no": (
        "“{value}” is neither yes nor no. Write 是 or 否, or 1 or 0.",
        "“{value}”无法判断是或否。请填写“是”或“否”，或 1 或 0。",
    ),
    "not_an_email": (
        "“{value}” is not an e-mail address. Correct it or leave it empty.",
        "“{value}”不是电子邮箱地址。请改正或留空。",
    ),
    "not_a_phone": (
        "“{value}” is not a phone number. Correct it or leave it empty.",
        "“{value}”不是电话号码。请改正或留空。",
    ),
    "id_check_digit": (
        "“{value}” is no identity number: its check digit is wrong. Compare it with the paper, "
        "or leave it empty.",
        "“{value}”的校验位不正确，不是有效的证件号码。请与证件核对后改正，或留空。",
    ),
    "not_an_id": (
        "“{value}” is not the number of an identity paper. Correct it or leave it empty.",
        "“{value}”不是证件号码。请改正或留空。",
    ),
    "not_a_lunar_day": (
        "“{value}” is not a day of the lunar calendar. Write it as 八月初五 or 08-05.",
        "“{value}”不是农历日期。请写成“八月初五”或 08-05。",
    ),
    "repeated": (
        "“{value}” stands in an earlier row already. Keep one of the two rows.",
        "“{value}”在前面的行中已出现。请只保留其中一行。",
    ),
    "too_long": (
        "“{value}” is longer than {most} characters. Shorten it.",
        "“{value}”超过 {most} 个字符。请缩短。",
    ),
    "unknown_customer": (
        "No customer has the number “{value}”. Load the customer first, or let unknown "
        "customers be opened.",
        "没有编号为“{value}”的客户。请先导入该客户，或允许为未知客户建档。",
    ),
    "erased_customer": (
        "The customer “{value}” asked to be erased and does not come back with a file. Leave "
        "the row out; who comes back in person gets a new number.",
        "客户“{value}”已要求删除，不能再随文件导入。请去掉这一行；本人重新办理时使用新的编号。",
    ),
    "no_evidence": (
        "The row says that the customer agrees, and names no proof. Fill in where the proof "
        "lies, name one for the whole file, or leave the column of consent out.",
        "这一行表示客户同意，但没有写明依据。请补填依据，或为整个文件填写依据，或不导入同意这一列。",
    ),
    "unknown_book": (
        "“{value}” is neither a book nor the user name of a relationship manager. Correct it, "
        "or leave the column out.",
        "“{value}”既不是管户包编号，也不是客户经理的用户名。请改正，或不导入这一列。",
    ),
    "unknown_branch": (
        "No branch has the code “{value}”. Open the branch first, correct the code, or leave "
        "the column out.",
        "没有编号为“{value}”的机构。请先新建该机构、改正编号，或不导入这一列。",
    ),
    "row_too_short": (
        "The file has {expected} columns, this row {found}. Complete the row.",
        "这一行有 {found} 个单元格，而文件有 {expected} 列。请补全。",
    ),
    "row_too_long": (
        "The row has {found} cells where the file has {expected} columns. Put a cell that "
        "contains the separator between quotation marks.",
        "这一行有 {found} 个单元格，而文件有 {expected} 列。含分隔符的单元格请用引号括起来。",
    ),
    "cut_off": (
        "The file ends in the middle of this row ({found} of {expected} cells). Export it "
        "again.",
        "文件在这一行中断（{expected} 列中只有 {found} 列）。请重新导出。",
    ),
    "card_cut_off": (
        "The card that begins here has no end. Export the address book again.",
        "从这一行开始的名片没有结束标记。请重新导出通讯录。",
    ),
    "undecodable_card": (
        "“{value}” has characters that are not valid in the encoding of the card. Export the "
        "address book again as vCard 3.0 in UTF-8.",
        "“{value}”含有不符合名片编码的字符。请把通讯录重新导出为 UTF-8 编码的 vCard 3.0。",
    ),
    "open_quote": (
        "A quotation mark opens in this row and is never closed. Close it or remove it.",
        "这一行的引号没有闭合。请补上或删除引号。",
    ),
    "undecodable": (
        "The row has characters that are not valid in {encoding}. Save the file again as "
        "UTF-8.",
        "这一行含有不符合 {encoding} 编码的字符。请把文件另存为 UTF-8。",
    ),
    "nul_byte": (
        "The row has zero bytes, so part of it was overwritten. Export the file again.",
        "这一行含有空字节，内容可能已损坏。请重新导出文件。",
    ),
}

NOTICES: dict[str, tuple[str, str]] = {
    "header_of_two_lines": (
        "The header has two lines, which were read as one: {names}.",
        "表头占两行，已合并为一行读取：{names}。",
    ),
    "description_row": (
        "Line {line} explains the columns and was not read as data: {value}.",
        "第 {line} 行是对各列的说明，没有当作数据读取：{value}。",
    ),
    "numbers_damaged": (
        "Numbers in “{column}” have lost their last digits in a spreadsheet, such as {value}; "
        "rows refused for it: {count}. Export the file again with this column formatted as "
        "text.",
        "“{column}”中有 {count} 个编号被表格软件改写而丢失末几位，例如 {value}，这些行已拒绝。"
        "请把这一列设为文本格式后重新导出。",
    ),
    "two_digit_years": (
        "Dates in “{column}” have years of two digits: {value} was read as {read}.",
        "“{column}”的日期只有两位年份：{value} 被读作 {read}。",
    ),
    "day_first": (
        "Dates in “{column}” were read with the day first: {value} is {read}.",
        "“{column}”的日期按“日在前”读取：{value} 即 {read}。",
    ),
    "month_first": (
        "Dates in “{column}” were read with the month first: {value} is {read}.",
        "“{column}”的日期按“月在前”读取：{value} 即 {read}。",
    ),
    "day_month_unknown": (
        "Nothing in “{column}” tells day from month: {value} may be {one} or {other}. Those "
        "rows were refused. Say which comes first, or write the dates as 2026-01-31.",
        "“{column}”无法判断日、月的先后：{value} 可能是 {one}，也可能是 {other}，这些行已拒绝。"
        "请指明哪个在前，或把日期写成 2026-01-31 的形式。",
    ),
    "amounts_rounded": (
        "Amounts with more decimals than the currency were rounded half to even, each by "
        "itself: {count}.",
        "{count} 个金额的小数位多于币种允许的位数，已逐笔按“四舍六入五成双”取整。",
    ),
    "mostly_negative_purchases": (
        "Most rows marked as purchases are negative ({count} of {total}) and were taken for "
        "refunds. If this file writes spending as negative, leave the kind column unmapped "
        "and turn the sign before loading.",
        "标为消费的行大多为负数（{total} 行中有 {count} 行），已按退款处理。"
        "如果该文件用负数表示支出，请先转换正负号再导入。",
    ),
    "ids_end_in_zeros": (
        "Most long numbers in “{column}” end in 000: a spreadsheet has probably replaced their "
        "last digits. Compare some with the source system before you load the file.",
        "“{column}”中的长编号大多以 000 结尾，末几位可能已被表格软件改写。请先与源系统核对。",
    ),
}


@dataclass(frozen=True)
class Problem:
    """One thing wrong with one row: where, which value, why."""

    code: str
    column: str = ""
    value: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)

    def sentence(self, language: str = "en") -> str:
        return sentence(self.code, {**self.params, "value": self.value}, language)


@dataclass(frozen=True)
class Notice:
    """One thing to know about a file that is no reason to refuse a row."""

    code: str
    params: Mapping[str, Any] = field(default_factory=dict)

    def sentence(self, language: str = "en") -> str:
        return sentence(self.code, self.params, language)


def together(problems: Sequence[Problem], language: str = "en") -> str:
    """Say everything that is wrong with a row; of several mistakes each names its column."""
    said = [one.sentence(language) for one in problems]
    if len(said) > 1:
        colon = "：" if language.startswith("zh") else ": "
        named = zip(problems, said, strict=True)
        said = [f"{one.column}{colon}{words}" if one.column else words for one, words in named]
    return " ".join(said)


def sentence(code: str, params: Mapping[str, Any], language: str = "en") -> str:
    """Say a refusal or a notice in English, or in Chinese when the language begins with zh."""
    english, chinese = (REFUSALS | NOTICES)[code]
    chosen = chinese if language.startswith("zh") else english
    return chosen.format_map({name: _said(value, language) for name, value in params.items()})


def _said(value: Any, language: str) -> Any:  # Any: parameters are texts, counts or pairs
    if isinstance(value, Mapping):  # a text that differs by language
        return value["zh" if language.startswith("zh") else "en"]
    return value
