"""Ten fictional model municipalities and two small ones beside them: their people, and how far each has come."""

from dataclasses import dataclass
from datetime import date
from enum import Enum

from apps.municipalities.models import Municipality, Role

DOMAIN = "example"


class Stand(Enum):
    """How far a municipality's first assessment is."""

    INVITED = "invited"
    IN_PROGRESS = "in_progress"
    IN_REVIEW = "in_review"
    SIGNED_OFF = "signed_off"


@dataclass(frozen=True)
class DemoPerson:
    """A person with a role: `unit` is the department's name, `function` what stands below a signature."""

    first_name: str
    last_name: str
    role: str
    unit: str = ""
    function: str = ""


@dataclass(frozen=True)
class DemoMunicipality:
    """A municipality: territory, departments with abbreviation, people, and the course of its first assessment.

    maturity: the level most answers lie around. share: how much is answered while in progress, 0–1. kind and
    size_class: its answers to the questionnaire's profile. second_share: the same for the second wave, None: none.
    decision: what stands for a signature, where none is given with an account. is_small: takes the short questionnaire.
    """

    slug: str
    name: str
    ars: str
    employees: int
    kind: str
    size_class: str
    units: tuple[tuple[str, str], ...]
    people: tuple[DemoPerson, ...]
    stand: Stand
    maturity: float
    share: float = 1.0
    second_share: float | None = None
    eccar_member: bool = False
    report: bool = False
    decision: str = ""
    is_small: bool = False
    has_housing_module: bool = False
    stage: str = Municipality.Stage.MODEL


@dataclass(frozen=True)
class DemoDelegation:
    """A section of the second wave in other hands.

    to: last name of a contributor there, or the address a personal link goes to; then `name` says who that is.
    due: days from the day of seeding.
    """

    slug: str
    section: str
    to: str
    due: int
    name: str = ""
    note: str = ""
    is_handed_back: bool = False


COORDINATOR, CONTRIBUTOR, SIGNATORY, EMPLOYEE = (
    Role.COORDINATOR.value,
    Role.CONTRIBUTOR.value,
    Role.SIGNATORY.value,
    Role.EMPLOYEE.value,
)

#: Project staff: first name, last name, may use the administration pages.
PROJECT_STAFF = (("Miriam", "Osei-Lindner", True), ("Jonas", "Yıldırım", False))
PROJECT_DOMAIN = "projektteam"

#: Roles that are offered but not yet taken: municipality, address, role.
OPEN_INVITATIONS = (
    ("silberquell", "georg.thaler@silberquell.example", SIGNATORY),
    ("lindenfurt", "paula.nkemelu@lindenfurt.example", CONTRIBUTOR),
)

DELEGATIONS = (
    DemoDelegation("lindenfurt", "d6", "Nguyen", due=12, note="Bitte auch die Außenstellen des Ordnungsamts bedenken."),
    DemoDelegation("lindenfurt", "d2", "Demirci", due=9, is_handed_back=True),
    DemoDelegation("lindenfurt", "d5", "personalrat@lindenfurt.example", due=18, name="Wiebke Larsson"),
)

PARTICIPATES_SINCE = date(2026, 1, 1)

_STANDARD_UNITS = (("Hauptamt", "10"), ("Ordnungsamt", "32"), ("Amt für Soziales", "50"))

MUNICIPALITIES = (
    DemoMunicipality(
        slug="lindenfurt",
        name="Lindenfurt",
        ars="990010000000",
        employees=3_140,
        kind="district_free_city",
        size_class="cfc_3",
        units=(
            ("Personal- und Organisationsamt", "11"),
            ("Ordnungsamt", "32"),
            ("Amt für Migration und Integration", "33"),
            ("Amt für Chancengleichheit", "16"),
            ("Jugendamt", "51"),
        ),
        people=(
            DemoPerson("Amina", "Reuter", COORDINATOR, "Amt für Chancengleichheit"),
            DemoPerson("Henrike", "Vollmann", SIGNATORY, function="Oberbürgermeisterin"),
            DemoPerson("Tobias", "Nguyen", CONTRIBUTOR, "Ordnungsamt"),
            DemoPerson("Elif", "Demirci", CONTRIBUTOR, "Personal- und Organisationsamt"),
            DemoPerson("Piotr", "Wysocki", CONTRIBUTOR, "Amt für Migration und Integration"),
            DemoPerson("Lea", "Sommerfeld", EMPLOYEE, "Jugendamt"),
        ),
        stand=Stand.SIGNED_OFF,
        maturity=2.3,
        second_share=0.35,
        eccar_member=True,
        report=True,
        has_housing_module=True,
    ),
    DemoMunicipality(
        slug="landkreis-weisserlen",
        name="Landkreis Weißerlen",
        ars="99051",
        employees=1_180,
        kind="district",
        size_class="dis_3",
        units=(("Haupt- und Personalamt", "10"), ("Ausländerbehörde", "33"), ("Jugendamt", "51"), ("Sozialamt", "50")),
        people=(
            DemoPerson("Kwame", "Brenneis", COORDINATOR, "Haupt- und Personalamt"),
            DemoPerson("Friederike", "Ahlers", SIGNATORY, function="Landrätin"),
            DemoPerson("Svenja", "Petrović", CONTRIBUTOR, "Jugendamt"),
            DemoPerson("Mehmet", "Aksoy", CONTRIBUTOR, "Ausländerbehörde"),
            DemoPerson("Jannik", "Thiele", EMPLOYEE, "Sozialamt"),
        ),
        stand=Stand.SIGNED_OFF,
        maturity=1.7,
        second_share=0.1,
    ),
    DemoMunicipality(
        slug="ostermuenster",
        name="Ostermünster",
        ars="990510010010",
        employees=720,
        kind="municipality",
        size_class="mun_5",
        units=(("Hauptamt", "10"), ("Bürgerservice", "34"), ("Amt für Schule und Kultur", "40")),
        people=(
            DemoPerson("Julia", "Adeyemi", COORDINATOR, "Hauptamt"),
            DemoPerson("Bernd", "Kastner", SIGNATORY, function="Oberbürgermeister"),
            DemoPerson("Ingrid", "Hofer", CONTRIBUTOR, "Amt für Schule und Kultur"),
            DemoPerson("Arjun", "Mehta", CONTRIBUTOR, "Bürgerservice"),
            DemoPerson("Nadja", "Schreiber", EMPLOYEE, "Bürgerservice"),
        ),
        stand=Stand.SIGNED_OFF,
        maturity=1.4,
        second_share=0.0,
        eccar_member=True,
    ),
    DemoMunicipality(
        slug="amt-schilfsee",
        name="Amt Schilfsee",
        ars="990525101",
        employees=94,
        kind="association",
        size_class="ass_2",
        units=(("Zentrale Dienste", "I"), ("Bürgerdienste", "II"), ("Bauen und Liegenschaften", "III")),
        people=(
            DemoPerson("Ole", "Petersen-Cruz", COORDINATOR, "Zentrale Dienste"),
            DemoPerson("Maike", "Harmsen", SIGNATORY, function="Amtsdirektorin"),
            DemoPerson("Fatou", "Diallo", CONTRIBUTOR, "Bürgerdienste"),
            DemoPerson("Torben", "Lüders", EMPLOYEE, "Bauen und Liegenschaften"),
        ),
        stand=Stand.SIGNED_OFF,
        maturity=0.9,
        second_share=0.0,
        decision="Beschluss des Amtsausschusses, Vorlage 2026/017, TOP 6",
    ),
    DemoMunicipality(
        slug="brueckmuende",
        name="Brückmünde",
        ars="990020000000",
        employees=1_960,
        kind="district_free_city",
        size_class="cfc_2",
        units=(("Personalamt", "11"), ("Rechts- und Ordnungsamt", "30"), ("Amt für Soziales", "50")),
        people=(
            DemoPerson("Leyla", "Hashemi", COORDINATOR, "Personalamt"),
            DemoPerson("Matthias", "Brandt-Okafor", SIGNATORY, function="Oberbürgermeister"),
            DemoPerson("Carolin", "Zieliński", CONTRIBUTOR, "Personalamt"),
            DemoPerson("Daniel", "Weiß", CONTRIBUTOR, "Rechts- und Ordnungsamt"),
            DemoPerson("Mai", "Tran", EMPLOYEE, "Amt für Soziales"),
        ),
        stand=Stand.IN_REVIEW,
        maturity=2.0,
        eccar_member=True,
    ),
    DemoMunicipality(
        slug="falkenmoor",
        name="Falkenmoor",
        ars="990520010010",
        employees=385,
        kind="municipality",
        size_class="mun_4",
        units=_STANDARD_UNITS,
        people=(
            DemoPerson("Stefan", "Marković", COORDINATOR, "Hauptamt"),
            DemoPerson("Annegret", "Poppe", SIGNATORY, function="Bürgermeisterin"),
            DemoPerson("Samira", "Haddad", CONTRIBUTOR, "Amt für Soziales"),
            DemoPerson("Finn", "Oduya", EMPLOYEE, "Ordnungsamt"),
        ),
        stand=Stand.IN_REVIEW,
        maturity=1.2,
    ),
    DemoMunicipality(
        slug="landkreis-moorwald",
        name="Landkreis Moorwald",
        ars="99052",
        employees=860,
        kind="district",
        size_class="dis_2",
        units=(("Personalamt", "11"), ("Sozialamt", "50"), ("Ordnungsamt", "32")),
        people=(
            DemoPerson("Theresa", "Kaltenbach", COORDINATOR, "Personalamt"),
            DemoPerson("Ralf", "Meinders", SIGNATORY, function="Landrat"),
            DemoPerson("Yusuf", "Karadağ", CONTRIBUTOR, "Sozialamt"),
            DemoPerson("Olena", "Bondarenko", CONTRIBUTOR, "Ordnungsamt"),
            DemoPerson("Grit", "Sasse", EMPLOYEE, "Sozialamt"),
        ),
        stand=Stand.IN_PROGRESS,
        maturity=1.6,
        share=0.75,
    ),
    DemoMunicipality(
        slug="quellenrode",
        name="Quellenrode",
        ars="990510020020",
        employees=148,
        kind="municipality",
        size_class="mun_3",
        units=_STANDARD_UNITS,
        people=(
            DemoPerson("Samira", "Haddad", COORDINATOR, "Amt für Soziales"),
            DemoPerson("Uwe", "Lohmeier", SIGNATORY, function="Bürgermeister"),
            DemoPerson("Hanna", "Sliwka", CONTRIBUTOR, "Hauptamt"),
            DemoPerson("Dilan", "Arslan", EMPLOYEE, "Ordnungsamt"),
        ),
        stand=Stand.IN_PROGRESS,
        maturity=1.1,
        share=0.45,
    ),
    DemoMunicipality(
        slug="verbandsgemeinde-sonnenhang",
        name="Verbandsgemeinde Sonnenhang",
        ars="990515001",
        employees=176,
        kind="association",
        size_class="ass_3",
        units=(("Zentrale Dienste", "1"), ("Bürgerbüro", "2"), ("Bildung und Soziales", "3")),
        people=(
            DemoPerson("Katrin", "Bauer-Mensah", COORDINATOR, "Zentrale Dienste"),
            DemoPerson("Peter", "Wendling", SIGNATORY, function="Bürgermeister der Verbandsgemeinde"),
            DemoPerson("Rosa", "Marinelli", CONTRIBUTOR, "Bürgerbüro"),
            DemoPerson("Milan", "Horvat", EMPLOYEE, "Bildung und Soziales"),
        ),
        stand=Stand.IN_PROGRESS,
        maturity=1.3,
        share=0.15,
    ),
    DemoMunicipality(
        slug="silberquell",
        name="Silberquell",
        ars="990520020020",
        employees=37,
        kind="municipality",
        size_class="mun_1",
        units=(("Hauptverwaltung", "1"), ("Bürgerbüro", "2")),
        people=(
            DemoPerson("Birgit", "Seidl", COORDINATOR, "Hauptverwaltung"),
            DemoPerson("Ahmad", "Rahimi", CONTRIBUTOR, "Bürgerbüro"),
            DemoPerson("Wiebke", "Janßen", EMPLOYEE, "Bürgerbüro"),
        ),
        stand=Stand.INVITED,
        maturity=0.0,
        share=0.0,
    ),
    DemoMunicipality(
        slug="hagenmoor",
        name="Hagenmoor",
        ars="990525101204",
        employees=6,
        kind="municipality",
        size_class="mun_1",
        units=(("Gemeindebüro", "1"),),
        people=(
            DemoPerson("Inka", "Brodersen", COORDINATOR, "Gemeindebüro"),
            DemoPerson("Hauke", "Nissen", SIGNATORY, function="Bürgermeister"),
        ),
        stand=Stand.IN_PROGRESS,
        maturity=1.2,
        share=0.5,
        is_small=True,
        stage=Municipality.Stage.ASSOCIATED,
    ),
    DemoMunicipality(
        slug="birkenmuende",
        name="Birkenmünde",
        ars="990525101203",
        employees=9,
        kind="municipality",
        size_class="mun_1",
        units=(("Gemeindebüro", "1"),),
        people=(DemoPerson("Malte", "Sievers", COORDINATOR, "Gemeindebüro"),),
        stand=Stand.INVITED,
        maturity=0.0,
        share=0.0,
        is_small=True,
        stage=Municipality.Stage.ASSOCIATED,
    ),
)

_PLAIN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ı": "i", "ğ": "g", "ć": "c", "ń": "n", "ş": "s"})


def address(first_name: str, last_name: str, host: str) -> str:
    """E-mail address of a person: `elif.demirci@lindenfurt.example`; `.example` belongs to nobody (RFC 2606)."""
    local = f"{first_name}.{last_name}".lower().translate(_PLAIN)
    return f"{local}@{host}.{DOMAIN}"


def home_of(person: DemoPerson) -> str:
    """Slug of the municipality that a person's address belongs to: the last in which the person is named.

    Whoever works for two municipalities has one address and one account.
    """
    return next(
        place.slug
        for place in reversed(MUNICIPALITIES)
        if any((other.first_name, other.last_name) == (person.first_name, person.last_name) for other in place.people)
    )


def address_of(person: DemoPerson) -> str:
    """The address a person signs in with."""
    return address(person.first_name, person.last_name, home_of(person))
