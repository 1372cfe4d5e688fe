"""Columns that must never be stored: passwords, card codes, stripes, biometrics.

The class C3 of JR/T 0171: whoever has one of these is the customer. No mapping can take such
a column, and a file in which one is filled is not read at all, so that nothing of it lies in
this system; whoever brought it deletes the column and brings the file again.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

import pyarrow.compute as pc

from regulars.server.intake.reader.batches import Texts
from regulars.server.intake.reader.unreadable import Unreadable
from regulars.server.intake.reader.vocabulary import DASHES, NOTHING, yes_or_no

_NAMES = re.compile(
    r"密码|口令|暗码|passw(or)?d|passphrase|passcode|^pwd$|pwd(hash)?$|^pin$|pin码|pinblock|"
    r"^(atm|card|卡)pin|^pin(no|number)$|个人识别码|"
    r"cvv|cvc2?$|^cvn2?$|卡?安全码|卡片?验证码|卡片?校验码|信用卡背面|securitycode|"
    r"磁道|磁条|track[123]|magstripe|magneticstripe|stripedata|"
    r"卡片?有效期|信用卡有效期|cardexpir|cardexp|"
    r"验证码|动态码|otp(code)?$|密保|安全问题|securityanswer|secretanswer|"
    r"指纹|虹膜|人脸|脸部特征|面部特征|面容|声纹|掌纹|指静脉|掌静脉|生物特征|生物识别|"
    r"fingerprint|^iris|irisscan|(?<!r)face(template|feature|id$|data)|voiceprint|palmprint|biometric|"
    r"私钥|密钥|privatekey|secretkey"
)
# Says that there is one, when it was changed, or how often it was wrong: not the thing itself.
_ABOUT = re.compile(
    r"是否|有无|标志|标识|状态|次数|时间|日期|版本|提示|类型|方式|设置情况|"
    r"^(is|has)|flag|status|count|times|updated|changed|type$|hint"
)
_HARMLESS = re.compile(r"会员|储值|礼品|购物|积分|优惠|贵宾|发票|核销|券|vip|member|gift|loyal")
_EXPIRY = re.compile(r"有效期|expir|exp$")
_TRACK = re.compile(r"%?B\d{12,19}\^[^^]{2,26}\^\d{4}|;\d{12,19}=\d{4,}")


class ForbiddenData(Unreadable):
    """The file holds what lets somebody act as the customer."""


def is_forbidden(name: str) -> bool:
    """Say whether a column of this name must never be mapped."""
    folded = "".join(c for c in unicodedata.normalize("NFKC", name).casefold() if c.isalnum())
    if not _NAMES.search(folded) or _HARMLESS.search(folded):
        return False
    return bool(_EXPIRY.search(folded)) or not _ABOUT.search(folded)


def refuse_forbidden(file: str, header: Sequence[str], sample: Iterable[Sequence[str]]) -> None:
    """:raises ForbiddenData: when such a column is filled, or a cell is a magnetic stripe"""
    rows = [list(row) for row in sample]
    found = [
        name
        for place, name in enumerate(header)
        if any(
            _TRACK.search(cell) or (is_forbidden(name) and _is_filled(cell))
            for row in rows
            for cell in row[place : place + 1]
        )
    ]
    if found:
        raise ForbiddenData("forbidden", name=file, columns=", ".join(found))


def refuse_below(
    file: str, header: Sequence[str], columns: Sequence[Texts], words: Sequence[int]
) -> None:
    """Look through a batch: the columns that are forbidden by name, and those of free text.

    :raises ForbiddenData: when one of the first is filled, or one of the others has a stripe
    """
    named = [place for place, name in enumerate(header) if is_forbidden(name)]
    found = [place for place in named if any(map(_is_filled, columns[place].to_pylist()))]
    found += [
        place
        for place in words
        if pc.any(pc.match_substring_regex(columns[place], _TRACK.pattern)).as_py()
    ]
    if found:
        told = ", ".join(header[place] for place in found)
        raise ForbiddenData("forbidden_below", name=file, columns=told)


def _is_filled(cell: str) -> bool:
    said = cell.strip()
    if said.casefold() in NOTHING or said in DASHES or not said.strip("*•●xX"):
        return False
    return yes_or_no(said) is None or said in ("0", "1")
