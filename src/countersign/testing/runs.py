"""When the people behind an invented account sit down to it: shifts, holidays, journeys, late nights, in local time."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from countersign.testing.dice import Dice
from countersign.testing.habit import Campaign, Device, Habit, Network, Operator, Shift, Trip

RUN_SPREAD = 0.45
"""Deviation of the logarithm of a day's and of a week's amount: real accounts are burstier than independent events."""

LATE_FROM, LATE_SPREAD = 21.5, 2.0
"""Late runs begin at 21:30 local time or later by the size of a normal number of this many hours' deviation."""


class Run(NamedTuple):
    """Several actions in a row by one operator on one device, beginning at `start` (UTC)."""

    start: datetime
    day: date
    operator: Operator
    device: Device
    network: Network
    address: str
    topic: str
    tag: str
    campaign: Campaign | None
    dice: Dice


def runs(habit: Habit, seed: int) -> list[Run]:
    """Return all runs of an account, in the order of their times."""
    found = [run for operator in habit.operators for run in _of(habit, seed, operator)]
    return sorted(found, key=lambda run: (run.start, run.operator.name))


def days(habit: Habit) -> Iterator[date]:
    """Yield every day of the habit."""
    for number in range((habit.last - habit.first).days + 1):
        yield habit.first + timedelta(days=number)


def address(network: Network, number: int) -> str:
    """Return one of a network's addresses.

    >>> address(Network(name="office", kind="office", asn=64500, prefix="192.0.2.", addresses=4), 5)
    '192.0.2.11'
    """
    return f"{network.prefix}{10 + number % network.addresses}"


def _of(habit: Habit, seed: int, operator: Operator) -> Iterator[Run]:
    networks = {network.name: network for network in habit.networks}
    for day in days(habit):
        if not operator.since <= day <= operator.until or _within(operator.leave, day):
            continue
        dice = Dice(seed, habit.account, operator.name, day)
        pace = _pace(habit, seed, day) * dice.lognormal(1.0, RUN_SPREAD)
        for shift in operator.shifts:
            if day.weekday() in shift.weekdays:
                for number in range(dice.poisson(shift.runs * pace)):
                    label = Dice(seed, habit.account, operator.name, day, shift.start, number)
                    yield _run(habit, operator, day, shift, networks, label)


def _run(habit: Habit, operator: Operator, day: date, shift: Shift, networks: dict[str, Network], dice: Dice) -> Run:
    trip = _trip(operator, day)
    late = dice.chance(operator.late)
    device = _device(dice, operator, day, late=late)
    network = networks[dice.weighted(trip.networks if trip else device.networks)]
    campaign = next((c for c in habit.campaigns if _within(((c.first, c.days),), day)), None)
    return Run(
        start=_start(dice, day, shift, ZoneInfo(trip.zone if trip else habit.zone), late=late),
        day=day,
        operator=operator,
        device=device,
        network=network,
        address=address(network, day.toordinal() // 9),
        topic=campaign.topic if campaign and dice.chance(0.7) else dice.weighted(operator.topics),
        tag=dice.weighted(operator.languages),
        campaign=campaign,
        dice=dice,
    )


def _start(dice: Dice, day: date, shift: Shift, zone: ZoneInfo, *, late: bool) -> datetime:
    middle = (dice.throw() + dice.throw()) / 2 if dice.chance(0.5) else dice.throw()
    hour = shift.start + (shift.end - shift.start) * middle
    if late:
        hour = LATE_FROM + LATE_SPREAD * abs(dice.normal())
    wall = datetime(day.year, day.month, day.day, tzinfo=zone) + timedelta(seconds=int(hour * 3600))
    return wall.astimezone(UTC)


def _device(dice: Dice, operator: Operator, day: date, *, late: bool) -> Device:
    in_use = [device for device in operator.devices if device.since <= day <= device.until]
    if late:
        return in_use[-1]
    return in_use[dice.weighted({number: device.share for number, device in enumerate(in_use)})]


def _trip(operator: Operator, day: date) -> Trip | None:
    return next((trip for trip in operator.trips if _within(((trip.first, trip.days),), day)), None)


def _pace(habit: Habit, seed: int, day: date) -> float:
    week = Dice(seed, habit.account, "week", day.toordinal() // 7).lognormal(1.0, RUN_SPREAD)
    quiet = 0.12 if _within(habit.quiet, day) else 1.0
    for campaign in habit.campaigns:
        if _within(((campaign.first, campaign.days),), day):
            return week * quiet * campaign.factor
    return week * quiet


def _within(spans: tuple[tuple[date, int], ...], day: date) -> bool:
    return any(0 <= (day - first).days < length for first, length in spans)
