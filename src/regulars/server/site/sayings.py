"""What customers of the demo say, by cause and by score; every word is invented."""

from __future__ import annotations

WAITING, ATTITUDE, ONLINE, FEES = "waiting", "attitude", "online", "fees"
CAUSES = {
    WAITING: ("排队时间长", "Long queues"),
    ATTITUDE: ("服务态度", "Attitude"),
    ONLINE: ("手机端不好用", "The app"),
    FEES: ("收费与价格", "Fees and prices"),
}
LOW = {
    WAITING: (
        "排队太久了，上午等了五十分钟才轮到我。",
        "窗口只开一个，后面排了十几个人，没有人管。",
        "每次来都要等，叫号机也经常坏。",
    ),
    ATTITUDE: (
        "问了两次都说不知道，态度很敷衍。",
        "柜台小姑娘不耐烦，话没说完就叫下一位。",
    ),
    ONLINE: ("手机上老是闪退，转账失败三次。", "登录一次要验证四遍，太麻烦。"),
    FEES: ("收费没有提前说清楚，扣了才知道。", "价格比别家贵，老客户也没有优惠。"),
}
DONE = {
    WAITING: "当面致歉，留了预约号，下次来直接到贵宾窗口。",
    ATTITUDE: "经理上门致歉，当班员工重新培训。",
    ONLINE: "帮客户重装并逐项设置好，留了专人电话。",
    FEES: "逐笔解释收费，符合减免条件的已退回。",
}
MIDDLE = (
    "还可以吧，没什么特别的。",
    "服务正常，希望活动再多一点。",
    "",
    "",
    "一般，和别家差不多。",
)
HIGH = (
    "客户经理很专业，讲得清楚，从不硬推产品。",
    "每次来都有人打招呼，很亲切，办事也快捷。",
    "孩子上学的事帮了大忙，非常感谢！",
    "环境舒适，老人来了有人扶，放心。",
    "",
    "",
)
WRITTEN = (
    (5, "网点环境不错，停车方便，工作人员热情。"),
    (1, "中午只有一个窗口，排队四十分钟，太久了！"),
    (4, "贵宾客户有专人接待，礼品也用心。"),
    (2, "打电话三次没人接，留言也没有回复。"),
    (5, "Staff were friendly and explained every fee clearly."),
    (1, "The app crashes at login, and nobody could help me."),
    (3, "位置好找，就是停车位太少。"),
    (5, "办理业务很快，大堂经理耐心讲解。"),
    (2, "手续太复杂，材料跑了三趟才办好。"),
    (4, "积分活动多，换的礼品质量也可以。"),
)
