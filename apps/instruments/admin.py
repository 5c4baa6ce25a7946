"""Questionnaires in the administration pages: to look at. They change through actions only."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from apps.instruments.models import Instrument, InstrumentVersion, Item, Section


class _ReadOnly(admin.ModelAdmin):  # type: ignore[type-arg]  # not subscriptable at run time
    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_active and request.user.is_staff)


@admin.register(Instrument)
class InstrumentAdmin(_ReadOnly):
    list_display = ("title", "key")
    search_fields = ("title", "key")


@admin.register(InstrumentVersion)
class InstrumentVersionAdmin(_ReadOnly):
    list_display = ("title", "version", "state", "published_at")
    list_filter = ("state",)


@admin.register(Section)
class SectionAdmin(_ReadOnly):
    list_display = ("name", "version", "position", "dimension")
    list_filter = ("version",)
    list_select_related = ("version",)


@admin.register(Item)
class ItemAdmin(_ReadOnly):
    list_display = ("name", "version", "kind", "dimension", "weight", "target_level")
    list_filter = ("version", "kind", "dimension")
    list_select_related = ("version",)
    search_fields = ("name",)
