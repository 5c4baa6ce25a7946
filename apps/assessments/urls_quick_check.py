"""Route of the quick check, which is open to everybody."""

from django.urls import path

from apps.assessments.views import quick_check

public_urls = [path("quick-check/", quick_check.quick_check, name="quick-check")]
