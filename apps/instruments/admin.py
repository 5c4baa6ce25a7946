"""Questionnaires in the administration pages: to look at. They change through actions only."""

from django.contrib import admin

from apps.core.read_only_admin import ReadOnlyAdmin
from apps.instruments.models import Instrument, InstrumentVersion, Item, Section


@admin.register(Instrument)
class InstrumentAdmin(ReadOnlyAdmin):
    list_display = ("title", "key")
    search_fields = ("title", "key")


@admin.register(InstrumentVersion)
class InstrumentVersionAdmin(ReadOnlyAdmin):
    list_display = ("title", "version", "state", "published_at")
    list_filter = ("state",)


@admin.register(Section)
class SectionAdmin(ReadOnlyAdmin):
    list_display = ("name", "version", "position", "dimension")
    list_filter = ("version",)
    list_select_related = ("version",)


@admin.register(Item)
class ItemAdmin(ReadOnlyAdmin):
    list_display = ("name", "version", "kind", "dimension", "weight", "target_level")
    list_filter = ("version", "kind", "dimension")
    list_select_related = ("version",)
    search_fields = ("name",)
