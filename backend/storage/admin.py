"""Servers and blobs in the admin, to look at: rows here are made and deleted by the storage itself."""

from typing import TYPE_CHECKING

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from core.admin_lists import CappedPaginator
from core.units import format_size
from storage.models import Blob, Replica, Server

if TYPE_CHECKING:
    ServerBase = admin.ModelAdmin[Server]
    BlobBase = admin.ModelAdmin[Blob]
    ReplicaBase = admin.TabularInline[Replica, Blob]
else:
    ServerBase = BlobBase = admin.ModelAdmin
    ReplicaBase = admin.TabularInline


class ReadOnly:
    """Nothing can be added, changed or deleted, whatever a person's permissions are."""

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


@admin.register(Server)
class ServerAdmin(ReadOnly, ServerBase):
    list_display = ("name", "kind", "status", "free", "checked_at")

    @admin.display(description=_("free"), ordering="free_bytes")
    def free(self, server: Server) -> str:
        return "" if server.free_bytes is None else format_size(server.free_bytes)


class ReplicaInline(ReadOnly, ReplicaBase):
    model = Replica
    fields = ("server", "status", "verified_at")


@admin.register(Blob)
class BlobAdmin(ReadOnly, BlobBase):
    list_display = ("path", "sized", "created_at", "here")
    list_per_page = 20
    list_max_show_all = 0
    ordering = ("-id",)
    sortable_by = ()
    search_fields = ("sha256__exact", "md5__exact", "path__exact")
    search_help_text = _("Search by SHA-256, MD5 or the whole path")
    show_full_result_count = False
    paginator = CappedPaginator
    inlines = (ReplicaInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Blob]:
        return super().get_queryset(request).prefetch_related("replicas")

    @admin.display(description=_("size"))
    def sized(self, blob: Blob) -> str:
        return format_size(blob.size)

    @admin.display(description=_("bytes are there"), boolean=True)
    def here(self, blob: Blob) -> bool:
        return any(replica.status == Replica.Status.READY for replica in blob.replicas.all())
