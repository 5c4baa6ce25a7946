"""What the codes of the register mean."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class TerritoryKind(models.TextChoices):
    """Level of a territory (Satzart)."""

    LAND = "land", _("Land")
    GOVERNMENT_REGION = "government_region", _("Government region")
    REGION = "region", _("Region")
    DISTRICT = "district", _("District")
    ASSOCIATION = "association", _("Association of municipalities")
    # With a context: elsewhere "Municipality" is the tenant, in German another word.
    MUNICIPALITY = "municipality", pgettext_lazy("register", "Municipality")


KIND_OF_RECORD_TYPE = {
    "10": TerritoryKind.LAND,
    "20": TerritoryKind.GOVERNMENT_REGION,
    "30": TerritoryKind.REGION,
    "40": TerritoryKind.DISTRICT,
    "50": TerritoryKind.ASSOCIATION,
    "60": TerritoryKind.MUNICIPALITY,
}

# Digits of the ARS on each level: land 2, government region 1, region 1, district 2 (its first digit names
# the region in Baden-Württemberg), association 4, municipality 3.
ARS_LENGTH = {
    TerritoryKind.LAND: 2,
    TerritoryKind.GOVERNMENT_REGION: 3,
    TerritoryKind.REGION: 4,
    TerritoryKind.DISTRICT: 5,
    TerritoryKind.ASSOCIATION: 9,
    TerritoryKind.MUNICIPALITY: 12,
}


class TypeCode(models.TextChoices):
    """Legal type of a territory (Textkennzeichen), as explained on the cover sheet of the official file."""

    DISTRICT_INDEPENDENT_CITY = "41", _("Independent city (kreisfreie Stadt)")
    DISTRICT_CITY = "42", _("Independent city (Stadtkreis)")
    DISTRICT = "43", _("District (Kreis)")
    RURAL_DISTRICT = "44", _("District (Landkreis)")
    REGIONAL_ASSOCIATION = "45", _("Regional association (Regionalverband)")
    NO_ASSOCIATION = "50", _("Municipality outside any association")
    AMT = "51", _("Amt")
    SAMTGEMEINDE = "52", _("Samtgemeinde")
    VERBANDSGEMEINDE = "53", _("Verbandsgemeinde")
    ADMINISTRATIVE_COMMUNITY = "54", _("Administrative community (Verwaltungsgemeinschaft)")
    KIRCHSPIELSLANDGEMEINDE = "55", _("Kirchspielslandgemeinde")
    ADMINISTRATIVE_ASSOCIATION = "56", _("Administrative association (Verwaltungsverband)")
    LEADING_MUNICIPALITY = "58", _("Municipality acting for others (erfüllende Gemeinde)")
    MARKET = "60", _("Market town (Markt)")
    INDEPENDENT_CITY = "61", _("Independent city (kreisfreie Stadt)")
    CITY_DISTRICT = "62", _("Independent city (Stadtkreis)")
    TOWN = "63", _("Town (Stadt)")
    MUNICIPALITY = "64", _("Municipality within a district")
    INHABITED_AREA = "65", _("Unincorporated area, inhabited")
    UNINHABITED_AREA = "66", _("Unincorporated area, uninhabited")
    LARGE_DISTRICT_TOWN = "67", _("Large district town (Große Kreisstadt)")


TYPE_CODES_OF_KIND: dict[TerritoryKind, frozenset[str]] = {
    TerritoryKind.LAND: frozenset({""}),
    TerritoryKind.GOVERNMENT_REGION: frozenset({""}),
    TerritoryKind.REGION: frozenset({""}),
    TerritoryKind.DISTRICT: frozenset({"41", "42", "43", "44", "45"}),
    TerritoryKind.ASSOCIATION: frozenset({"50", "51", "52", "53", "54", "55", "56", "58"}),
    TerritoryKind.MUNICIPALITY: frozenset({"60", "61", "62", "63", "64", "65", "66", "67"}),
}

# Rows that repeat a municipality on a higher level, so that every level is complete: the district of an
# independent city and the "association" of a municipality that belongs to none. They administer nothing of
# their own.
REPEATING_TYPE_CODES = frozenset({TypeCode.DISTRICT_INDEPENDENT_CITY, TypeCode.DISTRICT_CITY, TypeCode.NO_ASSOCIATION})

LAND_NAMES = {
    "01": "Schleswig-Holstein",
    "02": "Hamburg",
    "03": "Niedersachsen",
    "04": "Bremen",
    "05": "Nordrhein-Westfalen",
    "06": "Hessen",
    "07": "Rheinland-Pfalz",
    "08": "Baden-Württemberg",
    "09": "Bayern",
    "10": "Saarland",
    "11": "Berlin",
    "12": "Brandenburg",
    "13": "Mecklenburg-Vorpommern",
    "14": "Sachsen",
    "15": "Sachsen-Anhalt",
    "16": "Thüringen",
    # Never assigned by the statistical offices: fictional municipalities live here and no import touches
    # them.
    "99": "Beispielland",
}


class Urbanisation(models.TextChoices):
    """Degree of urbanisation after Eurostat."""

    DENSE = "01", _("Densely populated")
    INTERMEDIATE = "02", _("Intermediate density")
    THIN = "03", _("Thinly populated")
