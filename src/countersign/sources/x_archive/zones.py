"""Names of time zones as X writes them (those of Ruby on Rails), and the names that the rest of the world uses."""

from collections.abc import Mapping
from typing import Final

_ELSEWHERE: Final[Mapping[str, str]] = {
    "International Date Line West": "Etc/GMT+12", "American Samoa": "Pacific/Pago_Pago",
    "Midway Island": "Pacific/Midway", "Hawaii": "Pacific/Honolulu", "Alaska": "America/Juneau",
    "Pacific Time (US & Canada)": "America/Los_Angeles", "Mountain Time (US & Canada)": "America/Denver",
    "Central Time (US & Canada)": "America/Chicago", "Eastern Time (US & Canada)": "America/New_York",
    "Atlantic Time (Canada)": "America/Halifax", "Indiana (East)": "America/Indiana/Indianapolis",
    "Arizona": "America/Phoenix", "Saskatchewan": "America/Regina", "Newfoundland": "America/St_Johns",
    "Central America": "America/Guatemala", "Quito": "America/Lima", "Brasilia": "America/Sao_Paulo",
    "Georgetown": "America/Guyana", "Buenos Aires": "America/Argentina/Buenos_Aires",
    "Greenland": "America/Nuuk", "Mid-Atlantic": "Atlantic/South_Georgia", "Azores": "Atlantic/Azores",
    "Cape Verde Is.": "Atlantic/Cape_Verde", "UTC": "Etc/UTC", "Edinburgh": "Europe/London",
    "Bern": "Europe/Zurich", "Kyiv": "Europe/Kiev", "St. Petersburg": "Europe/Moscow",
    "West Central Africa": "Africa/Algiers", "Pretoria": "Africa/Johannesburg", "Kuwait": "Asia/Riyadh",
    "Abu Dhabi": "Asia/Muscat", "Islamabad": "Asia/Karachi", "Ekaterinburg": "Asia/Yekaterinburg",
    "Chennai": "Asia/Kolkata", "Mumbai": "Asia/Kolkata", "New Delhi": "Asia/Kolkata",
    "Sri Jayawardenepura": "Asia/Colombo", "Astana": "Asia/Almaty", "Hanoi": "Asia/Bangkok",
    "Beijing": "Asia/Shanghai", "Ulaanbaatar": "Asia/Ulaanbaatar", "Osaka": "Asia/Tokyo",
    "Sapporo": "Asia/Tokyo", "Canberra": "Australia/Canberra", "Solomon Is.": "Pacific/Guadalcanal",
    "New Caledonia": "Pacific/Noumea", "Marshall Is.": "Pacific/Majuro", "Wellington": "Pacific/Auckland",
    "Nuku'alofa": "Pacific/Tongatapu", "Tokelau Is.": "Pacific/Fakaofo", "Samoa": "Pacific/Apia",
    "Chatham Is.": "Pacific/Chatham",
}  # fmt: skip
_CITIES: Final = {
    "Africa": "Algiers Cairo Casablanca Harare Johannesburg Monrovia Nairobi",
    "America": "Bogota Caracas Chihuahua Guadalajara La_Paz Lima Mazatlan Mexico_City Monterrey Montevideo "
    "Puerto_Rico Santiago Tijuana",
    "Asia": "Almaty Baghdad Baku Bangkok Chongqing Colombo Dhaka Hong_Kong Irkutsk Jakarta Jerusalem Kabul Kamchatka "
    "Karachi Kathmandu Kolkata Krasnoyarsk Kuala_Lumpur Magadan Muscat Novosibirsk Rangoon Riyadh Seoul Singapore "
    "Srednekolymsk Taipei Tashkent Tbilisi Tehran Tokyo Urumqi Vladivostok Yakutsk Yerevan",
    "Australia": "Adelaide Brisbane Darwin Hobart Melbourne Perth Sydney",
    "Europe": "Amsterdam Athens Belgrade Berlin Bratislava Brussels Bucharest Budapest Copenhagen Dublin Helsinki "
    "Istanbul Kaliningrad Lisbon Ljubljana London Madrid Minsk Moscow Paris Prague Riga Rome Samara Sarajevo Skopje "
    "Sofia Stockholm Tallinn Vienna Vilnius Volgograd Warsaw Zagreb Zurich",
    "Pacific": "Auckland Fiji Guam Port_Moresby",
}
_ZONES: Final[Mapping[str, str]] = {
    **{city.replace("_", " "): f"{area}/{city}" for area, cities in _CITIES.items() for city in cities.split()},
    **_ELSEWHERE,
    "Guadalajara": "America/Mexico_City",
    "Puerto Rico": "America/Puerto_Rico",
}


def zone(name: str | None) -> str | None:
    """Return the name in the time zone database of a zone as X names it; None where it is not known.

    Source: the names of ActiveSupport::TimeZone; IANA time zone database.

    >>> zone("Eastern Time (US & Canada)"), zone("Vienna"), zone("Europe/Vienna"), zone("Nowhere")
    ('America/New_York', 'Europe/Vienna', 'Europe/Vienna', None)
    """
    if not name:
        return None
    return name if "/" in name and name.isascii() else _ZONES.get(name)
