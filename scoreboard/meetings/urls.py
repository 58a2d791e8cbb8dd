"""Addresses of meetings."""

from __future__ import annotations

from django.urls import path

from scoreboard.meetings.views import following, listed, meeting, present, signing, slides

app_name = "meetings"
urlpatterns = [
    path("", listed.meetings, name="list"),
    path("prepare/", listed.prepare_one, name="prepare"),
    path("<int:id>/", meeting.meeting, name="one"),
    path("<int:id>/present/", present.present, name="present"),
    path("<int:id>/deck.json", present.deck_text, name="deck"),
    path("<int:id>/refresh/", slides.refresh_numbers, name="refresh"),
    path("<int:id>/slides/", slides.order, name="order"),
    path("<int:id>/slides/<slug:key>/", slides.words, name="words"),
    path("<int:id>/sign/", signing.sign_off, name="sign"),
    path("<int:id>/differ/", signing.say_difference, name="differ"),
    path("<int:id>/withdraw/", signing.take_back, name="withdraw"),
    path("<int:id>/freeze/", signing.freeze, name="freeze"),
    path("<int:id>/resolutions/", following.write, name="resolve"),
    path("resolutions/<int:id>/", following.settle, name="settle"),
]
