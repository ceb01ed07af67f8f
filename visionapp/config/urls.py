"""All addresses."""

from django.contrib.auth import views as auth
from django.urls import path

from visionapp.web.api.root import api
from visionapp.web.pages import (
    conversation,
    earlier,
    errors,
    health,
    new,
    pictures,
    seen,
    settings,
    taken,
    turns,
)
from visionapp.web.policy import open_to_all

urlpatterns = [
    path("", new.new, name="new"),
    path("c/<uuid:pk>/", conversation.show, name="conversation"),
    path("c/<uuid:pk>/ask/", conversation.ask, name="ask"),
    path("c/<uuid:pk>/rename/", conversation.rename, name="rename"),
    path("c/<uuid:pk>/delete/", conversation.delete, name="delete"),
    path("c/<uuid:pk>/pictures/<uuid:picture_pk>/take-out/", taken.take_out, name="take_out"),
    path("c/<uuid:pk>/pictures/<uuid:picture_pk>/put-back/", taken.put_back, name="put_back"),
    path("c/<uuid:pk>/export/<str:format_name>/", conversation.export, name="export"),
    path("conversations/", conversation.listed, name="conversations"),
    path("turns/<uuid:pk>/", turns.show, name="turn"),
    path("turns/<uuid:pk>/stop/", turns.stop, name="stop"),
    path("turns/<uuid:pk>/retry/", turns.retry, name="retry"),
    path("turns/<uuid:pk>/without/<uuid:picture_pk>/", turns.without, name="without"),
    path("turns/<uuid:pk>/stream/", turns.stream, name="stream"),
    path("pictures/", earlier.earlier, name="earlier"),
    path("pictures/<uuid:pk>/seen/", seen.seen, name="seen"),
    path("pictures/<uuid:pk>/frames/", pictures.frames, name="frames"),
    path("pictures/<uuid:pk>/frames/<int:number>/", pictures.frame, name="frame"),
    path("pictures/<uuid:pk>/<str:rendition>/", pictures.show, name="picture"),
    path("settings/", settings.settings_page, name="settings"),
    path(
        "sign-in/",
        open_to_all(auth.LoginView.as_view(template_name="login.html")),
        name="login",
    ),
    path("sign-out/", open_to_all(auth.LogoutView.as_view()), name="logout"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("api/v1/", api.urls),
]

handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.not_found
handler500 = errors.server_error
