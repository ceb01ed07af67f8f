"""Who may call a view: each states it, and a test walks all URLs to see that it does."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from visionapp.web.identity import MemberRequest

P = ParamSpec("P")
MembersView = Callable[Concatenate[MemberRequest, P], HttpResponseBase]
AnyView = Callable[Concatenate[HttpRequest, P], HttpResponseBase]
View = TypeVar("View", bound=Callable[..., Any])


def members_only(view: MembersView[P]) -> AnyView[P]:
    """Let only known people in; others are sent to sign in, and come back after."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        return view(cast("MemberRequest", request), *args, **kwargs)

    return marked(cast("AnyView[P]", guarded), "members_only")


def open_to_all(view: View) -> View:
    """Let everybody in."""
    return marked(view, "open_to_all")


def marked(view: View, policy: str) -> View:
    """Write the policy on the view, where the test of all URLs reads it."""
    view.policy = policy  # type: ignore[attr-defined]
    return view
