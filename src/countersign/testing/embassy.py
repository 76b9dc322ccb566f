"""The embassy of the demo: @ExamplianEmb in London, shared by four people, two years up to 9 September 2026."""

from datetime import date

from countersign.testing.habit import Campaign, Device, Habit, Network, Operator, Shift, Trip
from countersign.testing.hand import Hand

WORKDAYS, WEEKEND = (0, 1, 2, 3, 4), (5, 6)
FIRST, LAST = date(2024, 9, 9), date(2026, 9, 8)
MOVED = date(2025, 10, 6)
"""On this day SocialDesk gave way to DeskRelay in the press office."""

NETWORKS = (
    Network(name="embassy office", kind="office", asn=64500, prefix="192.0.2.", addresses=2),
    Network(name="home of operator B", kind="home", asn=64501, prefix="198.51.100.", addresses=3),
    Network(name="home of operator C", kind="home", asn=64502, prefix="198.51.100.1", addresses=2),
    Network(name="mobile network", kind="mobile", asn=64503, prefix="203.0.113.", addresses=60),
    Network(name="VPN exit, Examplia", kind="vpn", asn=64504, prefix="203.0.113.1", addresses=5),
    Network(name="VPN exit, Singapore", kind="vpn", asn=64505, prefix="2001:db8:51::", addresses=9),
    Network(name="hotel and airport networks", kind="hotel", asn=64506, prefix="2001:db8:77::", addresses=80),
)
OFFICE = {"embassy office": 0.93, "VPN exit, Examplia": 0.07}

PRESS = Hand(length=2.1, shouts=0.05, asks=0.03, tags=0.45, links=0.5, signature="^A")
SUCCESSOR = Hand(
    length=1.5, shouts=0.2, emoji=0.15, emojis=("📷", "🌍", "🙏"), variant=True, ampersand=0.5, tags=0.5, links=0.45
)
CULTURE = Hand(
    length=1.3, shouts=0.7, emoji=0.6, emojis=("🎶", "💙", "🎉", "👏"), inline_tags=0.4, tags=0.6, links=0.25
)
DUTY = Hand(length=1.0, bare=0.75, lower=True, ellipsis=0.1, tags=0.1, links=0.15)
AIDE = Hand(length=2.4, dash=" — ", tags=0.2, links=0.3)

READS = {"like": 0.66, "repost": 0.16, "reply": 0.05, "quote": 0.03, "post": 0.05, "follow": 0.05}
WRITES = {"like": 0.42, "repost": 0.2, "reply": 0.12, "quote": 0.04, "post": 0.2, "follow": 0.02}
SERVICE = {"like": 0.5, "repost": 0.18, "reply": 0.22, "quote": 0.01, "post": 0.07, "follow": 0.02}


def _press(name: str, hand: Hand, since: date, until: date) -> Operator:
    return Operator(
        name=name,
        shifts=(Shift(weekdays=WORKDAYS, start=8.6, end=17.6, runs=0.95),),
        devices=(
            Device(name="press office desktop", client="SocialDesk", networks=OFFICE, share=5, until=MOVED),
            Device(name="press office desktop, new", client="DeskRelay", networks=OFFICE, share=5, since=MOVED),
            Device(name="press office browser", client="Twitter Web App", networks=OFFICE, share=3),
            Device(name=f"phone of {name}", client="Twitter for iPhone", networks={"mobile network": 1}, share=0.8),
        ),
        languages={"en": 0.93, "fr": 0.07},
        topics={"trade": 0.25, "consular": 0.2, "culture": 0.2, "climate": 0.15, "study": 0.1, "science": 0.1},
        verbs=WRITES,
        hand=hand,
        run=3.4,
        since=since,
        until=until,
        leave=((date(2025, 7, 28), 14), (date(2026, 8, 10), 12)),
    )


CULTURAL_ATTACHE = Operator(
    name="operator B",
    shifts=(
        Shift(weekdays=WORKDAYS, start=9.8, end=19.2, runs=0.7),
        Shift(weekdays=WEEKEND, start=11.0, end=18.0, runs=0.15),
    ),
    devices=(
        Device(name="culture desk browser", client="Twitter Web App", networks=OFFICE, share=1.2),
        Device(
            name="phone of operator B",
            client="Twitter for iPhone",
            networks={"mobile network": 3, "embassy office": 3, "home of operator B": 2},
            share=3,
        ),
    ),
    languages={"en": 0.62, "fr": 0.34, "es": 0.04},
    topics={"culture": 0.5, "study": 0.2, "food": 0.15, "science": 0.08, "sport": 0.07},
    verbs=READS,
    hand=CULTURE,
    run=4.0,
    leave=((date(2025, 4, 14), 9), (date(2025, 12, 20), 16), (date(2026, 7, 6), 15)),
)
DUTY_OFFICER = Operator(
    name="operator C",
    shifts=(
        Shift(weekdays=WORKDAYS, start=17.5, end=22.8, runs=0.3),
        Shift(weekdays=WEEKEND, start=9.0, end=22.0, runs=0.55),
    ),
    devices=(
        Device(
            name="phone of operator C",
            client="Twitter for Android",
            networks={"home of operator C": 3, "mobile network": 2, "embassy office": 1},
        ),
    ),
    languages={"en": 0.97, "fr": 0.03},
    topics={"consular": 0.35, "sport": 0.3, "food": 0.15, "climate": 0.1, "trade": 0.1},
    verbs=SERVICE,
    hand=DUTY,
    run=2.8,
    late=0.03,
    leave=((date(2025, 8, 18), 14), (date(2026, 3, 2), 8)),
)
ABROAD = {"VPN exit, Singapore": 3, "VPN exit, Examplia": 2, "hotel and airport networks": 3}
TRAVELLER = Operator(
    name="operator D",
    shifts=(Shift(weekdays=(0, 1, 2, 3, 4, 5), start=7.4, end=20.5, runs=0.34),),
    devices=(
        Device(
            name="tablet of operator D",
            client="Twitter for iPad",
            networks={"mobile network": 2, "embassy office": 3, "VPN exit, Examplia": 2},
        ),
    ),
    languages={"en": 0.8, "fr": 0.12, "de": 0.08},
    topics={"trade": 0.45, "climate": 0.25, "science": 0.2, "culture": 0.1},
    verbs=READS,
    hand=AIDE,
    run=3.0,
    trips=(
        Trip(first=date(2024, 11, 11), days=9, zone="America/New_York", networks=ABROAD),
        Trip(first=date(2025, 3, 3), days=24, zone="Asia/Singapore", networks=ABROAD),
        Trip(first=date(2025, 9, 15), days=12, zone="America/Sao_Paulo", networks=ABROAD),
        Trip(first=date(2026, 4, 20), days=19, zone="Asia/Singapore", networks=ABROAD),
    ),
)

FAVOURITES = (
    ("ExampliaMFA", "en", "trade", 14),
    ("ExampliaCulture", "en", "culture", 10),
    ("ExampliaTrade", "en", "trade", 9),
    ("ExamplianTimes", "en", "climate", 7),
    ("MuseeDeMarrow", "fr", "culture", 6),
    ("ExampliaTravel", "en", "consular", 6),
    ("UniTolvane", "en", "study", 5),
    ("ExamplianRowing", "en", "sport", 4),
    ("ExampliaEnFrance", "fr", "culture", 5),
    ("TolvaneObservatory", "en", "science", 4),
    ("BreadOfExamplia", "en", "food", 3),
    ("ExampliaRescue", "en", "consular", 3),
    ("ExampliaEnMadrid", "es", "culture", 5),
    ("ExampliaBerlin", "de", "trade", 5),
    ("ExampliaClimate", "en", "climate", 4),
    ("MarrowickBookFair", "en", "culture", 3),
)

EMBASSY = Habit(
    account="1398600512",
    handle="ExamplianEmb",
    name="Embassy of Examplia in London",
    zone="Europe/London",
    first=FIRST,
    last=LAST,
    operators=(
        _press("operator A", PRESS, date.min, date(2025, 8, 29)),
        _press("operator E", SUCCESSOR, date(2025, 9, 8), date.max),
        CULTURAL_ATTACHE,
        DUTY_OFFICER,
        TRAVELLER,
    ),
    networks=NETWORKS,
    favourites=FAVOURITES,
    domains=(
        "london.examplia.example",
        "examplia.example",
        "visit-examplia.example",
        "examplian-times.example",
        "trade.examplia.example",
        "tolvane-university.example",
        "pictures.example",
        "tickets.example",
    ),
    hashtags={
        "culture": ("ExampliaCulture", "AutumnConcert", "MuseumNight"),
        "trade": ("TradeWithExamplia", "Export"),
        "study": ("StudyInExamplia", "Scholarships"),
        "consular": ("ConsularNews", "TravelAdvice"),
        "science": ("TolvaneScience", "OpenData"),
        "sport": ("TeamExamplia",),
        "food": ("TasteOfExamplia", "RyeBread"),
        "climate": ("CleanRivers", "ClimateSummit"),
    },
    campaigns=(
        Campaign(first=date(2024, 11, 18), days=6, factor=1.8, topic="climate", hashtag="ClimateSummit2024"),
        Campaign(first=date(2025, 5, 12), days=9, factor=2.4, topic="culture", hashtag="ExampliaWeek"),
        Campaign(first=date(2025, 10, 20), days=8, factor=2.0, topic="trade", hashtag="TradeDays2025"),
        Campaign(first=date(2026, 5, 11), days=9, factor=2.6, topic="culture", hashtag="ExampliaWeek"),
        Campaign(first=date(2026, 6, 22), days=5, factor=1.7, topic="study", hashtag="StudyInExamplia"),
    ),
    discount=0.74,
    strength=20.0,
    quiet=(
        (date(2024, 12, 21), 14),
        (date(2025, 4, 18), 4),
        (date(2025, 5, 26), 1),
        (date(2025, 8, 25), 1),
        (date(2025, 12, 20), 16),
        (date(2026, 4, 3), 4),
        (date(2026, 5, 25), 1),
        (date(2026, 8, 31), 1),
    ),
)
