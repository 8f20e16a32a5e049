/* The what-if editor, internal pages only: the mode itself, the scenario shown on the map, keys. Every figure comes from the scenario (scenario.js); nothing is computed here.
   `make` gives a new scenario of the plan. Files: editor_pick (picking), editor_signs (what is drawn over the map), editor_effect (preview, tables, rules), editor_store (saving, comparing, files). */
function districtingEditor(page, make) {
  'use strict';
  var data = page.data, unit = data.unit, $ = page.$, kept = {};
  var ed = { page: page, make: make, on: false, s: null, stage: '', g: -1, picked: [], cursor: -1, to: -1, effect: null, letters: true, hatched: null };
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
    var here = unit.stage[stage], k = kept[stage] = { lists: {}, rows: data.zones[stage].map(function (z) { return { colour: z.colour, at: z.at }; }) };
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
      /* Where the scenario moves a block, its way is the scenario's, and the reason of the plan is none any more. */
      if (Array.isArray(plan.metres)) { here.metres[u] = same ? plan.metres[u] : wayOf(stage, u); }
      if (plan.why) { here.why[u] = same ? plan.why[u] : -1; }
    }
    ed.ground.follow(data.zones[stage], here.zone, Object.keys(moved).map(Number), kept[stage].rows);
  }
  function wayOf(stage, u) { var dm = ed.s.wayOf(stage, u); return dm === null ? null : Number(districtingShown(dm, 10, 0)); }
  function hide(stage) {
    var k = kept[stage], here = unit.stage[stage];
    if (!k) { return; }
    Object.keys(k.lists).forEach(function (name) { for (var u = 0; u < unit.id.length; u++) { here[name][u] = k.lists[name][u]; } });
    data.zones[stage].forEach(function (z, i) { Object.assign(z, k.rows[i]); });
  }
  ed.blocksOf = function (zone) { var now = ed.s.zoneOf(ed.stage), found = []; for (var u = 0; u < now.length; u++) { if (now[u] === zone) { found.push(u); } } return found; };

  /* ---- the mode ---- */
  function editable() {
    var g = page.grouping();
    return !!data.edit && !page.backward && (page.stages.indexOf(page.state.view) >= 0 || (g >= 0 && !ed.schools.why(g)));
  }
  /* What is edited: the zones of a stage, or the districts of a grouping. */
  function aim() {
    ed.schools.leave();
    ed.g = page.grouping();
    if (ed.g < 0) { ed.stage = page.state.view; }
    document.body.classList.toggle('schools', ed.g >= 0);
    ed.reshown();
    if (ed.g < 0) { ed.pick.reset(); }
  }
  ed.reshown = function () { if (ed.g >= 0) { ed.schools.show(ed.g); } else { show(ed.stage); } };
  ed.tellStart = function () { return ed.word(ed.g >= 0 ? 'started_schools' : 'started'); };
  /* First use: the scenario is made, and the draft of the last time comes back. */
  function begin() {
    if (ed.s) { return ''; }
    ed.s = make();
    return ed.store.restore();
  }
  ed.start = function () {
    if (ed.on || !editable()) { return; }
    page.state.time = 'plan'; page.state.chosen = -1; page.shown = null;
    if (page.ring) { page.ring(-1); }
    var restored = begin();
    ed.on = true;
    document.body.classList.add('editing');
    page.map.boxZoom.disable();
    page.map.invalidateSize({ animate: false });
    $('editor').hidden = false;
    ed.signs.add();
    aim();
    page.draw();
    ed.say(restored || ed.tellStart());
  };
  ed.stop = function () {
    if (!ed.on) { return; }
    ed.store.endCompare();
    ed.on = false;
    ed.pick.tool('pick');
    ed.signs.remove();
    Object.keys(kept).forEach(hide);
    ed.schools.leave(); ed.schools.hide();
    document.body.classList.remove('editing', 'schools');
    page.map.boxZoom.enable();
    page.map.invalidateSize({ animate: false });
    $('editor').hidden = true;
    page.draw();
  };
  /* The scenario has changed: map, tables, rules and draft follow. */
  ed.changed = function () {
    ed.reshow();
    if (ed.g >= 0) { page.drawMarks(); }
    ed.redraw();
    ed.store.keep();
  };
  ed.reshow = function () { ed.reshown(); page.areas.layer.draw(); page.drawPlaces(); };
  ed.redraw = function () {
    $('editor-undo').disabled = !ed.s.canUndo();
    $('editor-redo').disabled = !ed.s.canRedo();
    if (ed.g >= 0) { ed.schools.draw(); ed.signs.draw(); return; }
    ed.pick.draw(); ed.figures.draw(); ed.signs.draw();
  };

  /* ---- acts ---- */
  ed.preview = function () { ed.effect = ed.picked.length && ed.to >= 0 ? ed.s.preview(ed.stage, ed.picked, ed.to) : null; ed.figures.drawPreview(); };
  ed.apply = function () {
    if (ed.g >= 0) { ed.schools.apply(); return; }
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
    if (ed.g >= 0) { ed.schools.cancel(); return; }
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
    if (ed.g >= 0) { ed.schools.lock(); return; }
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
    ed.effect = null; ed.to = -1; ed.schools.to = -1; ed.schools.preview();
    ed.changed();
    ed.say(ed.word(said));
  }
  ed.undo = function () { step('canUndo', 'undo', 'undone', 'nothing_to_undo'); };
  ed.redo = function () { step('canRedo', 'redo', 'redone', 'nothing_to_redo'); };

  /* ---- wiring ---- */
  districtingEditorGround(ed); districtingEditorPick(ed); districtingEditorSchools(ed); districtingEditorSigns(ed); districtingEditorEffect(ed); districtingEditorStore(ed);
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
      act = { e: function () { turn(-1); }, d: function () { turn(1); }, g: ed.apply, a: ed.cancel, q: ed.lock, b: ed.g >= 0 ? null : ed.pick.corner, escape: clear }[key] || null;
    }
    if (act) { e.preventDefault(); act(); }
  });
  function turn(by) { (ed.g >= 0 ? ed.schools : ed.pick).turn(by); }
  function clear() { (ed.g >= 0 ? ed.schools : ed.pick).clear(); }
  $('editor-clear').addEventListener('click', clear);
  page.editing = function (e) {
    if (ed.on && ed.g < 0) { ed.pick.clicked(e); }
    if (ed.on && ed.g >= 0) { var u = page.areas.at(e.latlng); if (u >= 0) { ed.schools.ground(u); } }
    return ed.on;
  };
  page.editingSchool = function (i, e) { if (ed.on && ed.g >= 0) { ed.schools.clicked(i, page.finger || (e && (e.shiftKey || e.ctrlKey || e.metaKey))); } return ed.on; };
  var drawPage = page.draw, spoken = page.lang();
  page.draw = function () {
    if (ed.on && !editable()) { ed.stop(); return; }
    if (ed.on && (ed.g >= 0 ? 'grouping:' + ed.g : ed.stage) !== page.state.view) { ed.store.endCompare(); aim(); ed.schools.preview(); ed.say(ed.tellStart()); }
    if (ed.on) { page.state.time = 'plan'; }
    drawPage();
    button.hidden = !page.stages.length || page.backward;
    button.disabled = !editable();
    button.title = button.disabled ? page.grouping() >= 0 ? ed.schools.why(page.grouping()) : ed.word('only_zones') : '';
    button.textContent = ed.word(ed.on ? 'end' : 'edit');
    button.setAttribute('aria-pressed', String(ed.on));
    $('editor-title').textContent = ed.on ? ed.fill('title', { stage: ed.g >= 0 ? page.groupingWord(ed.g) : page.word(ed.stage) }) : '';
    /* What was said last was said in the other language. */
    if (ed.on && spoken !== page.lang()) { ed.say(ed.g >= 0 ? ed.tellStart() : ed.effect ? ed.figures.previewSaid() : ed.picked.length ? ed.fill('picked_n', { n: ed.count(ed.picked.length) }) : ed.word('started')); }
    spoken = page.lang();
    if (ed.on) { ed.figures.words(); ed.store.draw(); ed.redraw(); if (ed.g >= 0) { ed.schools.preview(); } else { ed.figures.drawPreview(); } $('editor-zones-title').textContent = ed.word(ed.g >= 0 ? 'districts_title' : 'zones_title'); $('editor-totals-title').textContent = ed.word(ed.g >= 0 ? 'totals_districts' : 'totals_title'); }
  };
  page.editor = ed;
}
