"""Routes of measures."""

from django.urls import URLPattern, path

from apps.commitments.views import calendar, measure_details, measure_files, measures

_MEASURE = "measures/<uuid:measure_id>/"

municipality_urls: list[URLPattern] = [
    path("measures/", measures.board, name="measures-board"),
    path("measures/list/", measures.measure_list, name="measures-list"),
    path("measures/timeline/", measures.measure_timeline, name="measures-timeline"),
    path("measures/choose/", measures.choose, name="measures-choose"),
    path("measures/new/", measures.new, name="measures-new"),
    path("measures/export/", measure_files.export, name="measures-export"),
    path("measures/import/", measure_files.import_check, name="measures-import"),
    path("measures/import/apply/", measure_files.import_apply, name="measures-import-apply"),
    path("measures/calendar/", calendar.address, name="measures-calendar"),
    path("measures/calendar/revoke/", calendar.revoke, name="measures-calendar-revoke"),
    path("measures/calendar/<str:token>.ics", calendar.calendar_feed, name="commitments-calendar-feed"),
    path(_MEASURE, measure_details.detail, name="measures-detail"),
    path(f"{_MEASURE}change/", measures.change, name="measures-change"),
    path(f"{_MEASURE}state/", measures.state, name="measures-state"),
    path(f"{_MEASURE}values/", measure_details.add_value, name="measures-value-add"),
    path(f"{_MEASURE}values/<uuid:value_id>/remove/", measure_details.remove_value, name="measures-value-remove"),
    path(f"{_MEASURE}comments/", measure_details.comment, name="measures-comment"),
    path(f"{_MEASURE}evidence/new/", measure_details.add_evidence, name="measures-evidence-add"),
    path(
        f"{_MEASURE}evidence/<uuid:evidence_id>/remove/",
        measure_details.remove_evidence,
        name="measures-evidence-remove",
    ),
    path(f"{_MEASURE}evidence/<uuid:evidence_id>/file/", measure_details.evidence_file, name="measures-evidence-file"),
    path(f"{_MEASURE}waits-for/", measure_details.add_dependency, name="measures-dependency-add"),
    path(
        f"{_MEASURE}waits-for/<uuid:after_id>/remove/",
        measure_details.remove_dependency,
        name="measures-dependency-remove",
    ),
]
programme_urls: list[URLPattern] = []
workshop_urls: list[URLPattern] = []
person_urls: list[URLPattern] = []
public_urls: list[URLPattern] = []
