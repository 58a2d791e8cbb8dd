"""Every preset is strict, complete, and told from every other one."""

from __future__ import annotations

import pytest

from revenue import objects
from revenue.imports.mapping import MappingError
from revenue.imports.mapping.headings import Headings
from revenue.imports.recognise import recognise
from revenue.imports.recognise.presets import FOLDER, Ignored, Preset, Signature, library, read_ignored, read_preset
from revenue.imports.recognise.recognised import plan_preset

FILES = sorted(FOLDER.glob("*/*.toml"))
PRESETS = library().presets
GOOD = """
vendor = "acme"
object = "deals"
title = "Acme deals"
[[signature]]
all = ["Id", "Stage"]
[columns]
deal_id = "Id"
stage = "Stage"
"""


def least(signature: Signature) -> list[str]:
    """The fewest headings that a signature needs, each in its first spelling."""
    return list(dict.fromkeys(group[0] for group in signature.all))


def full(preset: Preset, signature: Signature) -> list[str]:
    """Headings that a signature needs and, where it names none of their spellings, of all columns."""
    headings = least(signature)
    for groups in preset.rules.columns.values():
        for group in groups:
            if not {h.casefold() for h in group} & {h.casefold() for h in headings}:
                headings.append(group[0])
    refused = {h.casefold() for h in signature.none}
    return [h for h in headings if h.casefold() not in refused]


@pytest.mark.parametrize("path", FILES, ids=lambda p: f"{p.parent.name}/{p.stem}")
def test_every_file_is_read_strictly(path: object) -> None:
    text, name = path.read_text(encoding="utf-8"), f"{path.parent.name}/{path.name}"  # type: ignore[attr-defined]
    if name.endswith("/ignored.toml"):
        found: list[Preset] | list[Ignored] = list(read_ignored(text, name))
    else:
        found = [read_preset(text, name)]
    assert found
    assert {entry.vendor for entry in found} == {name.split("/")[0]}


@pytest.mark.parametrize("preset", PRESETS, ids=lambda p: p.path)
def test_every_preset_fills_what_its_object_needs(preset: Preset) -> None:
    spec = objects.get(preset.object)
    ids = set(spec.key) if preset.rules.key else set()
    asked = {ask.column for ask in preset.ask}
    assert set(spec.required) <= preset.rules.named | set(preset.rules.optional) | ids | asked
    for group in spec.one_of:
        assert set(group) & (preset.rules.named | set(preset.rules.optional))


@pytest.mark.parametrize(
    ("preset", "signature"),
    [(p, s) for p in PRESETS if not p.beside for s in p.signatures if not s.values],
    ids=lambda x: x.path if isinstance(x, Preset) else str(x.all[0][0]),
)
def test_every_signature_is_told_from_all_others(preset: Preset, signature: Signature) -> None:
    headings = full(preset, signature)
    found = recognise(headings, sample=None, file_name="", answers={ask.column: "month" for ask in preset.ask})
    assert found.candidates[0].preset is preset
    if not plan_preset(preset, Headings(headings))[1]:
        assert found.plan is not None
        assert (found.plan.vendor, found.plan.object) == (preset.vendor, preset.object)


@pytest.mark.parametrize("left", library().ignored, ids=lambda entry: f"{entry.vendor}: {entry.title}")
def test_every_table_left_alone_is_told(left: Ignored) -> None:
    headings = [h for h in least(left.signature) if h not in left.signature.last] + list(left.signature.last[:1])
    found = recognise(headings, sample=None, file_name="", vendor=left.vendor)
    assert found.plan is not None
    assert found.plan.ignore


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (("[columns]", "[colums]"), "there is no entry 'colums'; did you mean columns"),
        (("stage = ", "stagee = "), "line 9: 'stagee' is no column of this object; did you mean stage"),
        (('stage = "Stage"', "stage = 3"), "stage must be a heading"),
        (("all =", "every ="), "'every' is not known here"),
        (("[[signature]]", "[signature]"), "write [[signature]], with two brackets"),
        (('title = "Acme deals"', ""), "title is missing"),
        (("[columns]", "[where]\nis_won = \"[Stage] is 'x'\"\n[columns]"), "expected =, <> or starts"),
        (("[columns]", '[derive]\ncost = "[A] +"\n[columns]'), "expected a number, a [Heading] or ("),
        (("[columns]", '[unpivot]\nheadings = ["x"]\n[columns]'), "[unpivot] has headings"),
        (("[columns]", "[ask.interval]\nwords = 1\n[columns]"), "[ask.interval] has text"),
    ],
)
def test_mistakes_are_named(change: tuple[str, str], problem: str) -> None:
    assert read_preset(GOOD, "acme/deals.toml").title == "Acme deals"
    with pytest.raises(MappingError) as error:
        read_preset(GOOD.replace(*change), "acme/deals.toml")
    assert problem in str(error.value)
    assert "acme/deals.toml" in str(error.value)


def test_a_table_left_alone_needs_its_reason() -> None:
    with pytest.raises(MappingError, match="needs a title and a reason"):
        read_ignored('vendor = "acme"\n[[table]]\ntitle = "x"\nall = ["A"]\n', "acme/ignored.toml")
