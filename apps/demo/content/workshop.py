"""Fictional members of the three benches and of the expert panel; none of their organisations exists."""

from dataclasses import dataclass

from apps.accounts.models import Bench

ADMINISTRATION, CIVIL_SOCIETY, SCIENCE = (
    Bench.ADMINISTRATION.value,
    Bench.CIVIL_SOCIETY.value,
    Bench.SCIENCE.value,
)
#: What stands behind the @ of their addresses; `.example` follows.
DOMAINS = {ADMINISTRATION: "bank-verwaltung", CIVIL_SOCIETY: "zivilgesellschaft", SCIENCE: "forschung", "": "gremium"}


@dataclass(frozen=True)
class DemoMember:
    """A member of a bench, or with bench "" of the panel. `function` is read in public by whoever is not named."""

    first_name: str
    last_name: str
    bench: str
    function: str
    organisation: str = ""
    is_named: bool = False


MEMBERS = (
    DemoMember("Gesine", "Marquardt", ADMINISTRATION, "Leiterin eines Beschwerdemanagements", "Stadt Lindenfurt", True),
    DemoMember("Emeka", "Brandner", ADMINISTRATION, "Leiter eines Personalamts", "Landkreis Weißerlen"),
    DemoMember("Sabine", "Toprak", ADMINISTRATION, "Leiterin eines Hauptamts", "Stadt Ostermünster"),
    DemoMember("Rainer", "Wolframm", ADMINISTRATION, "Justiziar einer kreisfreien Stadt", "Stadt Brückmünde"),
    DemoMember("Nele", "Carstens", ADMINISTRATION, "Leiterin der Zentralen Dienste eines Amtes", "Amt Schilfsee"),
    DemoMember(
        "Aminata",
        "Keller",
        CIVIL_SOCIETY,
        "Beraterin in einer Antidiskriminierungsstelle",
        "Netz der Beratungsstellen Nordlicht e. V.",
        True,
    ),
    DemoMember(
        "Daniyar", "Sultanow", CIVIL_SOCIETY, "Sprecher von Selbstorganisationen", "Bund der Selbstorganisationen", True
    ),
    DemoMember("Ronja", "Weisz", CIVIL_SOCIETY, "Vertreterin von Sinti*zze und Rom*nja", "Forum Miteinander e. V."),
    DemoMember("Khalid", "Osman-Reiff", CIVIL_SOCIETY, "Berater von Betroffenen rechter Gewalt", "Gegenwind e. V."),
    DemoMember("Henriette", "Adomako", SCIENCE, "Professorin für Verwaltungswissenschaft", "Hochschule am Hafen", True),
    DemoMember("Luca", "Steinhoff", SCIENCE, "Wissenschaftler für öffentliches Recht", "Universität Weidental"),
    DemoMember("Şirin", "Kara-Vogel", SCIENCE, "Wissenschaftlerin für Rassismusforschung", "Institut Zusammenleben"),
    DemoMember("Naledi", "Fischer", "", "Professorin für Verwaltungsrecht", "Universität Weidental", True),
    DemoMember("Cem", "Arıkan", "", "Sachverständiger für Antidiskriminierungsberatung", "", True),
    DemoMember("Margarethe", "Oyelaran", "", "Leitende Kommunalaufsicht a. D."),
    DemoMember("Tuan", "Le-Harms", "", "Vertreter der kommunalen Spitzenverbände im Land"),
    DemoMember("Hatice", "Bergmann", "", "Vorsitzende eines Gesamtpersonalrats"),
    DemoMember("Oskar", "Wieczorek", "", "Wissenschaftler für Wirkungsmessung", "Hochschule am Hafen"),
    DemoMember("Jelena", "Radić", "", "Vertreterin eines Betroffenenbeirats"),
)

#: A role that is offered and not taken yet.
INVITED = DemoMember("Ilse", "Benatar", CIVIL_SOCIETY, "Vertreterin jüdischer Gemeinden", "Runder Tisch Zuhören")
