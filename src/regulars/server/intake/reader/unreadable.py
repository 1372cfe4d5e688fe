"""Why a whole file cannot be read: one sentence in zh and en, what happened and what to do.

Rows that are refused have their reasons in `reasons`; these end the reading. The class is
what programs and pages tell apart, the sentence is for the person who brought the file.
"""

from __future__ import annotations

from typing import Any

from regulars.base.errors import BadInput

SENTENCES: dict[str, tuple[str, str]] = {
    "no_file": (
        "“{name}” cannot be read ({reason}). Check the path.",
        "无法读取“{name}”（{reason}）。请检查路径。",
    ),
    "empty": ("“{name}” is empty. Choose another file.", "“{name}”是空文件。请另选文件。"),
    "no_rows": (
        "“{name}” has no rows. Choose another file.",
        "“{name}”没有任何数据行。请另选文件。",
    ),
    "no_table_in_sheets": (
        "No sheet of “{name}” has a table in it. Choose another file.",
        "“{name}”的各工作表中都没有表格。请另选文件。",
    ),
    "web_page": (
        "“{name}” is a web page, whatever its name says. Open it in a spreadsheet and save it "
        "as XLSX or CSV.",
        "“{name}”的内容其实是网页。请用表格软件打开，另存为 XLSX 或 CSV。",
    ),
    "xml_table": (
        "“{name}” is XML, whatever its name says. Open it in a spreadsheet and save it as XLSX "
        "or CSV.",
        "“{name}”的内容其实是 XML。请用表格软件打开，另存为 XLSX 或 CSV。",
    ),
    "packed": (
        "“{name}” is a packed archive. Unpack it and bring the file that is in it.",
        "“{name}”是压缩包。请先解压，再导入其中的文件。",
    ),
    "no_table": (
        "“{name}” is no table. Export it as CSV, TSV, XLSX, XLS, ODS, Parquet or vCard.",
        "“{name}”不是表格。请导出为 CSV、TSV、XLSX、XLS、ODS、Parquet 或 vCard。",
    ),
    "too_many_columns": (
        "“{name}” seems to have {columns} columns; at most {most} can be read. Check the "
        "separator, or delete the columns that are not needed.",
        "“{name}”似乎有 {columns} 列，最多只能读取 {most} 列。请检查分隔符，或删去不需要的列。",
    ),
    "no_sheet": (
        "The workbook has no sheet “{sheet}”; it has {sheets}. Choose one.",
        "工作簿中没有工作表“{sheet}”，只有：{sheets}。请选择其中之一。",
    ),
    "protected": (
        "“{name}” is protected by a password. Remove the password and load it again.",
        "“{name}”有密码保护。请取消密码后重新导入。",
    ),
    "damaged_workbook": (
        "“{name}” is no workbook this system can read ({reason}). Open it, save it again as "
        "XLSX or CSV, and load that file.",
        "“{name}”不是可读取的工作簿（{reason}）。请打开后另存为 XLSX 或 CSV，再导入。",
    ),
    "damaged_sheet": (
        "The sheet “{sheet}” cannot be read ({reason}). Open the workbook, save it again as "
        "XLSX or CSV, and load that file.",
        "工作表“{sheet}”无法读取（{reason}）。请打开工作簿，另存为 XLSX 或 CSV 后再导入。",
    ),
    "far_cells": (
        "The sheet spans {span:,} cells but fills only {filled:,} of them. Delete the empty "
        "rows and columns around the table, or save the table as CSV.",
        "工作表跨越 {span:,} 个单元格，却只填写了 {filled:,} 个。请删除表格周围的空行和空列，"
        "或另存为 CSV。",
    ),
    "damaged_parquet": (
        "“{name}” cannot be read as Parquet ({reason}). Write it again, or export CSV.",
        "“{name}”无法按 Parquet 读取（{reason}）。请重新生成，或导出为 CSV。",
    ),
    "no_encoding": (
        "There is no encoding “{encoding}”. Use utf-8, gb18030 or utf-16, or leave it out.",
        "没有名为“{encoding}”的编码。请使用 utf-8、gb18030 或 utf-16，或不指定。",
    ),
    "endless_line": (
        "A line is longer than {most} MB, so this is no table of rows. Export the file again "
        "as CSV or XLSX.",
        "有一行超过 {most} MB，这不是按行排列的表格。请重新导出为 CSV 或 XLSX。",
    ),
    "open_quotes": (
        "More than {most} rows open a quotation mark and never close it. Export the file again "
        "with its cells quoted, or with another separator.",
        "超过 {most} 行的引号没有闭合。请给单元格加上引号，或换用其他分隔符后重新导出。",
    ),
    "forbidden": (
        "“{name}” holds what must never be stored (passwords, card codes, magnetic stripes, "
        "biometrics): {columns}. Delete these columns and bring the file again; nothing of it "
        "was kept.",
        "“{name}”含有不得留存的信息（密码、卡片验证码、磁道、生物特征等）：{columns}。"
        "请删除这些列后重新导入；本次内容未留存。",
    ),
    "forbidden_below": (
        "“{name}” holds further down what must never be stored (passwords, card codes, "
        "magnetic stripes, biometrics): {columns}. Nothing was loaded and the file was deleted "
        "here. Delete these columns and bring it again.",
        "“{name}”的后面部分含有不得留存的信息（密码、卡片验证码、磁道、生物特征等）：{columns}。"
        "未导入任何内容，此处的文件已删除。请删除这些列后重新导入。",
    ),
    "incomplete": (
        "{what}, which {kind} need. Columns not used: {left}. Name the column with --map "
        "{field}=COLUMN.",
        "文件缺少{what}，而导入{kind}必须有。尚未使用的列：{left}。请指定对应的列"
        "（命令行用 --map {field}=列名）。",
    ),
    "too_big": (
        "“{name}” needs more memory than reading one file may take ({memory}). Split it, or "
        "save the table as CSV, which needs little memory whatever its length.",
        "读取“{name}”所需的内存超过上限（{memory}）。请拆分文件，或另存为 CSV："
        "CSV 无论多长都只需很少的内存。",
    ),
    "too_slow": (
        "Reading “{name}” took longer than {seconds} seconds and was stopped. Split it, or "
        "save the table as CSV.",
        "读取“{name}”超过 {seconds} 秒，已停止。请拆分文件，或另存为 CSV。",
    ),
    "stopped": (
        "“{name}” could not be read: the program that reads it stopped ({reason}). Open the "
        "file, save it again as CSV, and load that.",
        "无法读取“{name}”：读取程序中途停止（{reason}）。请打开文件，另存为 CSV 后再导入。",
    ),
    "disk_full": (
        "What “{name}” holds does not fit on the disk, or is larger than one file may be "
        "({reason}). Free some space, or split the file.",
        "“{name}”的内容超出磁盘空间或单个文件的上限（{reason}）。请清理磁盘，或拆分文件。",
    ),
}


class Unreadable(BadInput):
    """A file that cannot be read as a whole; `sentence(language)` says why."""

    def __init__(self, code: str, **params: Any) -> None:  # Any: texts and counts
        self.code, self.params = code, params
        super().__init__(self.sentence())

    def sentence(self, language: str = "en") -> str:
        english, chinese = SENTENCES[self.code]
        zh = language.startswith("zh")
        told = {
            name: value["zh" if zh else "en"] if isinstance(value, dict) else value
            for name, value in self.params.items()
        }
        return (chinese if zh else english).format_map(told)


class TooBig(Unreadable):
    """Reading the file would take more memory than one file may."""


class TooSlow(Unreadable):
    """Reading the file took longer than one file may."""


class ReaderStopped(Unreadable):
    """The process that read the file died at it."""


class DiskFull(Unreadable):
    """What the file holds could not be written down."""
