"""A person's settings: what their pictures take, and API tokens."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from visionapp.conversations import removal
from visionapp.uploads import quota
from visionapp.uploads.models import Picture
from visionapp.web import forms
from visionapp.web.identity import MemberRequest
from visionapp.web.models import ApiToken, issue_token
from visionapp.web.policy import members_only

NAME_LENGTH = 80
NEARLY = 0.9
"""The share of a person's room from which the page says that little is left."""
NAMELESS = "Give the token a name, so that you know it again."


@members_only
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def settings_page(request: MemberRequest) -> HttpResponse:
    """Show what a person has here; make a token, which the next page shows once, or tidy up."""
    if request.method != "POST":
        return _page(request)
    action = forms.text(request.POST, "action")
    if action == "create":
        name = forms.text(request.POST, "name").strip()[:NAME_LENGTH]
        if not name:
            return _page(request, error=NAMELESS)
        # Kept in the browser's own cookie until it is shown; here only its digest is.
        messages.success(request, issue_token(owner_id=request.user.pk, name=name))
    elif action == "revoke":
        _revoke(request.user.pk, forms.text(request.POST, "token"))
    elif action == "delete-unused":
        removal.delete_unused_of(request.user.pk)
    return redirect("settings")


def _page(request: MemberRequest, error: str = "") -> HttpResponse:
    tokens = ApiToken.objects.owned_by(request.user.pk).order_by("-created_at")
    status = HTTPStatus.UNPROCESSABLE_ENTITY if error else HTTPStatus.OK
    context = {"tokens": tokens, "error": error, "kept": _kept(request.user.pk)}
    return render(request, "settings.html", context, status=status)


def _kept(user_id: int) -> dict[str, Any]:
    """Return how much is kept for a person, of how much, in numbers and in words."""
    used, limit = quota.used_by(user_id), settings.STORAGE_LIMIT
    mine = Picture.objects.owned_by(user_id)
    return {
        "pictures": mine.count(),
        "unused": mine.filter(turn_pictures=None).count(),
        "unused_days": removal.UNUSED_FOR.days,
        "used": used,
        "used_words": quota.in_words(used),
        "limit": limit,
        "limit_words": quota.in_words(limit) if limit else "",
        "much": limit and int(limit * NEARLY),
        "is_nearly_full": bool(limit and used >= limit * NEARLY),
    }


def _revoke(user_id: int, raw: str) -> None:
    try:
        wanted = UUID(raw)
    except ValueError:
        return
    ApiToken.objects.owned_by(user_id).filter(pk=wanted).delete()
