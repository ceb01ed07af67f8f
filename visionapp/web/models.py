"""API tokens: only their digest is kept."""

import hashlib
import secrets
from typing import Self
from uuid import uuid4

from django.conf import settings
from django.db import models


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    """Look-ups by owner, or by the secret itself."""

    def owned_by(self, user_id: int) -> Self:
        """Keep this person's tokens."""
        return self.filter(owner_id=user_id)

    def with_secret(self, secret: str) -> Self:
        """Keep the token of this secret."""
        return self.filter(digest=digest_of(secret))


class ApiToken(models.Model):
    """Lets a program act as a person. Of its 256 random bits a plain digest is kept."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    name = models.CharField(max_length=80)
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ApiTokenQuerySet.as_manager()

    def __str__(self) -> str:
        """Return the name that its owner gave it."""
        return self.name


def digest_of(secret: str) -> str:
    """Return what is stored instead of the secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def issue_token(*, owner_id: int, name: str) -> str:
    """Store a new token and return its secret, which cannot be read again."""
    secret = f"vis_{secrets.token_urlsafe(32)}"
    ApiToken.objects.create(owner_id=owner_id, name=name, digest=digest_of(secret))
    return secret
