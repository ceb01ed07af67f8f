"""A person's settings: API tokens."""

from http import HTTPStatus
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from visionapp.web.identity import MemberRequest
from visionapp.web.models import ApiToken, issue_token
from visionapp.web.policy import members_only

NAME_LENGTH = 80


@members_only
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def settings_page(request: MemberRequest) -> HttpResponse:
    """Show the tokens; make one, which is shown this once, or revoke one."""
    context = {}
    if request.POST.get("action") == "create":
        name = request.POST.get("name", "").strip()[:NAME_LENGTH]
        if name:
            context["new_token"] = issue_token(owner_id=request.user.pk, name=name)
        else:
            context["error"] = "Give the token a name, so that you know it again."
    elif request.POST.get("action") == "revoke":
        _revoke(request.user.pk, request.POST.get("token", ""))
    tokens = ApiToken.objects.owned_by(request.user.pk).order_by("-created_at")
    status = HTTPStatus.UNPROCESSABLE_ENTITY if "error" in context else HTTPStatus.OK
    return render(request, "settings.html", {"tokens": tokens, **context}, status=status)


def _revoke(user_id: int, raw: str) -> None:
    try:
        wanted = UUID(raw)
    except ValueError:
        return
    ApiToken.objects.owned_by(user_id).filter(pk=wanted).delete()
