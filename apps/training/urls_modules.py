from django.urls import URLPattern, path

from apps.training.views import modules

municipality_urls: list[URLPattern] = []
programme_urls: list[URLPattern] = [
    path("modules/", modules.module_list, name="modules-list"),
    path("modules/new/", modules.start, name="modules-start"),
    path("modules/<uuid:pk>/", modules.detail, name="modules-detail"),
    path("modules/<uuid:pk>/step/", modules.step, name="modules-step"),
    path("modules/<uuid:pk>/next/", modules.next_version, name="modules-next-version"),
    path("modules/<uuid:pk>/share/", modules.share, name="modules-share"),
    path("modules/<uuid:pk>/authors/", modules.authors, name="modules-authors"),
    path("modules/authors/<uuid:author_id>/remove/", modules.remove_author, name="modules-author-remove"),
]
workshop_urls: list[URLPattern] = []
person_urls: list[URLPattern] = []
public_urls: list[URLPattern] = [
    path("training-files/<uuid:pk>/", modules.module_file, name="training-file"),
]
