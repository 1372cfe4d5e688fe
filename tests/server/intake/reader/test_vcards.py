"""Address books come in as a table of customers."""

import datetime as dt
import quopri

from regulars.server.intake.reader import sniffing

CARD = """BEGIN:VCARD
VERSION:3.0
UID:urn:uuid:0001
N:李;梅;;;
FN:李梅
ORG:西湖茶业;销售部
TITLE:经理
TEL;TYPE=WORK,VOICE:0571-88888888
TEL;TYPE=CELL:138 0000 0000
EMAIL;TYPE=INTERNET:mei@example.com
ADR;TYPE=WORK:;;文三路 1 号;杭州市;浙江省;310000;中国
BDAY:1990-04-28
CATEGORIES:VIP,茶友
NOTE:喜欢龙井\\, 不喝酒
item1.X-ABLabel:_$!<HomePage>!$_
PHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQSkZJRgABAQAAAQABAAD
 AAAAAAAA
END:VCARD
"""


def test_a_card_is_a_row(load):
    (row,) = load(CARD, "customers").rows

    assert (row["line"], row["number"], row["name"]) == (1, "0001", "李梅")
    assert (row["phone"], row["phone_e164"]) == ("13800000000", "+8613800000000")
    assert row["email"] == "mei@example.com"
    assert row["birth_date"] == dt.date(1990, 4, 28)
    assert row["occupation"] == "经理"
    assert row["address"] == "中国浙江省杭州市文三路 1 号"
    assert row["note"] == "喜欢龙井, 不喝酒"


def test_what_no_field_takes_is_shown_as_a_column(tmp_path):
    path = tmp_path / "f.vcf"
    path.write_text(CARD)

    found = sniffing.sniff(path)

    told = dict(zip(found.header, found.sample[0], strict=True))
    assert (found.format, found.row_estimate) == ("vcard", 1)
    assert told["Works at (ORG)"] == "西湖茶业, 销售部"
    assert told["CATEGORIES"] == "VIP, 茶友"
    assert told["TEL 2"] == "0571-88888888"


def test_a_card_of_an_old_phone_is_read(load):
    name = quopri.encodestring("李梅".encode("gbk")).decode()
    street = quopri.encodestring("文三路一百二十三号东方大厦十楼".encode("gbk")).decode()
    old = (
        "BEGIN:VCARD\r\nVERSION:2.1\r\n"
        f"N;CHARSET=GBK;ENCODING=QUOTED-PRINTABLE:{name};;;;\r\n"
        "TEL;CELL;PREF:13800000000\r\n"
        f"ADR;HOME;CHARSET=GBK;QUOTED-PRINTABLE:;;{street[:30]}=\r\n{street[30:]};;;;\r\n"
        "END:VCARD\r\n"
    )

    (row,) = load(old.encode(), "customers").rows

    assert (row["name"], row["phone"]) == ("李梅", "13800000000")
    assert row["address"] == "文三路一百二十三号东方大厦十楼"
    assert row["number"].startswith("VC-")


def test_a_fold_may_cut_a_character_in_two(load):
    card = "BEGIN:VCARD\nUID:7\nFN:西湖龙井茶业有限公司\nKIND:org\nEND:VCARD\n"
    raw = card.encode()
    at = raw.index("龙".encode()) + 1

    (row,) = load(raw[:at] + b"\r\n " + raw[at:], "customers").rows

    assert (row["name"], row["kind"]) == ("西湖龙井茶业有限公司", "organization")


def test_every_encoding_will_do(load):
    for encoding in ("utf-8", "utf-8-sig", "gb18030", "utf-16"):
        (row,) = load(CARD.encode(encoding), "customers").rows
        assert row["name"] == "李梅"


def test_a_card_without_a_number_is_the_same_when_it_comes_again(load):
    cards = CARD.replace("UID:urn:uuid:0001\n", "")

    one, two = (load(cards, "customers", out=out).rows[0] for out in ("a", "b"))

    assert one["number"] == two["number"]
    assert one["row_key"] == two["row_key"]


def test_a_birthday_without_a_year_is_no_date_and_is_not_lost(load, tmp_path):
    path = tmp_path / "f.vcf"
    path.write_text(CARD.replace("BDAY:1990-04-28", "BDAY:--0428"))

    (row,) = load(path, "customers").rows

    assert row["birth_date"] is None
    assert "--0428" in sniffing.sniff(path).sample[0]


def test_a_card_without_an_end_is_refused_and_the_others_are_read(load):
    cards = (
        CARD
        + "BEGIN:VCARD\nUID:2\nFN:王涛\n"
        + CARD.replace("0001", "0003")
        + "BEGIN:VCARD\nFN:半"
    )

    verdict = load(cards, "customers")

    assert [row["number"] for row in verdict.rows] == ["0001", "0003"]
    assert [code for _, code in verdict.codes] == ["card_cut_off", "card_cut_off"]


def test_a_group_is_no_customer(load):
    verdict = load(CARD.replace("N:李;梅;;;\n", "KIND:group\n"), "customers")

    assert verdict.codes == [(1, "unknown_choice")]


def test_where_somebody_works_is_not_taken_for_our_branch(load):
    (row,) = load(CARD, "customers").rows

    assert not row.get("branch")


def test_a_card_that_we_gave_out_comes_back_to_its_customer(load):
    ours = CARD.replace("UID:urn:uuid:0001", "UID:urn:regulars:ab12\nX-CUSTOMER-NUMBER:K-7")

    (row,) = load(ours, "customers").rows

    assert row["number"] == "K-7"
