"""Routes of the programme needs table, for project staff."""

from django.urls import path

from apps.assessments.views import needs_table

programme_urls = [
    path("needs/", needs_table.needs_table, name="needs-table"),
    path("needs/words/", needs_table.needs_words, name="needs-words"),
    path("needs/<uuid:wave_id>/workbook/", needs_table.needs_workbook, name="needs-workbook"),
    path("needs/<uuid:wave_id>/decisions/", needs_table.needs_decisions, name="needs-decisions"),
    path("needs/<uuid:wave_id>/decide/", needs_table.needs_decide, name="needs-decide"),
]
