"""The kinds of salon to begin with; a company edits, adds and retires its own."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Shipped:
    """A kind as it comes."""

    code: str
    name: str
    name_en: str
    about: str
    about_en: str
    friends: int = 0  # whom a guest may bring along
    is_course: bool = False


KINDS = (
    Shipped(
        "referral", "转介绍沙龙", "Referral salon",
        "请满意的老客户带一两位朋友来，朋友当场认识客户经理",
        "Content customers bring a friend or two, who meet their manager",
        friends=2,
    ),
    Shipped(
        "private", "高端私享会", "Private evening",
        "十几位高端客户，一个他们关心的话题，不讲产品",
        "A dozen key customers, a topic that matters to them, no selling",
        friends=1,
    ),
    Shipped(
        "product", "新品说明会", "New product",
        "把新产品讲给适合的客户，讲清风险和费用",
        "A new product for those whom it suits, its risk and cost said plainly",
    ),
    Shipped(
        "service", "老客户服务沙龙", "Service for customers of long standing",
        "用得怎么样、还缺什么，当场答复",
        "How it has been, what is lacking, answered on the spot",
    ),
    Shipped(
        "open_day", "开放日", "Open day",
        "网点敞开门，路过的人也能坐下来",
        "The branch with its doors open, for whoever walks in",
        friends=2,
    ),
    Shipped(
        "launch", "发布会", "Launch",
        "一件新事第一次公开，先请老客户",
        "Something new is shown for the first time, to customers first",
    ),
    Shipped(
        "thanks", "答谢会", "Thank-you",
        "感谢一年的信任，不安排销售",
        "Thanks for a year of trust, nothing is sold",
        friends=1,
    ),
    Shipped(
        "panel", "客户座谈会", "Customer panel",
        "请客户说，我们听，会后答复每一条",
        "Customers speak, we listen, and answer every point afterwards",
    ),
    Shipped(
        "trade", "产品推介会", "Product promotion meeting",
        "请渠道客户看货谈量，附当场有效的团购条件或授信方案",
        "Channel customers see the goods; with a group offer or credit that holds on the day",
    ),
    Shipped(
        "course", "课程培训", "Course",
        "给客户的知识和技能，出席记为一项客户权益",
        "Knowledge for customers; having attended is kept as a benefit",
        is_course=True,
    ),
)  # fmt: skip
