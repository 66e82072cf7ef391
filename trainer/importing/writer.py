"""What an import leaves: the style, its picture, and its JSON."""

from __future__ import annotations

import json
from pathlib import Path

from PIL import Image

from trainer.files import PICTURE_SIZE, picture_notes
from trainer.importing.importer import Imported
from trainer.measure.contact_sheet import MOMENTS, draw_heard
from trainer.measure.evaluate import evaluate
from visualizer.errors import StyleError
from visualizer.style.style_file import save_style
from visualizer.system.files import replacing


def write_imported(done: Imported, old: Path, output: Path) -> None:
    """Write NAME.safetensors, NAME.png and NAME.json. Raises StyleError."""
    save_style(done.style, output)
    picture = Image.fromarray(draw_heard(done.style, MOMENTS[1], PICTURE_SIZE))
    with replacing(output.with_suffix(".png"), StyleError) as temporary:
        picture.save(temporary, format="PNG", optimize=True, pnginfo=picture_notes())
    notes = {
        "name": done.style.name,
        "prompt": done.style.prompt,
        "imported_from": old.name,
        "assumed": list(done.notes),
        "card": evaluate(done.style, None, None).card,
    }
    with replacing(output.with_suffix(".json"), StyleError) as temporary:
        temporary.write_text(json.dumps(notes, indent=2) + "\n", encoding="utf-8")
