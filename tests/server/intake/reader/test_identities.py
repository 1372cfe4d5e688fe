"""Numbers of identity papers and of phones; what must never come in."""

import pytest

from regulars.server.intake import reader
from regulars.server.intake.reader.cells import Fault
from regulars.server.intake.reader.forbidden import ForbiddenData, is_forbidden
from regulars.server.intake.reader.idnumbers import clean_identity
from regulars.server.intake.reader.phones import clean_phone, world_number

KEY = b"a key of this home"


@pytest.mark.parametrize(
    ("cell", "kept"),
    [
        ("11010519491231002X", "11010519491231002X"),  # the example of GB 11643
        ("１１０１０５１９４９１２３１００２ｘ", "11010519491231002X"),
        ("110105 19491231 002X", "11010519491231002X"),
        ("110105491231002", "11010519491231002X"),  # a card of before 2000
        ("91350100M000100Y43", "91350100M000100Y43"),
        ("E12345678", "E12345678"),  # a passport
        ("H1234567(8)", "H1234567(8)"),
        ("110105********002X", "110105********002X"),
    ],
)
def test_numbers_of_identity_papers(cell, kept):
    assert clean_identity(cell) == kept


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("110105194912310021", "id_check_digit"),
        ("110105194912310000", "id_check_digit"),  # what a spreadsheet makes of it
        ("91350100M000100Y44", "id_check_digit"),
        ("999999999999999999", "id_check_digit"),
        ("1.10105E+17", "damaged_number"),
        ("没带", "not_an_id"),
    ],
)
def test_what_is_no_number_of_an_identity_paper(cell, code):
    found = clean_identity(cell)

    assert isinstance(found, Fault)
    assert found.code == code


def test_only_the_tail_and_a_hash_under_the_homes_key_are_kept(load, settings):
    from regulars.server.core.secrecy import keyed_hash

    table = (
        "客户号,证件号码\nA,11010519491231002X\nB,110105491231002\nC,110105********002X\nD,\n"
    )
    key = settings.HOME.secret("hashes").encode()

    verdict = load(table, "customers", id_key=key)

    first, second, masked, none = verdict.rows
    assert first["id_number"] is None
    assert first["id_tail"] == masked["id_tail"] == "002X"
    assert first["id_hash"] == keyed_hash("11010519491231002x", purpose="id")
    assert second["id_hash"] == first["id_hash"]  # one holder, an old and a new card
    assert masked["id_hash"] is None
    assert none["id_tail"] is None


def test_without_a_key_there_is_no_hash(load):
    (row,) = load("客户号,证件号码\nA,11010519491231002X\n", "customers").rows

    assert (row["id_number"], row["id_tail"]) == ("11010519491231002X", "002X")
    assert row["id_hash"] is None


def test_ids_that_a_spreadsheet_damaged_are_told_for_the_whole_column(load):
    rows = "".join(f"C{n},1.10101E+17\n" for n in range(7))

    verdict = load("客户号,身份证号\n" + rows + "D,11010519491231002X\n", "customers")

    (notice,) = verdict.result.notices
    assert notice.code == "numbers_damaged"
    assert "Numbers in “身份证号” have lost their last digits" in notice.sentence()
    assert "rows refused for it: 7." in notice.sentence()
    assert "请把这一列设为文本格式后重新导出" in notice.sentence("zh")
    assert verdict.result.refused_by == {"damaged_number": 7}


@pytest.mark.parametrize(
    ("cell", "kept", "world"),
    [
        ("138 0013 8000", "13800138000", "+8613800138000"),
        ("１３８００１３８０００", "13800138000", "+8613800138000"),
        ("+86-138-0013-8000", "+8613800138000", "+8613800138000"),
        ("008613800138000", "008613800138000", "+8613800138000"),
        ("(0571) 8888 8888", "057188888888", "+8657188888888"),
        ("0571-88888888转801", "057188888888x801", "+8657188888888;ext=801"),
        ("0571-88888888 分机 801", "057188888888x801", "+8657188888888;ext=801"),
        ("+44 20 7946 0958 ext. 12", "+442079460958x12", "+442079460958;ext=12"),
        ("95588", "95588", None),
        ("12345678901234", "12345678901234", None),
    ],
)
def test_phones_are_kept_as_they_are_dialled_here_and_everywhere(load, cell, kept, world):
    (row,) = load(f"客户号,手机\nA,{cell}\n", "customers").rows

    assert clean_phone(cell) == kept
    assert (row["phone"], row["phone_e164"]) == (kept, world)
    assert world_number(kept) == world


@pytest.mark.parametrize("word", ["-", "—", "/", "无", "NULL", "N/A", "na", "（空）"])
def test_a_word_for_nothing_is_nothing(load, word):
    (row,) = load(
        f"客户号,手机,邮箱,性别,短信同意,证件号码,地址\nA,{word},{word},{word},{word},{word},{word}\n",
        "customers",
    ).rows

    assert {row[name] for name in ("phone", "email", "gender", "id_number", "address")} == {
        None
    }


@pytest.mark.parametrize("cell", ["90 天", "90天", "90", "90.0", "９０ 日", "90 days"])
def test_the_word_for_the_unit_behind_a_number_does_no_harm(load, cell):
    (row,) = load(f"产品代码,名称,期限\nD1,定存,{cell}\n", "products").rows

    assert row["term_days"] == 90


@pytest.mark.parametrize(
    "name",
    [
        "密码", "交易密码", "登录口令", "Password", "pwd", "PIN", "pin_block", "CVV2", "cvc",
        "卡安全码", "二磁道", "Track 2", "卡有效期", "card_expiry_date", "短信验证码", "OTP",
        "指纹", "人脸特征", "face_template", "声纹", "biometric_id", "security answer",
    ],
)  # fmt: skip
def test_credentials_and_biometrics_are_known_by_name(name):
    assert is_forbidden(name)


@pytest.mark.parametrize(
    "name",
    [
        "shipping", "opinion", "合同有效期", "会员卡有效期", "是否设置密码",
        "password_changed_at",
        "人脸识别标志", "interface_id", "发票校验码", "密码错误次数", "工号", "备注",
    ],
)  # fmt: skip
def test_harmless_columns_are_not_taken_for_credentials(name):
    assert not is_forbidden(name)


def test_a_file_with_passwords_is_refused_as_a_whole_and_says_which_columns(load):
    with pytest.raises(ForbiddenData) as refused:
        load("客户号,姓名,取款密码,CVV\nA,李,123456,777\n", "customers")

    assert "取款密码, CVV" in str(refused.value)
    assert "请删除这些列后重新导入" in refused.value.sentence("zh")


def test_a_magnetic_stripe_is_known_by_its_look(load):
    with pytest.raises(ForbiddenData, match="备注"):
        load("客户号,备注\nA,;6222020000000000001=49121010000000000000?\n", "customers")


@pytest.mark.parametrize(
    ("name", "cell"),
    [("CVV", "123"), ("备注", "%B6222020000000000001^LI/MEI^4912101000000000?")],
)
def test_what_stands_far_below_is_found_too(load, name, cell):
    rows = "".join(f"C{n},李,\n" for n in range(500))

    with pytest.raises(ForbiddenData, match="further down"):
        load(f"客户号,姓名,{name}\n{rows}D,王,{cell}\n", "customers")


def test_an_empty_column_of_that_name_does_no_harm_but_is_never_mapped(load):
    verdict = load("客户号,姓名,密码\nA,李,\nB,王,******\n", "customers")

    assert verdict.result.accepted == 2
    assert "密码" not in reader.propose(["客户号", "密码"], "customers").columns.values()
    with pytest.raises(ForbiddenData):
        reader.propose(["客户号", "密码"], "customers", {"note": "密码"})


def test_no_customer_column_is_said_in_one_sentence_in_both_languages():
    mapping = reader.propose(["日期", "金额"], "transactions")

    with pytest.raises(
        reader.MappingIncomplete, match="no column with the customer number"
    ) as no:
        mapping.demand_complete()

    assert no.value.sentence("zh").startswith("文件缺少“客户编号”列，而导入交易必须有。")
