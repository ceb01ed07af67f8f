"""Earlier pictures, to be asked about again."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from visionapp.conversations import offers
from visionapp.web import listing
from visionapp.web.identity import MemberRequest
from visionapp.web.pages import shown
from visionapp.web.policy import members_only


@members_only
@require_safe
def earlier(request: MemberRequest) -> HttpResponse:
    """Answer with a piece of the grid of a person's pictures, newest first."""
    cursor = request.GET.get("cursor", "")
    page = listing.pictures(request.user.pk, cursor=cursor, each_once=True)
    tier = offers.chosen("").tier
    images = [shown.choice(picture, tier) for picture in page.rows]
    return render(request, "_earlier.html", {"images": images, "next_cursor": page.next_cursor})
