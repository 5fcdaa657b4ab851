"""Blobs, the servers that hold them, and the replicas between the two."""

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class ServerQuerySet(models.QuerySet["Server"]):
    def local(self) -> "Server":
        """The server of this installation's own disk; made on first use."""
        return self.get_or_create(name="local", defaults={"kind": Server.Kind.LOCAL})[0]


class Server(models.Model):
    """A place for bytes."""

    class Kind(models.TextChoices):
        LOCAL = "local", _("Local disk")

    class Status(models.TextChoices):
        ONLINE = "online", _("Online")
        OFFLINE = "offline", _("Offline")

    name = models.CharField(_("name"), max_length=100, unique=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.LOCAL)
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.ONLINE)
    free_bytes = models.BigIntegerField(_("free bytes"), null=True, editable=False)
    checked_at = models.DateTimeField(_("checked at"), null=True, editable=False)

    objects: ClassVar = ServerQuerySet.as_manager()

    class Meta:
        verbose_name = _("server")
        verbose_name_plural = _("servers")

    def __str__(self) -> str:
        return self.name


class Blob(models.Model):
    """One distinct sequence of bytes. A row never changes its bytes.

    `sha256` and `size` are its identity; `md5` is what the duplicate check looks up and never proof of anything.
    """

    sha256 = models.CharField(_("SHA-256"), max_length=64)
    md5 = models.CharField(_("MD5"), max_length=32)
    size = models.BigIntegerField(_("size in bytes"))
    path = models.CharField(_("path"), max_length=500, unique=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    last_ref_at = models.DateTimeField(_("last referred to"), default=timezone.now)

    class Meta:
        verbose_name = _("blob")
        verbose_name_plural = _("blobs")
        constraints = [models.UniqueConstraint(fields=["sha256", "size"], name="blob_identity")]
        indexes = [models.Index(fields=["md5", "size"], name="blob_md5_size")]

    def __str__(self) -> str:
        return self.path


class Replica(models.Model):
    """A blob's copy on a server."""

    class Status(models.TextChoices):
        COPYING = "copying", _("Copying")
        READY = "ready", _("Ready")
        FAILED = "failed", _("Failed")

    blob = models.ForeignKey(Blob, models.CASCADE, related_name="replicas", verbose_name=_("blob"))
    server = models.ForeignKey(Server, models.PROTECT, related_name="replicas", verbose_name=_("server"))
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.COPYING)
    verified_at = models.DateTimeField(_("verified at"), null=True)

    class Meta:
        verbose_name = _("replica")
        verbose_name_plural = _("replicas")
        constraints = [models.UniqueConstraint(fields=["blob", "server"], name="one_replica_per_server")]

    def __str__(self) -> str:
        return f"{self.blob_id} @ {self.server_id}"


class Lease(models.Model):
    """The right to do something that only one process may do at a time; see `storage.leases`."""

    name = models.CharField(max_length=50, primary_key=True)
    token = models.UUIDField(null=True)
    until = models.DateTimeField()

    class Meta:
        verbose_name = _("lease")
        verbose_name_plural = _("leases")

    def __str__(self) -> str:
        return self.name
