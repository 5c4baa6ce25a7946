"""The fictional Land 99: a number the statistical offices never assigned, and names that the register does not have."""

from dataclasses import dataclass, field
from decimal import Decimal

from apps.municipalities.register.codes import LAND_NAMES, TerritoryKind, TypeCode

LAND = "99"


@dataclass(frozen=True)
class DemoTerritory:
    """One row of the register: its regional key, name, type, inhabitants, area in km², and what lies in it."""

    ars: str
    name: str
    kind: TerritoryKind
    type_code: str = ""
    population: int | None = None
    area: Decimal | None = None
    postcode: str = ""
    parts: tuple["DemoTerritory", ...] = field(default=())

    @property
    def ags(self) -> str | None:
        """The municipality key: the regional key without its four digits of the association."""
        return self.ars[:5] + self.ars[9:] if self.kind == TerritoryKind.MUNICIPALITY else None


def _municipality(ars: str, name: str, type_code: str, population: int, area: str, postcode: str) -> DemoTerritory:
    return DemoTerritory(ars, name, TerritoryKind.MUNICIPALITY, type_code, population, Decimal(area), postcode)


def _alone(ars: str, name: str, type_code: str, population: int, area: str, postcode: str) -> DemoTerritory:
    """A municipality that belongs to no association: the register repeats it on the level above."""
    municipality = _municipality(ars, name, type_code, population, area, postcode)
    return DemoTerritory(
        ars[:9],
        name,
        TerritoryKind.ASSOCIATION,
        TypeCode.NO_ASSOCIATION,
        population,
        Decimal(area),
        "",
        (municipality,),
    )


def _city(ars: str, name: str, population: int, area: str, postcode: str) -> DemoTerritory:
    """A city that is a district of its own: the register repeats it on both levels above."""
    association = _alone(ars, name, TypeCode.INDEPENDENT_CITY, population, area, postcode)
    district = TypeCode.DISTRICT_INDEPENDENT_CITY
    return DemoTerritory(ars[:5], name, TerritoryKind.DISTRICT, district, population, Decimal(area), "", (association,))


def _association(ars: str, name: str, type_code: str, *parts: DemoTerritory) -> DemoTerritory:
    return DemoTerritory(
        ars,
        name,
        TerritoryKind.ASSOCIATION,
        type_code,
        sum(part.population or 0 for part in parts),
        sum((part.area or Decimal(0) for part in parts), Decimal(0)),
        "",
        parts,
    )


def _district(ars: str, name: str, population: int, area: str, *parts: DemoTerritory) -> DemoTerritory:
    """A Landkreis; only the parts that the demo needs are named, so its inhabitants are given and not summed up."""
    return DemoTerritory(
        ars, name, TerritoryKind.DISTRICT, TypeCode.RURAL_DISTRICT, population, Decimal(area), "", parts
    )


LAND_99 = DemoTerritory(
    LAND,
    LAND_NAMES[LAND],
    TerritoryKind.LAND,
    parts=(
        _city("990010000000", "Lindenfurt, Stadt", 214_318, "187.40", "99901"),
        _city("990020000000", "Brückmünde, Hafenstadt", 118_642, "142.85", "99921"),
        _district(
            "99051",
            "Weißerlen",
            268_407,
            "1284.60",
            _alone("990510010010", "Ostermünster, Stadt", TypeCode.LARGE_DISTRICT_TOWN, 61_230, "96.12", "99931"),
            _alone("990510020020", "Quellenrode, Stadt", TypeCode.TOWN, 17_824, "71.93", "99934"),
            _association(
                "990515001",
                "Sonnenhang",
                TypeCode.VERBANDSGEMEINDE,
                _municipality("990515001101", "Nebelfurt, Stadt", TypeCode.TOWN, 9_860, "44.20", "99937"),
                _municipality("990515001102", "Rebtal am Hang", TypeCode.MUNICIPALITY, 6_415, "31.05", "99938"),
                _municipality("990515001103", "Kastanienfeld", TypeCode.MUNICIPALITY, 4_102, "27.64", "99938"),
                _municipality("990515001104", "Ahornau", TypeCode.MUNICIPALITY, 2_733, "19.88", "99939"),
            ),
        ),
        _district(
            "99052",
            "Moorwald",
            141_059,
            "1702.15",
            _alone("990520010010", "Falkenmoor, Stadt", TypeCode.TOWN, 34_916, "128.30", "99951"),
            _alone("990520020020", "Silberquell", TypeCode.MUNICIPALITY, 4_287, "38.47", "99954"),
            _association(
                "990525101",
                "Schilfsee",
                TypeCode.AMT,
                _municipality("990525101201", "Tannenried", TypeCode.MUNICIPALITY, 5_148, "52.77", "99957"),
                _municipality("990525101202", "Rabenfurt", TypeCode.MUNICIPALITY, 3_690, "41.02", "99957"),
                _municipality("990525101203", "Birkenmünde", TypeCode.MUNICIPALITY, 2_214, "36.91", "99958"),
                _municipality("990525101204", "Hagenmoor", TypeCode.MUNICIPALITY, 1_377, "48.36", "99959"),
            ),
        ),
    ),
)
