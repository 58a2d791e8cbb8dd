"""Changes of a draft: newer numbers, the order of its slides, titles and parts."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from core.access import for_company, person
from scoreboard.meetings import actions
from scoreboard.meetings.order import moved
from scoreboard.meetings.views.parts import changed, meeting_of

STEPS = {"up": -1, "down": 1}


@for_company
@require_POST
def refresh_numbers(request: HttpRequest, id: int) -> HttpResponse:
    """Brings in the newest published numbers."""
    held = meeting_of(request, id)
    said = "The newest numbers are in. Signatures have lapsed: look at them and sign again."
    return changed(
        request, held, lambda: actions.refresh(actor=person(request), meeting=held), said, at="sign"
    )  # fmt: skip


@for_company
@require_POST
def order(request: HttpRequest, id: int) -> HttpResponse:
    """Moves, adds or takes away one slide: `do` is up, down, add or remove."""
    held, do, key = meeting_of(request, id), request.POST.get("do", ""), request.POST.get("key", "")[:60]

    def change() -> bool:
        keys = list(held.slides.values_list("key", flat=True))
        if do in STEPS:
            keys = moved(keys, key, STEPS[do])
        elif do == "add":
            keys.append(key)
        elif do == "remove":
            keys = [each for each in keys if each != key]
        return actions.arrange(actor=person(request), meeting=held, keys=keys)

    said = {"add": "Added at the end.", "remove": "Taken away."}.get(do, "")
    return changed(request, held, change, said, at="slides" if do == "remove" else f"slide-{key}")


@for_company
@require_POST
def words(request: HttpRequest, id: int, key: str) -> HttpResponse:
    """A slide's title, or the presenter's own part: `do` is title or part."""
    held, user = meeting_of(request, id), person(request)

    def change() -> bool:
        if request.POST.get("do") == "title":
            return actions.retitle(actor=user, meeting=held, key=key, title=request.POST.get("title", ""))
        return actions.write_part(
            actor=user, meeting=held, key=key, part=request.POST.get("part", ""), notes=request.POST.get("notes", "")
        )

    return changed(request, held, change, "Kept.", at=f"slide-{key}")
