"""What the tests of the what-if editor do on its page: begin, pick, and read off what it says."""

from __future__ import annotations

from tests.outputs.places import centres


def begin(opened, stage="primary"):
    opened.page.reload()
    opened.view(stage)
    opened.page.keyboard.press("Escape")
    opened.page.click("#edit")


def pick(editor, plan, *blocks):
    """Clicks blocks on the map, all but the first with Shift."""
    for n, block in enumerate(blocks):
        if n:
            editor.page.keyboard.down("Shift")
        editor.click(*centres(plan)[block])
        editor.page.keyboard.up("Shift")


def status(editor):
    return editor.page.inner_text("#editor-status")


def zone_of(editor, plan):
    """Block id -> zone id in the scenario."""
    ids = editor.page.evaluate("Array.from(districting.editor.s.zoneOf('primary'), z => districting.data.zones.primary[z].id)")
    return dict(zip(plan.blocks["block_id"], ids, strict=True))


def row(editor, table, name):
    """The cells of the row whose first cell holds a name."""
    return editor.page.evaluate(
        "([t, n]) => { const r = [...document.querySelectorAll(t + ' tbody tr')].find(r => r.cells[0].textContent.includes(n)); return r ? [...r.cells].slice(1).map(c => c.innerText.replace(/\\s+/g, ' ').trim()) : null; }",
        [f"#editor-{table}", name],
    )


def to(editor, school):
    editor.page.evaluate(
        "s => { const e = document.getElementById('editor-to'); e.value = [...e.options].find(o => o.textContent.includes(s)).value; e.dispatchEvent(new Event('change')); }",
        school,
    )


def zone_of_plan(plan):
    return dict(zip(plan.blocks["block_id"], plan.blocks["zone_id_primary"], strict=True))
