from django.urls import URLPattern, path

from apps.training.views import calendar

municipality_urls: list[URLPattern] = []
programme_urls: list[URLPattern] = []
workshop_urls: list[URLPattern] = []
person_urls: list[URLPattern] = [
    path("trainings/calendar/", calendar.settings, name="trainings-calendar"),
    path("trainings/calendar/address/", calendar.address, name="trainings-calendar-address"),
    path("trainings/calendar/revoke/", calendar.revoke, name="trainings-calendar-revoke"),
    path("trainings/calendar/titles/", calendar.titles, name="trainings-calendar-titles"),
]
public_urls: list[URLPattern] = [
    path("trainings-calendar/<str:token>.ics", calendar.calendar_feed, name="trainings-calendar-feed"),
]
