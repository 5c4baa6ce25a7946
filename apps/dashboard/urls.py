from django.urls import path

from apps.dashboard import views

municipality_urls = [
    path("", views.municipality, name="dashboard-municipality"),
]

person_urls = [
    path("", views.my_page, name="my-page"),
]

programme_urls = [
    path("", views.cockpit, name="dashboard-cockpit"),
    # The name under which rooms further down, which do not know the dashboard, link to the programme's first page.
    path("", views.cockpit, name="programme-home"),
]
