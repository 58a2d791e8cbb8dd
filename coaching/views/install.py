"""What makes the phone's page an app that can be installed and opens without a network."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET

ICONS = (("coaching/icon-192.png", "192x192"), ("coaching/icon-512.png", "512x512"))


@cache_control(public=True, max_age=3600)
@require_GET
def manifest(request: HttpRequest) -> JsonResponse:
    """The web app manifest. It says nothing about anybody, so that the browser may fetch it without signing in."""
    icons = [
        {"src": static(path), "sizes": sizes, "type": "image/png", "purpose": purpose}
        for path, sizes in ICONS
        for purpose in ("any", "maskable")
    ]
    return JsonResponse(
        {
            "id": reverse("coaching:log"),
            "name": "Assay coaching",
            "short_name": "Coaching",
            "description": "Log a coaching session in under 30 seconds.",
            "start_url": reverse("coaching:log"),
            "scope": reverse("coaching:overview"),
            "display": "standalone",
            "background_color": "#fbfaf6",
            "theme_color": "#fbfaf6",
            "icons": icons,
        },
        content_type="application/manifest+json",
    )


@cache_control(no_cache=True)
@require_GET
def service_worker(request: HttpRequest) -> HttpResponse:
    """The service worker, from an address within its scope: a static file's folder could not serve /coaching/."""
    return render(request, "coaching/sw.js", {"page": reverse("coaching:log")}, content_type="text/javascript")
