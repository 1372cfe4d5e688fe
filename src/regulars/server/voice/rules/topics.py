"""What comments speak about, in Chinese and English: topics by words, and words that stand out.

Chinese is cut into words by jieba's dictionary (rjieba, which carries it), English by blanks.
A topic is a list of words that a company would recognise; a comment may have several. Whether
it is a complaint is told by its own score, and by words only where there is none.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

LATIN = re.compile(r"[a-z][a-z'-]+")
HAN = re.compile(r"[\u3400-\u9fff]+")
SHORTEST = 2  # letters of a Chinese word that stands out
FEWEST = 5  # comments below which no word stands out


@dataclass(frozen=True)
class Topic:
    """A subject of comments: its words in both languages.

    Chinese words are found wherever they stand, English ones as whole words only: "happy" is
    not of the app. `but` are longer Chinese words that hold one of them and mean another thing.
    """

    code: str
    zh: tuple[str, ...]
    en: tuple[str, ...]
    but: tuple[str, ...] = ()


TOPICS: tuple[Topic, ...] = (
    Topic(
        "waiting",
        ("排队", "等待", "等候", "久等", "等了", "叫号", "人多", "窗口少", "太久"),
        ("queue", "queues", "wait", "waited", "waiting", "line"),
    ),
    Topic(
        "attitude",
        ("态度", "热情", "耐心", "冷淡", "不耐烦", "微笑", "礼貌", "亲切", "敷衍"),
        ("attitude", "polite", "rude", "friendly", "patient", "kind", "cold"),
    ),
    Topic(
        "competence",
        ("专业", "懂", "讲解", "解释", "不清楚", "业务不熟", "熟练", "建议"),
        ("professional", "knowledge", "explained", "explain", "advice", "competent"),
    ),
    Topic(
        "app",
        ("手机银行", "网银", "小程序", "闪退", "登录", "卡顿", "转账失败", "界面"),
        ("app", "login", "mobile", "website", "online", "crash", "crashes"),
    ),
    Topic(
        "fees",
        ("手续费", "收费", "费用", "利率", "利息", "贵", "价格", "便宜", "优惠"),
        ("fee", "fees", "price", "prices", "rate", "rates", "expensive", "cheap"),
        (
            "贵宾",
            "贵行",
            "贵公司",
            "贵方",
            "贵店",
            "宝贵",
            "珍贵",
            "尊贵",
            "名贵",
            "贵重",
            "优惠券",
        ),
    ),
    Topic(
        "products",
        ("产品", "理财", "存款", "贷款", "品种", "收益", "质量", "商品", "缺货"),
        ("product", "products", "deposit", "loan", "quality", "choice", "stock"),
    ),
    Topic(
        "process",
        ("手续", "流程", "材料", "麻烦", "复杂", "跑了", "来回", "方便", "快捷", "效率"),
        ("process", "paperwork", "papers", "complicated", "easy", "quick", "slow", "fast"),
        ("手续费",),
    ),
    Topic(
        "contact",
        ("电话", "联系", "回复", "短信", "打扰", "推销", "通知", "没人接", "回电"),
        ("call", "called", "calls", "reply", "contact", "answer", "message", "messages"),
    ),
    Topic(
        "premises",
        ("环境", "大厅", "网点", "停车", "装修", "空调", "卫生", "位置", "座位"),
        ("branch", "parking", "clean", "location", "place", "seats", "store"),
    ),
    Topic(
        "gifts",
        ("积分", "礼品", "礼物", "活动", "生日", "优惠券", "权益", "贵宾"),
        ("points", "gift", "gifts", "event", "birthday", "coupon", "privilege"),
    ),
)
BAD = (
    *("差", "慢", "太久", "失望", "不满", "麻烦", "冷淡", "敷衍", "不耐烦", "贵", "闪退"),
    *("失败", "没人", "投诉", "糟糕", "生气", "不好", "不方便", "不清楚", "复杂", "卡顿"),
    *("bad", "slow", "rude", "poor", "terrible", "disappointed", "disappointing"),
    *("expensive", "complicated", "crash", "crashes", "never", "worst", "angry", "long"),
)
GOOD = (
    *("满意", "好", "热情", "耐心", "专业", "方便", "快捷", "感谢", "谢谢", "优秀", "放心"),
    *("亲切", "周到", "及时", "清楚", "舒适", "推荐", "棒", "不错"),
    *("good", "great", "friendly", "helpful", "thanks", "excellent", "easy", "quick"),
    *("kind", "patient", "professional", "clear", "happy", "love", "best"),
)
NOT = ("不", "没", "没有", "不太", "not", "no", "never", "didn't", "wasn't", "isn't")
# What carries no subject of its own.
STOP = frozenset((
    "的", "了", "是", "我", "你", "他", "她", "我们", "你们", "他们", "这", "那",
    "这个", "那个", "也", "都", "就", "还", "很", "太", "更", "又", "再", "和",
    "与", "或", "在", "有", "没有", "不", "没", "要", "会", "能", "可以", "可能",
    "因为", "所以", "但是", "但", "而且", "如果", "一个", "一次", "一些", "什么",
    "怎么", "觉得", "感觉", "希望", "应该", "已经", "现在", "时候", "每次", "总是",
    "非常", "比较", "一直", "一点", "有点", "起来", "出来", "过来", "the", "and",
    "was", "were", "with", "for", "that", "this", "they", "them", "you", "your",
    "our", "are", "not", "but", "have", "has", "had", "very", "just", "from",
    "when", "what", "would", "could", "should", "will", "can", "too", "all", "out",
    "get", "got", "did", "does", "it's", "its", "his", "her", "she", "him",
))  # fmt: skip


def fold(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def words(text: str) -> list[str]:
    """The words of a text in either language, folded, in their order."""
    plain = fold(text)
    found: list[tuple[int, str]] = [(m.start(), m.group()) for m in LATIN.finditer(plain)]
    for run in HAN.finditer(plain):
        at = run.start()
        for word in _cutter().cut(run.group()):
            found.append((at, word))
            at += len(word)
    return [word for _, word in sorted(found)]


def topics(text: str) -> list[str]:
    """The codes of the topics that a comment speaks of, in the order of the list."""
    plain, known = fold(text), set(words(text))
    return [topic.code for topic in TOPICS if known & set(topic.en) or _speaks(topic, plain)]


def _speaks(topic: Topic, plain: str) -> bool:
    """Whether a Chinese word of the topic stands in a text, and not within a longer one."""
    for word in topic.but:
        plain = plain.replace(word, " ")
    return any(word in plain for word in topic.zh)


def is_negative(text: str) -> bool:
    """Whether a comment without a score sounds like a complaint: more bad words than good.

    A word after a negation counts for the other side: "not helpful", "不满意".
    """
    balance = 0
    before = ""
    for word in words(text):
        weight = (word in GOOD) - (word in BAD)
        if not weight and word[:1] == "不" and word[1:] in GOOD:
            weight = -1
        balance += -weight if before in NOT else weight
        before = word
    return balance < 0


def standing_out(texts: Sequence[str], negative: Sequence[bool], most: int = 12) -> list[str]:
    """Words of complaints that the other comments use less, the most telling first.

    By the mean tf-idf weight among complaints less that among the rest.
    """
    if sum(negative) < FEWEST:
        return []
    from sklearn.feature_extraction.text import TfidfVectorizer  # it takes a second to load

    reader = TfidfVectorizer(tokenizer=_telling, token_pattern=None, lowercase=False, min_df=2)
    try:
        weights: Any = reader.fit_transform(texts)  # scipy's matrix, which has no types
    except ValueError:  # no word came twice
        return []
    bad = [n for n, yes in enumerate(negative) if yes]
    rest = [n for n, yes in enumerate(negative) if not yes]
    telling = weights[bad].mean(axis=0).A1
    if rest:
        telling = telling - weights[rest].mean(axis=0).A1
    names: Sequence[str] = reader.get_feature_names_out()
    ranked = sorted(zip(telling, names, strict=True), key=lambda each: (-each[0], each[1]))
    return [str(name) for weight, name in ranked[:most] if weight > 0]


def _telling(text: str) -> list[str]:
    return [
        word
        for word in words(text)
        if word not in STOP and (len(word) >= SHORTEST if HAN.match(word) else len(word) > 2)
    ]


@dataclass(frozen=True)
class Tally:
    """One topic in some comments."""

    code: str
    count: int
    negative: int


def tally(told: Iterable[tuple[Sequence[str], bool]]) -> list[Tally]:
    """Comments and complaints by topic, the most complaints first."""
    counts: dict[str, list[int]] = {topic.code: [0, 0] for topic in TOPICS}
    for codes, bad in told:
        for code in codes:
            if code in counts:
                counts[code][0] += 1
                counts[code][1] += bad
    found = [Tally(code, *numbers) for code, numbers in counts.items() if numbers[0]]
    return sorted(found, key=lambda each: (-each.negative, -each.count, each.code))


@cache
def _cutter() -> Any:
    """jieba with its own dictionary; it is loaded when the first comment is read."""
    import rjieba

    return rjieba


TOPIC_CODES: Mapping[str, Topic] = {topic.code: topic for topic in TOPICS}
