"""What the front door remembers."""

from __future__ import annotations

from django.db import models


class SignInFailure(models.Model):
    """One wrong password, by a hash of the user name and the address it came from."""

    key = models.CharField(max_length=64)
    failed_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["key", "failed_at"], name="failures_of_a_key")]
