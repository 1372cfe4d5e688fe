"""The contract of a channel kind as a set of checks, for our kinds and for those of others.

def test_the_contract_holds():
    with MyStandIn() as provider:
        check_channel(MyKind, provider)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace

from regulars.server.delivery.kinds import (
    Call,
    Carrier,
    End,
    Forged,
    Kind,
    Message,
    Receipt,
    World,
)
from regulars.testing.providers.standing import (
    DROP,
    LATER,
    LINE,
    LOCAL,
    NOBODY,
    REFUSE,
    StandIn,
)

OUT = {End.SENT, End.CREATED}


def check_channel(kind: type[Kind], provider: StandIn, *, world: World = LOCAL) -> None:
    """Check everything that the sending loop relies on; the provider must be running.

    :raises AssertionError: says which part of the contract does not hold.
    """
    made = kind(provider.settings(), world)
    names_itself(made)
    sends_once_and_marks_before(made, provider)
    sends_nothing_that_is_taken(made, provider)
    keeps_its_line_for_many(made, provider)
    tells_how_it_ended(made, provider)
    adds_its_words_once(made, provider)
    refuses_what_it_cannot_carry(made, provider)
    hears_what_is_signed(made, provider)
    hands_over_together(made, provider)
    says_that_nobody_answers(made, provider)


class Marks:
    """A mark that counts; `ours` is what it says. `seen` is what the provider had by then."""

    def __init__(self, provider: StandIn, *, ours: bool = True) -> None:
        self.provider, self.ours = provider, ours
        self.seen: list[int] = []

    def __call__(self) -> bool:
        self.seen.append(len(self.provider.took))
        return self.ours


def names_itself(kind: Kind) -> None:
    names = [field.name for field in kind.fields]
    assert all((kind.code, str(kind.name))), "A kind has a code and a name."
    assert len(names) == len(set(names)), "No two settings have one name."
    assert all(str(field.label) for field in kind.fields), "Every setting has a label."
    for field in kind.fields:
        allowed = [value for value, _label in field.choices]
        fits = not allowed or not field.default or field.default in allowed
        assert fits, f"The default of {field.name} is one of its choices."
        assert not (field.secret and field.default), f"The secret {field.name} has no default."
    kind.check()


def sends_once_and_marks_before(kind: Kind, provider: StandIn) -> None:
    mark, before = Marks(provider), len(provider.took)
    message = provider.message("k-first")
    assert kind.refusal(message) == "", "The provider's own example is not refused."

    with kind.open() as line:
        receipt = line.send(message, mark)

    assert receipt.end in OUT, f"A good message is sent: {receipt}."
    assert mark.seen == [before], "The mark is set once, before the provider has anything."
    assert len(provider.took) == before + 1, "One message arrives once."
    assert provider.took[-1].to == message.to, "It arrives at whom it is for."
    if provider.can_say:
        assert receipt.id, "The receipt names the message."


def sends_nothing_that_is_taken(kind: Kind, provider: StandIn) -> None:
    mark, before = Marks(provider, ours=False), len(provider.took)

    with kind.open() as line:
        first = line.send(provider.message("k-taken"), mark)
        after = len(provider.took)
        second = line.send(provider.message("k-after"), Marks(provider))

    assert first.end is End.TAKEN, f"What is not ours is TAKEN: {first}."
    assert (mark.seen, after) == ([before], before), "Of what is taken nothing goes out."
    assert second.end in OUT, "The next message goes over the same line."
    assert len(provider.took) == before + 1, "And it goes once."


def keeps_its_line_for_many(kind: Kind, provider: StandIn) -> None:
    before = len(provider.took)
    keys = [f"k-many-{number}" for number in range(20)]

    with kind.open() as line:
        ends = [line.send(provider.message(key), Marks(provider)).end for key in keys]

    assert set(ends) <= OUT, "Twenty messages go over one line."
    texts = [each.text for each in provider.took[before:]]
    assert len(texts) == 20, "Each arrives once."
    in_order = all(key in text for key, text in zip(keys, texts, strict=True))
    assert in_order, "In order, each with its own text."


def tells_how_it_ended(kind: Kind, provider: StandIn) -> None:
    with _ordered(kind, provider, DROP) as (receipt, mark):
        assert receipt.end is End.UNKNOWN, f"Nobody saw the end, so it is UNKNOWN: {receipt}."
        assert len(mark.seen) == 1, "The mark was set once."
    with _ordered(kind, provider, LATER) as (receipt, _mark):
        assert receipt.end is End.LATER, f"A provider that asks to wait means LATER: {receipt}."
        assert (receipt.dead, bool(receipt.code)) == (False, True), "Its code is kept."
    with _ordered(kind, provider, REFUSE) as (receipt, _mark):
        assert receipt.end is End.REFUSED, f"What is refused for good is REFUSED: {receipt}."
        assert (receipt.line, receipt.dead) == (False, False), "Neither line nor address fails."
    with _ordered(kind, provider, NOBODY) as (receipt, _mark):
        assert (receipt.end, receipt.dead) == (End.REFUSED, True), (
            f"Nobody is there: {receipt}."
        )
    with _ordered(kind, provider, LINE) as (receipt, _mark):
        assert (receipt.end, receipt.line) == (End.LATER, True), f"The line fails: {receipt}."


@contextmanager
def _ordered(kind: Kind, provider: StandIn, order: str) -> Iterator[tuple[Receipt, Marks]]:
    """Send one message while the provider does something else, then one that goes."""
    if order not in provider.can_say:
        receipt = {DROP: Receipt(End.UNKNOWN), REFUSE: Receipt(End.REFUSED),
                   LATER: Receipt(End.LATER, code="0"), NOBODY: Receipt(End.REFUSED, dead=True),
                   LINE: Receipt(End.LATER, line=True)}[order]  # fmt: skip
        mark = Marks(provider)
        mark()
        yield receipt, mark
        return
    provider.orders.append(order)
    mark = Marks(provider)
    with kind.open() as line:
        receipt = line.send(provider.message(f"k-{order}"), mark)
        assert not provider.orders, f"The stand-in did what it was told: {order}."
        assert len(mark.seen) <= 1, "The mark is set once at most."
        yield receipt, mark
        assert line.send(provider.message(f"k-{order}-2"), Marks(provider)).end in OUT, (
            f"After {order} the same line sends again."
        )


def adds_its_words_once(kind: Kind, provider: StandIn) -> None:
    message = provider.message("k-words")
    once = kind.words(message)
    assert kind.words(once) == once, "Words that are there are not added twice."
    assert kind.size(once) == kind.size(message), "A message weighs the same with its words."
    assert kind.size(message).parts >= 1, "A message has a part."


def refuses_what_it_cannot_carry(kind: Kind, provider: StandIn) -> None:
    message = provider.message("k-refused")
    assert kind.refusal(replace(message, to="")), "A message to nobody is refused."
    if kind.channel:
        assert kind.refusal(replace(message, text="  ", html="")), "An empty text is refused."
    if kind.can.longest is not None:
        long = replace(message, text="长" * (kind.can.longest + 1))
        assert kind.refusal(long), "More than the provider takes is refused."


def hears_what_is_signed(kind: Kind, provider: StandIn) -> None:
    message = provider.message("k-heard")
    with kind.open() as line:
        receipt = line.send(message, Marks(provider))
    calls = provider.told(message, receipt)
    at = kind.world.clock()

    seen: set[str] = set()
    for call in calls:
        answer, again = kind.hear(call, at=at), kind.hear(call, at=at)
        assert answer.events, "What the provider tells is heard."
        assert answer.status == 200, "The provider hears that we heard."
        onces = [event.once for event in answer.events]
        assert onces == [event.once for event in again.events], "Told twice, it is one event."
        assert not seen & set(onces), "Two things that happened are two events."
        seen |= set(onces)
        for event in answer.events:
            named = event.id == receipt.id or event.key == message.key
            assert named or event.address == message.to, "An event names its message or person."
        _refuses(kind, provider.forged(call))
        _refuses(kind, replace(call, query={}, headers={}))
        assert not _heard(kind, replace(call, body=b"\xff{[<noise")), "Noise is no event."


def _refuses(kind: Kind, call: Call) -> None:
    assert _heard(kind, call) is None, "A call that the provider did not sign is refused."


def _heard(kind: Kind, call: Call) -> int | None:
    """How many events a call holds; None where it is refused as forged, and 0 for noise."""
    try:
        return len(kind.hear(call, at=kind.world.clock()).events)
    except Forged:
        return None


def hands_over_together(kind: Kind, provider: StandIn) -> None:
    if kind.can.together <= 1:
        return
    first = provider.message("k-together")
    people = [replace(first, key=f"k-{name}", to=f"wm-{name}") for name in ("a", "b", "c")]
    before = len(provider.took)

    with kind.open() as line:
        ends = _together(line, people, ours=["k-a", "k-c"])
        nobody = _together(line, people, ours=[])

    assert ends == {"k-a": True, "k-b": False, "k-c": True}, "Each has an end of its own."
    assert not any(nobody.values()), "What nobody owns does not go out."
    assert [each.to for each in provider.took[before:]] == ["wm-a", "wm-c"], "Ours only."


def _together(
    line: Carrier, messages: Sequence[Message], *, ours: Sequence[str]
) -> Mapping[str, bool]:
    receipts = line.send_together(messages, lambda: ours)
    ends = {key: receipt.end for key, receipt in receipts.items()}
    assert set(ends.values()) <= OUT | {End.TAKEN}, "They go, or they are TAKEN."
    return {key: end in OUT for key, end in ends.items()}


def says_that_nobody_answers(kind: Kind, provider: StandIn) -> None:
    """With the provider gone nothing can go out, so nothing is unknown."""
    mark = Marks(provider)
    provider.stop()
    try:
        with kind.open() as line:
            receipt = line.send(provider.message("k-nobody"), mark)
    finally:
        provider.start()

    assert (receipt.end, receipt.line) == (End.LATER, True), f"A line that is down: {receipt}."
    assert mark.seen == [], "Nothing was marked, since nothing could go out."
