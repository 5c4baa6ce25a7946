from django.urls import path

from apps.instruments import views

programme_urls = [
    path("instruments/", views.instrument_list, name="instruments-list"),
    path("instruments/upload/", views.upload, name="instruments-upload"),
    path("instruments/<uuid:pk>/", views.version_preview, name="instruments-version"),
    path("instruments/<uuid:pk>/workbook/", views.workbook, name="instruments-workbook"),
    path("instruments/<uuid:pk>/paper/", views.paper, name="instruments-paper"),
    path("instruments/<uuid:pk>/paper/pdf/", views.paper_pdf, name="instruments-paper-pdf"),
    path("instruments/<uuid:pk>/paper/pdf/<str:language>/", views.paper_file, name="instruments-paper-file"),
    path("instruments/<uuid:pk>/export/", views.export, name="instruments-export"),
    path("instruments/<uuid:pk>/compare/", views.compare, name="instruments-compare"),
    path("instruments/<uuid:pk>/publish/", views.publish, name="instruments-publish"),
    path("instruments/<uuid:pk>/retire/", views.retire, name="instruments-retire"),
    path("instruments/<uuid:pk>/discard/", views.discard, name="instruments-discard"),
]
