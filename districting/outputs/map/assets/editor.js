/* The what-if editor, internal pages only: the mode itself, the scenario shown on the map, keys. Every figure comes from the scenario (scenario.js); nothing is computed here.
   `make` gives a new scenario of the plan. Files: editor_pick (picking), editor_signs (what is drawn over the map), editor_effect (preview, tables, rules), editor_store (saving, comparing, files). */
function districtingEditor(page, make) {
  'use strict';
  var data = page.data, unit = data.unit, $ = page.$, kept = {};
  var ed = { page: page, make: make, on: false, s: null, stage: '', picked: [], cursor: -1, to: -1, effect: null, letters: true, hatched: null };
  document.querySelector('#controls').after(document.getElementById('editor-template').content.cloneNode(true));
  var button = page.make('button');
  button.type = 'button'; button.id = 'edit';
  $('controls').append(button);

  /* ---- words ---- */
  ed.word = function (key) { return page.word('editor_' + key); };
  ed.has = function (key) { return data.words[page.lang()]['editor_' + key] !== undefined; };
  ed.fill = function (key, values) { return page.fill('editor_' + key, values); };
  ed.say = function (text, no) { $('editor-status').textContent = text; $('editor-status').classList.toggle('no', !!no); };
  ed.zones = function () { return data.zones[ed.stage].filter(function (z) { return z.id; }); };
  ed.zoneName = function (z) { return z < 0 ? ed.word('no_zone') : (z + 1) + '\u2002' + page.names(data.zones[ed.stage][z].schools); };
  ed.blockName = function (u) { return unit.name[u] || unit.id[u]; };
  /* Whole numbers of the scenario as text, rounded by its one rule. */
  function shown(n, parts, digits) { return districtingShown(n, parts, digits).replace(/^-?\d+/, function (whole) { return whole.replace(/\B(?=(\d{3})+$)/g, ','); }); }
  ed.pupils = function (n) { return shown(n, data.edit.pupil_parts, data.edit.pupil_parts === 1 ? 0 : 1); };
  ed.metres = function (dm) { return dm === null ? '–' : shown(dm, 10, 0); };
  ed.count = function (n) { return shown(n, 1, 0); };
  ed.why = function (code) { return ed.has('why_' + code) ? ed.word('why_' + code) : String(code); };

  /* ---- what the map shows: the page's own lists follow the scenario while editing, and are put back after it ---- */
  function keep(stage) {
    if (kept[stage]) { return kept[stage]; }
    var here = unit.stage[stage], k = kept[stage] = { lists: {}, colours: data.zones[stage].map(function (z) { return z.colour; }) };
    ['zone', 'school', 'changed', 'metres', 'why'].forEach(function (name) { if (here[name]) { k.lists[name] = here[name].slice(); } });
    return k;
  }
  function show(stage) {
    var plan = keep(stage).lists, here = unit.stage[stage], now = ed.s.zoneOf(stage), base = ed.s.base(stage), moved = {};
    for (var u = 0; u < now.length; u++) {
      var same = now[u] === base[u], school = same ? plan.school[u] : now[u] < 0 ? -1 : data.zones[stage][now[u]].schools[0];
      if (here.zone[u] !== now[u]) { moved[now[u]] = true; moved[here.zone[u]] = true; here.zone[u] = now[u]; }
      here.school[u] = school;
      here.changed[u] = ed.hatched ? ed.hatched[u] : 0; /* hatched: what differs in a comparison */
      /* What the plan says of a block's way and reason does not hold where the scenario moves it. */
      if (Array.isArray(plan.metres)) { here.metres[u] = same ? plan.metres[u] : null; }
      if (plan.why) { here.why[u] = same ? plan.why[u] : -1; }
    }
    recolour(stage, Object.keys(moved).map(Number));
  }
  function hide(stage) {
    var k = kept[stage], here = unit.stage[stage];
    if (!k) { return; }
    Object.keys(k.lists).forEach(function (name) { for (var u = 0; u < unit.id.length; u++) { here[name][u] = k.lists[name][u]; } });
    data.zones[stage].forEach(function (z, i) { z.colour = k.colours[i]; });
  }
  /* A zone takes another colour only when it has come to touch one of its own colour. */
  function recolour(stage, zones) {
    var rows = data.zones[stage], now = ed.s.zoneOf(stage), blocks = {};
    zones.forEach(function (z) { if (z >= 0) { blocks[z] = []; } });
    for (var u = 0; u < now.length; u++) { if (blocks[now[u]]) { blocks[now[u]].push(u); } }
    zones.forEach(function (z) {
      if (z < 0 || !blocks[z].length) { return; }
      var taken = {}, size = data.palette.length, next;
      ed.s.neighbours(stage, blocks[z]).forEach(function (y) { if (y !== z) { taken[rows[y].colour % size] = true; } });
      if (!taken[rows[z].colour % size]) { return; }
      for (next = 0; next < size && taken[next]; next++) { /* the first free colour: light ones come first */ }
      if (next < size) { rows[z].colour = next; }
    });
  }
  ed.blocksOf = function (zone) { var now = ed.s.zoneOf(ed.stage), found = []; for (var u = 0; u < now.length; u++) { if (now[u] === zone) { found.push(u); } } return found; };

  /* ---- the mode ---- */
  function editable() { return page.stages.indexOf(page.state.view) >= 0 && !!data.edit && !page.backward; }
  /* First use: the scenario is made, and the draft of the last time comes back. */
  function begin() {
    if (ed.s) { return ''; }
    ed.s = make();
    return ed.store.restore();
  }
  ed.start = function () {
    if (ed.on || !editable()) { return; }
    ed.stage = page.state.view;
    page.state.time = 'plan'; page.state.chosen = -1; page.shown = null;
    if (page.ring) { page.ring(-1); }
    var restored = begin();
    ed.on = true;
    document.body.classList.add('editing');
    page.map.boxZoom.disable();
    page.map.invalidateSize({ animate: false });
    $('editor').hidden = false;
    show(ed.stage);
    ed.signs.add();
    ed.pick.reset();
    page.draw();
    ed.say(restored || ed.word('started'));
  };
  ed.stop = function () {
    if (!ed.on) { return; }
    ed.store.endCompare();
    ed.on = false;
    ed.pick.tool('pick');
    ed.signs.remove();
    Object.keys(kept).forEach(hide);
    document.body.classList.remove('editing');
    page.map.boxZoom.enable();
    page.map.invalidateSize({ animate: false });
    $('editor').hidden = true;
    page.draw();
  };
  /* The scenario has changed: map, tables, rules and draft follow. */
  ed.changed = function () {
    show(ed.stage);
    page.areas.layer.draw();
    ed.redraw();
    ed.store.keep();
  };
  ed.reshow = function () { show(ed.stage); page.areas.layer.draw(); };
  ed.redraw = function () {
    $('editor-undo').disabled = !ed.s.canUndo();
    $('editor-redo').disabled = !ed.s.canRedo();
    ed.pick.draw(); ed.figures.draw(); ed.signs.draw();
  };

  /* ---- acts ---- */
  ed.preview = function () { ed.effect = ed.picked.length && ed.to >= 0 ? ed.s.preview(ed.stage, ed.picked, ed.to) : null; ed.figures.drawPreview(); };
  ed.apply = function () {
    if (!ed.picked.length) { ed.say(ed.word('pick_first'), true); return; }
    if (ed.to < 0) { ed.say(ed.word('to_first'), true); $('editor-to').focus(); return; }
    if (!ed.effect) { ed.preview(); }
    var zone = ed.to, effect = ed.s.move(ed.stage, ed.picked, zone), no = ed.refusedSaid(effect.refused), inside = document.activeElement && $('editor-preview').contains(document.activeElement);
    if (!effect.blocks.length) { ed.say(no || ed.word('preview_none'), true); return; }
    ed.to = -1; ed.effect = null; ed.picked = effect.refused.map(function (r) { return r.block; });
    ed.changed();
    if (inside) { $('editor-list').focus(); }
    ed.say(ed.fill('applied', { blocks: ed.count(effect.blocks.length), pupils: ed.pupils(effect.pupils), zone: ed.zoneName(zone) }) + (no ? ' · ' + no : '') + ed.figures.rulesSaid(effect), !!no);
  };
  ed.cancel = function () {
    var inside = document.activeElement && $('editor-preview').contains(document.activeElement);
    ed.to = -1; ed.effect = null;
    ed.pick.drawTo(); ed.figures.drawPreview();
    if (inside) { $('editor-to').focus(); }
    ed.say(ed.word('cancelled'));
  };
  ed.refusedSaid = function (refused) {
    if (!refused || !refused.length) { return ''; }
    var whys = [];
    refused.forEach(function (r) { var w = ed.why(r.why); if (whys.indexOf(w) < 0) { whys.push(w); } });
    return ed.fill('refused_n', { n: ed.count(refused.length), why: whys.join(page.word('comma')) });
  };
  ed.allLocked = function () { return ed.picked.length > 0 && ed.picked.every(function (u) { return ed.s.isLocked(ed.stage, u); }); };
  ed.lock = function () {
    if (!ed.picked.length) { ed.say(ed.word('pick_first'), true); return; }
    var on = !ed.allLocked(), n = ed.picked.length;
    ed.s.lock(ed.stage, ed.picked, on);
    if (ed.to >= 0) { ed.preview(); }
    ed.changed();
    ed.say(ed.fill(on ? 'locked_n' : 'unlocked_n', { n: ed.count(n) }));
  };
  function step(can, act, said, nothing) {
    if (!ed.s[can]()) { ed.say(ed.word(nothing), true); return; }
    ed.s[act]();
    ed.effect = null; ed.to = -1;
    ed.changed();
    ed.say(ed.word(said));
  }
  ed.undo = function () { step('canUndo', 'undo', 'undone', 'nothing_to_undo'); };
  ed.redo = function () { step('canRedo', 'redo', 'redone', 'nothing_to_redo'); };

  /* ---- wiring ---- */
  districtingEditorPick(ed); districtingEditorSigns(ed); districtingEditorEffect(ed); districtingEditorStore(ed);
  button.addEventListener('click', function () { if (ed.on) { ed.stop(); } else { ed.start(); } });
  [['undo', ed.undo], ['redo', ed.redo], ['lock', ed.lock], ['apply', ed.apply], ['cancel', ed.cancel]].forEach(function (pair) {
    $('editor-' + pair[0]).addEventListener('click', pair[1]);
  });
  $('editor-letters').addEventListener('change', function () { ed.letters = this.checked; });
  document.addEventListener('keydown', function (e) {
    if (!ed.on || e.isComposing || e.defaultPrevented) { return; }
    var key = e.key.toLowerCase(), typing = e.target.matches('input[type=text], input[type=search], textarea'), act = null;
    if ((e.ctrlKey || e.metaKey) && !e.altKey) {
      if (typing) { return; }
      act = key === 'z' ? e.shiftKey ? ed.redo : ed.undo : key === 'y' ? ed.redo : null;
    } else if (!e.altKey && !typing && ed.letters && !e.target.matches('select')) {
      act = { e: function () { ed.pick.turn(-1); }, d: function () { ed.pick.turn(1); }, g: ed.apply, a: ed.cancel, q: ed.lock, b: ed.pick.corner, escape: ed.pick.clear }[key] || null;
    }
    if (act) { e.preventDefault(); act(); }
  });
  page.editing = function (e) { if (ed.on) { ed.pick.clicked(e); } return ed.on; };
  var drawPage = page.draw, spoken = page.lang();
  page.draw = function () {
    if (ed.on && !editable()) { ed.stop(); return; }
    if (ed.on && ed.stage !== page.state.view) { ed.store.endCompare(); ed.stage = page.state.view; ed.pick.reset(); show(ed.stage); }
    if (ed.on) { page.state.time = 'plan'; }
    drawPage();
    button.hidden = !page.stages.length || page.backward;
    button.disabled = !editable();
    button.title = button.disabled ? ed.word('only_zones') : '';
    button.textContent = ed.word(ed.on ? 'end' : 'edit');
    button.setAttribute('aria-pressed', String(ed.on));
    $('editor-title').textContent = ed.on ? ed.fill('title', { stage: page.word(ed.stage) }) : '';
    /* What was said last was said in the other language. */
    if (ed.on && spoken !== page.lang()) { ed.say(ed.effect ? ed.figures.previewSaid() : ed.picked.length ? ed.fill('picked_n', { n: ed.count(ed.picked.length) }) : ed.word('started')); }
    spoken = page.lang();
    if (ed.on) { ed.figures.words(); ed.store.draw(); ed.redraw(); ed.figures.drawPreview(); }
  };
  page.editor = ed;
}
