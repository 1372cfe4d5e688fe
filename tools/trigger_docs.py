"""Writes the page of triggers, in both languages, from the catalogue itself.

A page of a hundred reasons written by hand would soon lie. What a detection looks at is
told from its data; only what SQL or a ledger's own reader decides is worded here.
`--check` changes nothing and exits 1 when a page is out of date.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from tools.trigger_words import EVENTS, PACKS, PAGE, WORDED, Both

from regulars.server.care.rules.catalogue import TRIGGERS, Trigger
from regulars.server.care.rules.detectors import (
    After,
    Before,
    Detector,
    Either,
    Entered,
    Event,
    Every,
    Figure,
    File,
    Holding,
    Measured,
    Register,
    Silence,
    Source,
    Terms,
    Turned,
    Yearly,
)
from regulars.server.care.rules.live import is_live
from regulars.server.care.rules.shape import Pack

ROOT = Path(__file__).resolve().parents[1]
LANGUAGES = ("en", "zh")
EN, ZH = 0, 1
PERIODS = {"month": "月", "quarter": "季", "year": "年"}
DESKS = {
    "rm": ("RM", "客户经理"),
    "manager": ("branch manager", "网点负责人"),
    "leader": ("leader", "领导"),
    "service": ("service desk", "远程与运营"),
}
CHANNELS = {
    "call": ("call", "电话"),
    "wecom": ("WeCom", "企业微信"),
    "sms": ("SMS", "短信"),
    "email": ("e-mail", "邮件"),
    "visit": ("visit", "拜访"),
    "app": ("app", "手机应用"),
    "branch": ("branch visit", "到店"),
}
# What is no event: transactions, and contacts of our own.
NO_EVENTS = ("transaction", "purchase", "contact")
CLASSES = (
    *(("1 promise", "1 承诺"), ("2 loss", "2 流失")),
    *(("3 maturity", "3 到期"), ("4 growth", "4 增长"), ("5 care", "5 关怀")),
)


def page(language: str) -> str:
    """Write the whole page in one language."""
    of = LANGUAGES.index(language)
    parts = [f"# {PAGE['title'][of]}", PAGE["intro"][of]]
    for pack in Pack:
        found = [trigger for trigger in TRIGGERS.values() if trigger.pack == pack]
        if found:
            parts.append(f"## {PACKS[pack][of]} (`{pack}`)")
            parts.append("\n".join([PAGE["head"][of], *(_row(each, of) for each in found)]))
    parts += [f"## {PAGE['events'][of]}", PAGE["sending"][of], _events(of)]
    return "\n\n".join(parts) + "\n"


def path(language: str) -> Path:
    return ROOT / "docs" / language / "reference/triggers.md"


def kinds() -> dict[str, list[str]]:
    """Kinds of events that the catalogue reads, and the triggers that do."""
    found: dict[str, list[str]] = {}
    for trigger in TRIGGERS.values():
        for kind in _kinds(trigger):
            found.setdefault(kind, []).append(trigger.code)
    return dict(sorted(found.items()))


def _kinds(trigger: Trigger) -> list[str]:
    detect = trigger.detect
    parts = detect.parts if isinstance(detect, Either) else (detect,)
    found: dict[str, None] = {}
    for part in parts:
        found |= dict.fromkeys(_kinds_of(part))
    return [kind for kind in found if kind not in NO_EVENTS]


def _kinds_of(detect: Detector) -> list[str]:
    source = detect.source if isinstance(detect, Before | After | Yearly) else None
    found = list(source.kinds) if isinstance(source, Event) else []
    if isinstance(detect, Before | After):
        found += detect.unless
    if isinstance(detect, Silence):
        found += detect.of
    return found


def _row(trigger: Trigger, of: int) -> str:
    number = str(trigger.deadline) + _at_once(trigger, of)
    channels = (", ", "、")[of].join(CHANNELS[code][of] for code in trigger.channels)
    kind = (("service", "服务"), ("marketing", "营销"))[trigger.marketing][of]
    cells = (
        f"`{trigger.code}`", trigger.name.zh if of else trigger.name.en, when(trigger, of),
        DESKS[trigger.desk][of], number, channels, kind, CLASSES[trigger.priority - 1][of],
        str(trigger.minutes), f"{trigger.chance:g}", trigger.source,
    )  # fmt: skip
    return f"| {' | '.join(cells)} |"


def _at_once(trigger: Trigger, of: int) -> str:
    """That it does not wait for the morning."""
    if not is_live(trigger):
        return ""
    if trigger.wait:
        return (f", after {trigger.wait} min", f"，{trigger.wait} 分钟后")[of]
    return (", at once", "，即时")[of]


def when(trigger: Trigger, of: int) -> str:
    """What makes a trigger speak."""
    if trigger.code in WORDED:
        return WORDED[trigger.code][of]
    return _found(trigger.code, trigger.detect, of)


def _found(code: str, detect: Detector, of: int) -> str:
    match detect:
        case Either(parts=parts):
            return ("; or ", "；或")[of].join(_found(code, part, of) for part in parts)
        case Before():
            return _before(detect, of)
        case After():
            return _after(detect, of)
        case Silence():
            days = _numbers(detect.days, of)
            what = _codes(detect.of, of)
            return (f"{days} days without {what}", f"{days} 天没有 {what}")[of]
        case Turned():
            up = detect.direction == "up"
            return (
                f"the tier is {'better' if up else 'worse'} than in the tier run before",
                f"等级比上一次定级{'高' if up else '低'}",
            )[of]
        case Yearly():
            ahead = (
                (f", from {detect.ahead} days before it", f"，提前 {detect.ahead} 天起")[of]
                if detect.ahead
                else ""
            )
            return (
                f"each year{ahead}: {_source(detect.source, of)}",
                f"每年{ahead}：{_source(detect.source, of)}",
            )[of]
        case Every():
            return _every(detect, of)
        case Entered():
            return ("came into a segment", "进入一个客群")[of]
        case Measured() | Register():
            raise KeyError(f"Say in tools/trigger_words.py what makes {code} speak.")


def _before(detect: Before, of: int) -> str:
    ahead = _numbers([n for n in detect.stages if n > 0], of)
    behind = _numbers([-n for n in detect.stages if n < 0], of)
    source = _source(detect.source, of)
    said = (f"{ahead} days before: {source}", f"提前 {ahead} 天：{source}")[of]
    if behind:
        said += (
            f"; {behind} days after, while it lies idle",
            f"；到期后 {behind} 天资金仍闲置",
        )[of]
    if detect.newest:
        said += ("; a later date replaces it", "；以最新日期为准")[of]
    if detect.renewed:
        said += ("; unless another follows it", "；已有后续的则不提醒")[of]
    return said + _unless(detect.unless, of)


def _after(detect: After, of: int) -> str:
    said = source = _source(detect.source, of)
    if detect.steps != (0,):
        steps = _numbers(detect.steps, of)
        before = (" (below 0: before)", "（负数为之前）")[of] if min(detect.steps) < 0 else ""
        said = (f"day {steps} after{before}: {source}", f"第 {steps} 天{before}：{source}")[of]
    if detect.once:
        said += (f"; once a {detect.once}", f"；每{PERIODS[detect.once]}一次")[of]
    return said + _unless(detect.unless, of)


def _unless(kinds_: Sequence[str], of: int) -> str:
    if not kinds_:
        return ""
    return (f"; unless {_codes(kinds_, of)}", f"；已有 {_codes(kinds_, of)} 则不提醒")[of]


def _source(source: Source, of: int) -> str:
    match source:
        case Event(kinds=kinds_, where=where):
            said = (f"event {_codes(kinds_, of)}", f"事件 {_codes(kinds_, of)}")[of]
            return said + ((f" where `{where}`", f"，条件 `{where}`")[of] if where else "")
        case Holding(kinds=kinds_, date=date, category=category, longer=longer):
            known: dict[str, Both] = {
                "matures_on": ("matures", "到期"),
                "opened_on": ("begins", "开立"),
                "closed_on": ("ends", "结清"),
            }
            of_ = (
                (f" and category `{category}`", f"（类别 `{category}`）")[of]
                if category
                else ""
            )
            of_ += (
                (f" of more than {longer} days", f"（长于 {longer} 天）")[of] if longer else ""
            )
            return (
                f"a holding of kind {_codes(kinds_, of)}{of_} {known[date][0]}",
                f"{_codes(kinds_, of)}{of_} 类持有{known[date][1]}",
            )[of]
        case File(column="child", years=years):
            return (f"a child on file turns {years}", f"在册子女满 {years} 岁")[of]
        case File(column=column, years=years) if years:
            return (
                f"{years} years after `{column}` of the file",
                f"档案 `{column}` 满 {years} 年",
            )[of]
        case File(column=column):
            return (f"`{column}` of the customer's file", f"客户档案的 `{column}`")[of]
        case Terms():
            return (
                "terms agreed with an organisation end and nothing follows",
                "与机构约定的条款到期且没有后续",
            )[of]
        case Figure(column=column):
            return (f"`{column}` of the scores", f"评分中的 `{column}`")[of]


def _every(detect: Every, of: int) -> str:
    periods = {"month": ("month", "月"), "quarter": ("quarter", "季"), "year": ("year", "年")}
    levels = _numbers(detect.levels, of)
    period = periods[detect.period][of]
    end = ("its end", "期末")[of]
    if detect.date != (0, 0):
        end = (f"{detect.date[0]}-{detect.date[1]}", "{} 月 {} 日".format(*detect.date))[of]
    if detect.day:
        end = (f"the {detect.day}th", f"{detect.day} 日")[of]
    said = (
        f"each {period}, from {detect.begins} days before {end}, tiers of level {levels}",
        f"每{period}，{end}前 {detect.begins} 天起，等级 {levels}",
    )[of]
    if detect.kind == "organization":
        said += ("; organisations", "；机构客户")[of]
    if detect.unless:
        names = (" or ", "或")[of].join(CHANNELS[code][of] for code in detect.unless)
        said += (f"; unless a {names} answered in it", f"；期内已有{names}则不提醒")[of]
    if detect.holds:
        kinds_ = _codes(detect.holds, of)
        said += (f"; who holds {kinds_}", f"；持有 {kinds_} 的客户")[of]
    return said


def _numbers(values: Sequence[int], of: int) -> str:
    return (", ", "、")[of].join(str(value) for value in values)


def _codes(values: Sequence[str], of: int) -> str:
    return (", ", "、")[of].join(f"`{value}`" for value in values)


def _events(of: int) -> str:
    lines = [PAGE["events_head"][of]]
    for kind, triggers in kinds().items():
        lines.append(f"| `{kind}` | {EVENTS[kind][of]} | {_codes(triggers, of)} |")
    return "\n".join(lines)


def main() -> int:
    stale = [
        language
        for language in LANGUAGES
        if not path(language).exists() or path(language).read_text("utf-8") != page(language)
    ]
    for language in stale:
        if "--check" in sys.argv:
            print(
                f"{path(language).relative_to(ROOT)} is out of date: "
                "python -m tools.trigger_docs"
            )
            continue
        path(language).write_text(page(language), "utf-8")
    return int(bool(stale) and "--check" in sys.argv)


if __name__ == "__main__":
    sys.exit(main())
