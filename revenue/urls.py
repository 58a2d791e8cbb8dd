"""Addresses of revenue."""

from __future__ import annotations

from django.urls import path

from revenue.views import change, imports

app_name = "revenue"
urlpatterns = [
    path("", imports.imports, name="imports"),
    path("upload/", change.upload, name="upload"),
    path("files/<int:id>/", imports.file, name="file"),
    path("<int:id>/", imports.batch, name="batch"),
    path("<int:id>/answer/", change.answer, name="answer"),
    path("<int:id>/undo/", change.undo, name="undo"),
    path("<int:id>/rejected.csv", imports.rejects, name="rejects"),
]
