"""Who asks: the one local person, somebody signed in, or the owner of an API token."""

from collections.abc import Callable
from typing import cast

from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject
from ninja.utils import check_csrf

from visionapp.web.loopback import is_loopback
from visionapp.web.models import ApiToken
from visionapp.web.refusals import CsrfFailed, SignInRequired, TokenInvalid

LOCAL_PERSON = "local"


class MemberRequest(HttpRequest):
    """A request of a known person."""

    user: User


def local_person() -> User:
    """Return the person of ``single`` mode, made on first use; nobody can sign in as them."""
    person, made = User.objects.get_or_create(username=LOCAL_PERSON)
    if made:
        person.set_unusable_password()
        person.save(update_fields=["password"])
    return person


def identify_person(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: in ``single`` mode who is on this machine is the local person."""

    def single(request: HttpRequest) -> HttpResponse:
        if not is_loopback(request.META.get("REMOTE_ADDR", "")):
            raise PermissionDenied
        request.user = cast("User", SimpleLazyObject(local_person))
        return get_response(request)

    return single if settings.ACCOUNTS == "single" else get_response


def caller(request: HttpRequest) -> User:
    """Return whom an API request acts for: a token's owner, or the browser's person.

    Raises TokenInvalid, SignInRequired and CsrfFailed.
    """
    # Another scheme is for somebody else: a proxy in front that asks for a password, say.
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        person = _token_owner(secret.strip())
    elif not request.user.is_authenticated:
        raise SignInRequired
    elif check_csrf(request) is not None:
        raise CsrfFailed if _is_browser(request) else SignInRequired
    else:
        person = request.user
    request.user = person
    return person


def _is_browser(request: HttpRequest) -> bool:
    """Tell a page that is too old from a program without a token: it has neither of these."""
    return bool(request.COOKIES) or "Origin" in request.headers or "Referer" in request.headers


def _token_owner(secret: str) -> User:
    if not secret:
        raise TokenInvalid
    token = ApiToken.objects.with_secret(secret).select_related("owner").first()
    if token is None or not token.owner.is_active:
        raise TokenInvalid
    return token.owner
