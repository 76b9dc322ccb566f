"""Four incidents as the public record has them, each as an input that the weighing takes; no more than was published.

Nobody is named. Sources are named in docs/explanation/cases.md. A time that nobody published is not given.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from countersign.activity import Activity, Session, Verb
from countersign.incident.incident import Incident
from countersign.investigate.facts import Facts, SignIn, Statement

CASES = ("regulator-2024", "senator-2017", "minister-2017", "ambassador-2020")
HOME = {
    "regulator-2024": "America/New_York", "senator-2017": "America/New_York", "minister-2017": "Australia/Sydney",
    "ambassador-2020": "Europe/London",
}  # fmt: skip


def facts(name: str, **more: Any) -> Facts:
    """Return what was published of an incident, with whatever record is added to it."""
    actions, undone, as_of = _RECORDS[name]()
    first = actions[0].published or actions[0].start_time
    incident = Incident(
        number=1, account=name, platform="x", alarm_action=actions[0].id, alarm_native_id="1", alert=True,
        actions=len(actions), peak=0.0, threshold=0.0, onset=first,
    )  # fmt: skip
    held: dict[str, Any] = {
        "incident": incident, "account": name, "platform": "x", "home_zone": HOME[name], "as_of": as_of,
        "actions": actions, "undone": undone, "around": (*actions, *undone.values()),
    }  # fmt: skip
    return Facts(**{**held, **more})


def foreign_sign_in(name: str) -> dict[str, Any]:
    """Return 60 days of sign-ins from one office, and one from a hosting network two minutes before the incident."""
    return _listed(name, SignIn(session=_session(name, span(name)[0] - timedelta(minutes=2), "192.0.2.77"),
                                country="NL", asn=64511, network="hosting", ref="list:foreign"))  # fmt: skip


def usual_sign_in(name: str) -> dict[str, Any]:
    """Return the same list with nothing in it but the office, also around the incident."""
    return _listed(name, _office(name, span(name)[0] - timedelta(minutes=2)))


def timed(name: str) -> dict[str, Any]:
    """Return the same actions each with an exact time, as whoever watched the account would have kept it."""
    actions, undone, _ = _RECORDS[name]()
    done = tuple(_at(one) for one in actions)
    return {"actions": done, "undone": {key: _at(one) for key, one in undone.items()}, "around": done}


def _at(action: Activity) -> Activity:
    """Return an action at the first moment at which it can have been."""
    first = action.published or action.start_time
    taken_back = action.verb in ("unlike", "delete") and action.end_time is not None
    return msgspec.structs.replace(action, published=action.end_time if taken_back else first, time_basis="given")


def by_mistake(name: str) -> dict[str, Any]:
    """Return an operator's answer to "was this you?": yes, by mistake."""
    return {"statements": (Statement(who="operator A", said="by mistake", at=span(name)[1] + timedelta(hours=2)),)}


def password_changed(name: str) -> dict[str, Any]:
    """Return a change of the password ten minutes before the incident, as an archive of the account would list it."""
    return {"changes": (_action(name, 99, "update", span(name)[0] - timedelta(minutes=10), object="password"),)}


def span(name: str) -> tuple[datetime, datetime]:
    """Return from when to when the incident may have been."""
    actions = _RECORDS[name]()[0]
    starts = [one.published or one.start_time for one in actions]
    ends = [one.published or one.end_time for one in actions]
    return min(one for one in starts if one), max(one for one in ends if one)


def _listed(name: str, near: SignIn) -> dict[str, Any]:
    first, last = span(name)
    before = tuple(_office(name, first - timedelta(days=day)) for day in range(60, 0, -1))
    return {
        "sign_ins": (*before, near), "sign_ins_from": first - timedelta(days=60),
        "sign_ins_until": last + timedelta(days=1), "as_of": last + timedelta(days=1),
    }  # fmt: skip


def _office(name: str, at: datetime) -> SignIn:
    return SignIn(session=_session(name, at, "198.51.100.1"), country="GB", asn=64500, network="office",
                  ref=f"list:{at:%j}")  # fmt: skip


def _session(name: str, at: datetime, address: str) -> Session:
    return Session(account=name, platform="x", kind="ip use", opened=at, last_seen=at, ip=address)


def _action(name: str, number: int, verb: Verb, at: datetime | None, **more: Any) -> Activity:
    return Activity(id=f"x:{name}:{verb}:{number}", native_id=str(number), platform="x", verb=verb, actor=name,
                    published=at, time_basis="given" if at else "between", **more)  # fmt: skip


def _between(name: str, number: int, verb: Verb, start: datetime, end: datetime, **more: Any) -> Activity:
    return msgspec.structs.replace(_action(name, number, verb, None, **more), start_time=start, end_time=end)


def _utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type, misc]


Record = tuple[tuple[Activity, ...], dict[str, Activity], datetime]


def _regulator() -> Record:
    name, first, last = "regulator-2024", _utc(2024, 1, 9, 21, 11), _utc(2024, 1, 9, 22, 30)
    news = _action(name, 1, "post", first, hashtags=("Bitcoin",))
    ticker = _action(name, 2, "post", first + timedelta(minutes=2))
    likes = tuple(_between(name, number, "like", first, last) for number in (3, 4))
    undone = {
        ticker.id: _between(name, 12, "delete", first + timedelta(minutes=2), last),
        **{like.id: _between(name, 10 + int(like.native_id), "unlike", first, last) for like in likes},
    }  # fmt: skip
    return (news, ticker, *likes), undone, _utc(2024, 1, 10)


def _senator() -> Record:
    name, seen = "senator-2017", _utc(2017, 9, 12, 4, 27)
    like = _between(name, 1, "like", seen - timedelta(hours=24), seen, sensitive=True)
    undo = _between(name, 11, "unlike", _utc(2017, 9, 12, 5, 14), _utc(2017, 9, 12, 5, 18))
    return (like,), {like.id: undo}, _utc(2017, 9, 13)


def _minister() -> Record:
    name, about = "minister-2017", _utc(2017, 11, 15, 15, 0)
    margin = timedelta(minutes=15)
    like = _between(name, 1, "like", about - margin, about + margin, sensitive=True)
    back = about + timedelta(hours=3, minutes=30)
    undo = _between(name, 11, "unlike", back - margin, back + margin)
    return (like,), {like.id: undo}, _utc(2017, 11, 17)


def _ambassador() -> Record:
    name, day = "ambassador-2020", (_utc(2020, 9, 9), _utc(2020, 9, 9, 23, 59))
    likes = tuple(_between(name, number, "like", *day, sensitive=number == 1) for number in (1, 2, 3))
    undone = {like.id: _between(name, 10 + int(like.native_id), "unlike", *day) for like in likes}
    return likes, undone, _utc(2020, 9, 10)


_RECORDS = {
    "regulator-2024": _regulator, "senator-2017": _senator, "minister-2017": _minister, "ambassador-2020": _ambassador,
}  # fmt: skip
