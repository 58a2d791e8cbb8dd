"""Addresses of revenue."""

from __future__ import annotations

from django.urls import path

from revenue.views import change, doubles, imports, mapping, merges, missing, quality

app_name = "revenue"
urlpatterns = [
    path("", imports.imports, name="imports"),
    path("upload/", change.upload, name="upload"),
    path("files/<int:id>/", imports.file, name="file"),
    path("files/<int:id>/map/", mapping.map_file, name="map"),
    path("mappings/<int:id>.toml", mapping.saved_mapping, name="mapping"),
    path("quality/", quality.quality, name="quality"),
    path("quality/<slug:key>/", quality.quality_item, name="quality_item"),
    path("different-money/", doubles.different, name="different_money"),
    path("different-money/<int:id>/take-back/", doubles.take_back, name="same_money"),
    path("merges/", merges.proposals, name="merges"),
    path("merges/decide/", merges.decide, name="decide"),
    path("merges/<int:id>/take-back/", merges.take_back, name="take_back"),
    path("missing/<int:id>/take-back/", missing.take_back, name="missing_take_back"),
    path("<int:id>/", imports.batch, name="batch"),
    path("<int:id>/answer/", change.answer, name="answer"),
    path("<int:id>/undo/", change.undo, name="undo"),
    path("<int:id>/missing/", missing.records, name="missing"),
    path("<int:id>/missing/decide/", missing.decide, name="missing_decide"),
    path("<int:id>/rejected.csv", imports.rejects, name="rejects"),
]
