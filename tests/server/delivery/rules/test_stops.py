import pytest

from regulars.server.delivery.rules.stops import is_start, is_stop

NO = (
    "T;t;TD;td ;ＴＤ;Ｔ;R;r。;退订; 退订！;退 订;【退订】;退订。谢谢;拒收;回T;"
    "回复TD;回复退订;STOP;Stop.;“stop”;"
    "stop all;Unsubscribe;CANCEL;opt-out;N;请退订;我要退订;麻烦帮我退订短信谢谢;退订吧;退订了;"
    "不要再发了;取消订阅"
)
NOT_A_NO = (
    "退订了吗?;退订了吗;怎么退订;如何退订？;T恤有吗;我收到T恤了;TD-LTE 是什么;谢谢;好的;;   ;"
    "?;STOP?;"
    "Can I stop by tomorrow;the end;Tomorrow;退订的人多不多呢;为什么退订;收到退款了;我没有退订;"
    "取消明天的预约"
)


@pytest.mark.parametrize("text", NO.split(";"))
def test_a_no_is_heard_however_it_is_typed(text: str) -> None:
    assert is_stop(text)


@pytest.mark.parametrize("text", NOT_A_NO.split(";"))
def test_a_question_or_another_word_is_none(text: str) -> None:
    assert not is_stop(text)


def test_a_refusal_is_taken_back_by_the_documented_words_only() -> None:
    assert is_start("start")
    assert is_start("ＵＮＳＴＯＰ")
    assert is_start("恢复订阅")
    assert not is_start("开始")
    assert not is_start("restart")
