"""The pages to visit: all that a GET reaches, found in the URL resolver, each as somebody who may see it."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.e2e.demo_server import Demo

#: Django's own administration pages, which are not ours to mend; the way to and from an identity provider.
LEFT_OUT = {"admin", "openid_connect_login", "openid_connect_callback"}
#: Who visits a page; else its prefix decides.
ACTORS = {
    "account_login": "",
    "account_reset_password": "",
    "account_reset_password_done": "",
    "account_reset_password_from_key": "",
    "account_signup": "",
    "account_confirm_email": "secured",
    "account_email": "secured",
    "assessments-contribute": "",
    "assessments-contribute-answer": "",
    "assessments-contribute-evidence": "",
    "assessments-contribute-evidence-file": "",
    "assessments-contribute-hand-back": "",
    "assessments-contribute-upload": "",
    "assessments-contribute-upload-file": "",
    "assessments-delegation-hand-back": "contributor",
    "assessments-outside-read": "",
    "assessments-outside-section": "",
    "assessments-outside-submit": "",
    "assessments-review": "signatory",
    "assessments-sign-record": "signatory",
    "assessments-signature-file": "staff",
    "commitments-commitment-document": "staff",
    "recommendations-comment-disposition": "answering",
    "recommendations-expenses": "expenses",
    "recommendations-expense-withdraw": "expenses",
    "recommendations-fields": "author",
    "recommendations-mine": "author",
    "recommendations-round-dispositions": "answering",
    "recommendations-section": "author",
    "recommendations-section-release": "author",
    "recommendations-section-take-over": "staff",
    "recommendations-write": "author",
    "municipalities-join": "",
    "municipalities-single-sign-on": "staff",
    "municipalities-sso": "",
    "modules-english": "trainer",
    "modules-english-fields": "trainer",
    "modules-english-unit": "trainer",
    "modules-fields": "trainer",
    "modules-file-remove": "trainer",
    "modules-files": "trainer",
    "modules-mine": "trainer",
    "modules-part": "trainer",
    "modules-part-delete": "trainer",
    "modules-part-add": "trainer",
    "modules-read": "panel",
    "modules-unit": "trainer",
    "modules-unit-delete": "trainer",
    "modules-unit-move": "trainer",
    "modules-unit-add": "trainer",
    "modules-unit-preview": "trainer",
    "modules-units": "trainer",
    "modules-write": "trainer",
    "my-trainings": "employee",
    "my-trainings-cancel": "employee",
    "start": "",
    "trainer-sessions-attendance": "trainer",
    "trainer-sessions-attendance-pdf": "trainer",
    "trainer-sessions-code": "trainer",
    "trainer-sessions-detail": "trainer",
    "trainer-sessions-hold": "trainer",
    "trainer-sessions-list": "trainer",
    "trainer-sessions-material": "trainer",
    "training-approvals-decide": "approver",
    "training-approver-remove": "staff",
    "training-certificate-pdf": "employee",
    "training-certificates": "employee",
    "training-check-in-code": "contributor",
    "trainings-calendar": "employee",
    "trainings-enrol": "contributor",
}
OF_PREFIX = {
    "k": "coordinator",
    "programme": "staff",
    "workshop": "bench",
    "workshop/panel": "panel",
    "me": "coordinator",
    "accounts": "secured",
}
#: Objects that a page needs other than the usual ones: keys of prepare.objects().
OBJECTS = {
    "assessments-changes": "second",
    "assessments-contribute-answer": "item",
    "assessments-contribute-evidence-file": "evidence",
    "assessments-contribute-upload": "attached-by-link",
    "assessments-contribute-upload-file": "attached-by-link",
    "assessments-delegation-give": "second",
    "assessments-delegation-link": "second",
    "assessments-delegations": "second",
    "assessments-departments": "second",
    "assessments-departments-item": "undecided",
    "assessments-dimension": "need",
    "assessments-evidence": "second",
    "assessments-evidence-add": "second",
    "assessments-evidence-change": "evidence",
    "assessments-evidence-choose": "second",
    "assessments-evidence-file": "evidence",
    "assessments-evidence-remove": "evidence",
    "assessments-history": "item",
    "assessments-item-remarks": "item",
    "assessments-need-priority": "need",
    "assessments-outside": "second",
    "assessments-outside-differences": "second",
    "assessments-outside-invite": "second",
    "assessments-outside-renew": "reading",
    "assessments-outside-withdraw": "reading",
    "assessments-remark-reply": "remark",
    "assessments-remark-settle": "remark",
    "assessments-remarks": "second",
    "assessments-review": "review",
    "assessments-sign-record": "review",
    "assessments-signature-file": "on-paper",
    "assessments-then": "second",
    "assessments-then-overview": "second",
    "assessments-upload": "attached",
    "assessments-upload-file": "attached",
    "commitments-adoption-confirm": "asked",
    "commitments-adoption-document": "with-document",
    "commitments-adoption-keep": "asked",
    "commitments-commitment-discard": "draft-commitment",
    "commitments-commitment-edit": "draft-commitment",
    "commitments-commitment-in-force": "draft-commitment",
    "panel-advice-edit": "drafted",
    "panel-advice-give": "drafted",
    "panel-minutes-approve": "held",
    "panel-minutes-pdf": "held",
    "pilots-begin": "planned",
    "pilots-call-off": "running",
    "pilots-evaluate": "running",
    "pilots-note": "running",
    "pilots-plan": "planned",
    "pilots-plan-in": "still-piloted",
    "recommendations-round-mine": "closed-round",
    "recommendations-section-release": "in-hand",
    "routines-release": "completed",
    "routines-take-back": "released",
    "learning-sheet": "unit-download",
    "trainer-sessions-attendance": "now-on",
    "trainer-sessions-attendance-pdf": "now-on",
    "trainer-sessions-code": "now-on",
    "trainer-sessions-hold": "now-on",
    "training-approvals-decide": "asked-for",
    "modules-part": "part",
    "modules-part-add": "part",
    "modules-part-delete": "part",
    "waves-assessment-extend": "in-second-wave",
}
#: What stands behind the address of a page that asks for it; {objects} may stand in it.
QUERIES = {
    "my-trainings-cancel": "?place={place}",
    "trainings-enrol": "?session={session}",
}
#: Kinds of units, each with one in the module that prepare_training.py makes; a film has a file or is elsewhere.
UNIT_KINDS = ("text", "scenario", "reflection", "download", "quiz", "image", "video", "elsewhere", "audio")
#: The same page as others see it, or in another state: name, actor, objects, query.
MORE = (
    ("dashboard-municipality", "contributor", "", ""),
    ("dashboard-municipality", "signatory", "review", ""),
    ("dashboard-municipality", "employee", "", ""),
    ("dashboard-municipality", "staff", "working", ""),
    ("dashboard-cockpit", "staff", "", "?stage=associated"),
    ("assessments-detail", "coordinator", "second", ""),
    ("assessments-detail", "staff", "working", ""),
    ("assessments-section", "coordinator", "second", ""),
    ("assessments-section", "coordinator", "second", "?missing"),
    ("assessments-check", "coordinator", "second", ""),
    ("assessments-section", "coordinator", "second", "?previous=1"),
    ("assessments-section", "coordinator", "shared-section", ""),
    ("assessments-section", "coordinator", "unchanged-section", "?previous=1"),
    ("assessments-section", "contributor", "shared-section", ""),
    ("assessments-section", "coordinator", "about-us", ""),
    ("assessments-section", "signatory", "handed-in-section", ""),
    ("assessments-section", "staff", "small", ""),
    ("assessments-changes", "staff", "second", ""),
    ("assessments-departments", "coordinator", "", ""),
    ("assessments-departments-item", "coordinator", "decided", ""),
    ("assessments-detail", "coordinator", "housing", ""),
    ("assessments-detail", "staff", "by-decision", ""),
    ("assessments-detail", "staff", "on-paper", ""),
    ("assessments-detail", "staff", "small", ""),
    ("assessments-evidence", "contributor", "second", ""),
    ("assessments-evidence", "staff", "", ""),
    ("assessments-evidence-change", "coordinator", "address", ""),
    ("assessments-history", "signatory", "handed-in-item", ""),
    ("assessments-item-remarks", "staff", "item-with-feedback", ""),
    ("assessments-item-remarks", "coordinator", "item-with-question", ""),
    ("assessments-needs", "coordinator", "second", ""),
    ("assessments-outside-differences", "signatory", "review", ""),
    ("assessments-remarks", "coordinator", "", ""),
    ("assessments-remarks", "staff", "second", ""),
    ("assessments-summary", "signatory", "review", ""),
    ("assessments-summary", "staff", "by-decision", ""),
    ("assessments-delegation", "coordinator", "single-items", ""),
    ("assessments-upload", "coordinator", "attached", "?remove=1"),
    ("routine-examples-detail", "staff", "published", ""),
    ("routines-check", "coordinator", "", "?section=r2&missing=1"),
    ("routines-check", "coordinator", "", "?section=r4"),
    ("routines-detail", "coordinator", "completed", ""),
    ("routines-detail", "coordinator", "never-checked", ""),
    ("routines-list", "contributor", "", ""),
    ("routines-list", "staff", "review", ""),
    ("routines-result", "coordinator", "released", ""),
    ("assessments-delegation", "coordinator", "by-link", ""),
    ("assessments-delegations", "coordinator", "", ""),
    ("assessments-detail", "contributor", "second", ""),
    ("assessments-section", "contributor", "given-section", ""),
    ("assessments-result", "coordinator", "second", ""),
    ("assessments-review", "staff", "review", ""),
    ("components", "", "", "?errors"),
    ("instruments-paper", "staff", "basis-version", ""),
    ("instruments-version", "staff", "basis-version", ""),
    ("instruments-version", "staff", "routines-version", ""),
    ("mfa_activate_totp", "coordinator", "", ""),
    ("mfa_index", "coordinator", "", ""),
    ("account_change_password", "coordinator", "", ""),
    ("municipalities-territories", "staff", "", "?q=linden"),
    ("my-page", "staff", "", ""),
    ("my-page", "employee", "", ""),
    ("needs-decide", "staff", "", "?subject=d1_02"),
    ("needs-table", "staff", "", "?wave={wave_id}"),
    ("needs-words", "staff", "", "?wave={wave_id}"),
    ("start", "coordinator", "", ""),
    ("chain-detail", "coordinator", "", "?from=level"),
    ("chain-list", "coordinator", "", "?measure={measure}"),
    ("chain-list", "staff", "", "?recommendation={recommendation}"),
    ("commitments-adoption", "coordinator", "asked", ""),
    ("commitments-adoption", "coordinator", "considered", ""),
    ("commitments-commitment-detail", "coordinator", "draft-commitment", ""),
    ("measures-detail", "coordinator", "waiting", ""),
    ("measures-detail", "staff", "by-address", ""),
    ("panel-advice", "staff", "answered", ""),
    ("panel-home", "conflicted", "", ""),
    ("panel-meeting", "panel", "held", ""),
    ("panel-meeting-staff", "staff", "held", ""),
    ("panel-review", "panel", "review-decided", ""),
    ("panel-review", "conflicted", "", ""),
    ("panel-review", "undeclared", "", ""),
    ("panel-review-staff", "staff", "review-decided", ""),
    ("pilots-detail", "coordinator", "planned", ""),
    ("pilots-detail", "coordinator", "running", ""),
    ("pilots-subject", "staff", "still-piloted", ""),
    ("recommendations-detail", "staff", "before-panel", ""),
    ("recommendations-detail", "staff", "in-round", ""),
    ("recommendations-detail", "staff", "standard", ""),
    ("recommendations-mine", "staff", "", ""),
    ("recommendations-read", "bench", "draft-note", ""),
    ("recommendations-read-municipality", "coordinator", "draft-note", ""),
    ("recommendations-round", "answering", "", ""),
    ("recommendations-round", "bench", "closed-round", ""),
    ("recommendations-round-comments", "bench", "", "?bench=administration&state=open"),
    ("recommendations-round-dispositions", "staff", "closed-round", ""),
    ("recommendations-round-manage", "staff", "closed-round", ""),
    ("recommendations-round-section", "answering", "", ""),
    ("recommendations-section", "author", "in-hand", ""),
    ("recommendations-section", "staff", "in-hand", ""),
    ("recommendations-fields", "author", "legal", ""),
    ("recommendations-fields", "author", "indicator", ""),
    ("workshop", "panel", "", ""),
    ("workshop", "staff", "", ""),
)

MORE_OF_TRAINING = (
    *(("learning-unit", "employee", f"unit-{kind}", "") for kind in UNIT_KINDS),
    *(("modules-unit", "trainer", f"write-{kind}", "") for kind in UNIT_KINDS),
    *(("modules-unit-preview", "trainer", f"write-{kind}", "") for kind in UNIT_KINDS),
    ("learning-overview", "employee", "learned", ""),
    ("learning-overview", "staff", "learned", ""),
    ("learning-overview", "unopened", "learned-at-moorwald", ""),
    ("modules-detail", "staff", "idea", ""),
    ("modules-detail", "staff", "module-piloting", ""),
    ("modules-detail", "staff", "module-standard", ""),
    ("modules-fields", "trainer", "basics", ""),
    ("modules-fields", "trainer", "legal", ""),
    ("modules-fields", "trainer", "sources", ""),
    ("modules-part", "trainer", "place", ""),
    ("modules-part-add", "trainer", "matching", ""),
    ("modules-part-add", "trainer", "ordering", ""),
    ("modules-part-add", "trainer", "reflection", ""),
    ("modules-read", "trainer", "module-standard", ""),
    ("modules-unit-add", "trainer", "for-trainers", ""),
    ("modules-write", "staff", "", ""),
    ("my-trainings", "coordinator", "", ""),
    ("my-trainings", "waiting", "", ""),
    ("overlays-list", "coordinator", "without-overlay", ""),
    ("overlays-list", "staff", "", ""),
    ("packages-module", "coordinator", "without-overlay", ""),
    ("programme-sessions-attendance", "staff", "session-held", ""),
    ("programme-sessions-cancel", "staff", "session-confidential", ""),
    ("programme-sessions-detail", "staff", "session-cancelled", ""),
    ("programme-sessions-detail", "staff", "session-confidential", ""),
    ("programme-sessions-detail", "staff", "session-held", ""),
    ("programme-sessions-list", "staff", "", "?over=1"),
    ("programme-sessions-seats", "staff", "session-confidential", ""),
    ("session-people", "coordinator", "session-held", ""),
    ("session-people", "staff", "", ""),
    ("sessions-detail", "coordinator", "planned-session", ""),
    ("sessions-list", "coordinator", "", "?over=1"),
    ("sessions-list", "staff", "at-moorwald", ""),
    ("trainer-sessions-detail", "overdue", "session-confidential", ""),
    ("trainer-sessions-list", "overdue", "", ""),
    ("trainers-detail", "staff", "overdue-trainer", ""),
    ("training-approvals", "approver", "at-brueckmuende", ""),
    ("training-catalogue", "employee", "", "?words=Beschwerde"),
    ("training-catalogue", "employee", "", "?words=nichtsdergleichen"),
    ("training-catalogue", "unopened", "at-moorwald", ""),
    ("training-certificates", "contributor", "", ""),
    ("training-certificates", "coordinator", "", ""),
    ("training-gate", "staff", "at-moorwald", ""),
    ("training-mandatory", "signatory", "at-brueckmuende", ""),
    ("training-module", "employee", "empowerment", ""),
    ("training-module", "employee", "piloted-module", ""),
    ("training-module", "employee", "learned", ""),
    ("training-public", "", "empowerment", ""),
    ("training-public", "", "piloted-module", ""),
    ("training-public-list", "", "", "?words=Beschwerde"),
    ("training-recommended", "employee", "", ""),
    ("training-session", "employee", "session-cancelled", ""),
    ("training-session", "employee", "session-confidential", ""),
    ("training-session", "employee", "session-full", ""),
    ("training-session", "employee", "session-with-quota", ""),
    ("training-sessions", "unopened", "at-moorwald", ""),
    ("training-verify-number", "", "revoked-certificate", ""),
    ("trainings-calendar", "coordinator", "", ""),
    ("trainings-enrol", "contributor", "of-cancelled", "?session={session}"),
    ("trainings-enrol", "contributor", "of-confidential", "?session={session}"),
    ("trainings-enrol", "coordinator", "of-full", "?session={session}"),
    ("trainings-enrol", "employee", "of-full", "?session={session}"),
    ("trainings-enrol", "unopened", "", "?session={session}"),
)


@dataclass(frozen=True)
class Visit:
    """A page: name and route of its URL, who visits, with which objects and query, in which {objects} may stand.

    is_further: the same page is visited in another state as well.
    """

    name: str
    route: str
    actor: str
    objects: str
    query: str = ""
    is_further: bool = False

    def __str__(self) -> str:
        return f"{self.name}{self.query}" + (f"-as-{self.actor}" if self.actor else "")

    def path(self, demo: Demo) -> str:
        """The path with the demo's objects filled in: those of the app, of the URL, of the visit.

        Raises LookupError where prepare.py has none for an argument.
        """
        keys = dict.fromkeys(("", self.name.partition("-")[0], self.name, self.objects))
        known = {name: value for key in keys for name, value in demo.kwargs.get(key, {}).items()}
        wanted = arguments(self.name)
        if missing := [name for name in wanted if name not in known]:
            raise LookupError(f"objects() in tests/e2e/prepare.py has no {missing} for {self.name}")
        return reverse(self.name, kwargs={name: known[name] for name in wanted}) + self.query.format(**known)


def arguments(name: str) -> list[str]:
    """Names of the arguments that the URL takes."""
    possibilities = get_resolver().reverse_dict.getlist(name)
    _pattern, names = possibilities[0][0][0]
    return list(names)


def visits() -> Iterator[Visit]:
    """Every named URL once, then the further ones."""
    routes = dict(_routes(get_resolver().url_patterns))
    for name, route in routes.items():
        first, second = ([*route.split("/"), ""])[:2]
        actor = ACTORS.get(name, OF_PREFIX.get(f"{first}/{second}", OF_PREFIX.get(first, "")))
        yield Visit(name, route, actor, OBJECTS.get(name, ""), QUERIES.get(name, ""))
    for name, actor, objects, query in (*MORE, *MORE_OF_TRAINING):
        yield Visit(name, routes[name], actor, objects, query, is_further=True)


def _routes(patterns: "list[URLPattern | URLResolver]", prefix: str = "") -> "Iterator[tuple[str, str]]":
    for entry in patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            if entry.namespace not in LEFT_OUT:
                yield from _routes(entry.url_patterns, route)
        elif entry.name and entry.name not in LEFT_OUT:
            yield entry.name, route
