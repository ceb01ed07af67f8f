"""Presets: what is offered by name."""

from visionapp.catalogue.presets import presets


def test_eight_common_jobs_are_offered():
    assert [preset.id for preset in presets()] == [
        "describe-chart",
        "read-numbers",
        "trend-outliers",
        "transcribe",
        "alt-text",
        "compare",
        "describe-photo",
        "count",
    ]


def test_an_instruction_is_one_short_paragraph():
    for preset in presets():
        assert 80 < len(preset.instruction) < 450, preset.id
        assert "\n" not in preset.instruction
