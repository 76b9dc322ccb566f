"""Changes that an account makes by itself and that nobody should be woken for: the benign endings of a habit."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Literal, get_args

import msgspec

from countersign.testing.habit import Campaign, Device, Habit, Operator, Shift, Trip
from countersign.testing.hand import Hand

Change = Literal["new-application", "travel", "campaign", "new-colleague"]
CHANGES: tuple[Change, ...] = get_args(Change)

SINCE = date(2026, 6, 1)
"""A Monday in weeks without holidays or campaigns, 14 weeks before the end of the embassy's two years."""

TRAVEL_DAYS, TRAVEL_ZONE = 10, "Asia/Singapore"
CAMPAIGN_DAYS, CAMPAIGN_FACTOR = 14, 3.0
NEW_SHARE = 0.3
"""The part of the account's actions that a new colleague takes over."""

NEW_HAND = Hand(length=1.2, asks=0.25, shouts=0.1, emoji=0.3, emojis=("🌲", "☀️"), dash=" | ", variant=True, tags=0.4)

SENTENCES: Mapping[Change, str] = {
    "new-application": "From 1 June 2026 the press office and the duty officer use a new application.",
    "travel": f"From 1 June 2026 everybody works from Singapore for {TRAVEL_DAYS} days, 7 hours ahead.",
    "campaign": f"From 1 June 2026 the account does {CAMPAIGN_FACTOR:.0f} times as much as usual for two weeks.",
    "new-colleague": "From 1 June 2026 a new colleague takes over three of ten actions.",
}


def changed(habit: Habit, change: Change) -> Habit:
    """Return the habit with one benign change from the day `SINCE` on; before that day nothing differs."""
    return _CHANGES[change](habit)


def _new_application(habit: Habit) -> Habit:
    return _with(habit, tuple(_moved(operator) for operator in habit.operators))


def _moved(operator: Operator) -> Operator:
    if not any(device.client in ("DeskRelay", "Twitter for Android") for device in operator.devices):
        return operator
    devices = [_ending(device) for device in operator.devices]
    new = [
        msgspec.structs.replace(device, name=f"{device.name}, newest", client="PostKeeper", since=SINCE)
        for device in operator.devices
        if device.client in ("DeskRelay", "Twitter for Android")
    ]
    return msgspec.structs.replace(operator, devices=(*devices, *new))


def _ending(device: Device) -> Device:
    if device.client not in ("DeskRelay", "Twitter for Android"):
        return device
    return msgspec.structs.replace(device, until=SINCE - timedelta(days=1))


def _travel(habit: Habit) -> Habit:
    trip = Trip(first=SINCE, days=TRAVEL_DAYS, zone=TRAVEL_ZONE, networks={habit.networks[-1].name: 1.0})
    return _with(habit, tuple(msgspec.structs.replace(one, trips=(*one.trips, trip)) for one in habit.operators))


def _campaign(habit: Habit) -> Habit:
    campaign = Campaign(first=SINCE, days=CAMPAIGN_DAYS, factor=CAMPAIGN_FACTOR, topic="climate", hashtag="RiversWeek")
    return msgspec.structs.replace(habit, campaigns=(campaign, *habit.campaigns))


def _new_colleague(habit: Habit) -> Habit:
    before = [_until(operator) for operator in habit.operators]
    after = [_from(operator) for operator in habit.operators if operator.until >= SINCE]
    runs = sum(shift.runs * len(shift.weekdays) / 5 for operator in after for shift in operator.shifts)
    newcomer = msgspec.structs.replace(
        after[0],
        name="operator F",
        shifts=(Shift(weekdays=(0, 1, 2, 3, 4), start=7.5, end=15.5, runs=runs * NEW_SHARE / (1 - NEW_SHARE)),),
        devices=(Device(name="phone of operator F", client="Twitter for iPhone", networks={"mobile network": 1}),),
        hand=NEW_HAND,
        leave=(),
    )
    return _with(habit, (*before, *after, newcomer))


def _until(operator: Operator) -> Operator:
    return msgspec.structs.replace(operator, until=min(operator.until, SINCE - timedelta(days=1)))


def _from(operator: Operator) -> Operator:
    fewer = tuple(msgspec.structs.replace(shift, runs=shift.runs * (1 - NEW_SHARE)) for shift in operator.shifts)
    return msgspec.structs.replace(operator, since=max(operator.since, SINCE), shifts=fewer)


def _with(habit: Habit, operators: tuple[Operator, ...]) -> Habit:
    return msgspec.structs.replace(habit, operators=operators)


_CHANGES: Mapping[Change, Callable[[Habit], Habit]] = {
    "new-application": _new_application,
    "travel": _travel,
    "campaign": _campaign,
    "new-colleague": _new_colleague,
}
