/* Scenarios kept in this browser, under the hash of the plan; comparing two; files out and in. */
function districtingEditorStore(ed) {
  'use strict';
  var page = ed.page, $ = page.$, make = page.make, unit = page.data.unit, store = ed.store = {}, word = ed.word, works = true, sure = '', compared = null, time = '';
  function slot() { return 'districting.scenarios.' + ed.s.key; }
  function read() {
    try { var found = JSON.parse(localStorage.getItem(slot()) || '{}'); return { auto: found.auto || null, saved: found.saved || {} }; } catch (e) { return { auto: null, saved: {} }; }
  }
  function write(change) {
    var all = read();
    change(all);
    try { localStorage.setItem(slot(), JSON.stringify(all)); works = true; } catch (e) { works = false; }
    return works;
  }
  function current() { return ed.s.exported({ note: $('editor-note').value, author: $('editor-author').value, lang: page.lang() }); }
  function names() { return Object.keys(read().saved).sort(); }
  function movedBlocks() { return ed.s.moves().length + ed.s.schoolMoves().length; }
  function told(object) { $('editor-note').value = object.note || ''; $('editor-author').value = object.author || ''; }
  function plain() { var o = current(); o.moves = []; o.schools = []; o.locks = []; return o; }
  /* Loads moves into a scenario; says why not, or ''. */
  function load(scenario, object) {
    try {
      var found = scenario.load(object), whys = [];
      found.refused.slice(0, 5).forEach(function (r) { whys.push(r.row >= 0 ? ed.fill('row', { n: r.row + 1, why: ed.why(r.why) }) : ed.why(r.why)); });
      return { refused: found.refused.length, why: whys.join(page.word('comma')), failed: (!found.applied && found.refused.length > 0) || found.refused.some(function (r) { return !(r.row >= 0); }) };
    } catch (e) { return { refused: 1, why: ed.why(e.code || e.message), failed: true }; }
  }
  function put(object) {
    var found = load(ed.s, object);
    if (found.failed) { return found; }
    ed.picked = []; ed.to = -1; ed.effect = null; ed.schools.reset(); ed.schools.preview();
    told(object);
    return found;
  }

  /* ---- the draft, kept at every step ---- */
  store.keep = function () { var o = current(); if (write(function (all) { all.auto = o; })) { time = new Date().toLocaleTimeString(page.lang() === 'zh' ? 'zh-CN' : 'en-GB'); } drawKept(); };
  store.restore = function () {
    var auto = read().auto, found;
    if (!auto || (!auto.moves.length && !(auto.locks || []).length && !(auto.schools || []).length)) { if (auto) { told(auto); } return ''; }
    found = put(auto);
    return found.failed ? ed.fill('restored_not', { why: found.why }) : ed.fill('restored', { n: ed.count(movedBlocks()) });
  };
  /* The scenario that the name stands for is no longer the one on the map. */
  function strayed() {
    var saved = read().saved, o = typed() && Object.prototype.hasOwnProperty.call(saved, typed()) ? saved[typed()] : null;
    function told(s) { return JSON.stringify([s.moves || [], s.schools || [], s.locks || [], s.note || '', s.author || '']); }
    return !!o && told(o) !== told(current());
  }
  function drawKept() { $('editor-kept').textContent = (works ? ed.fill('kept', { time: time || '–' }) : word('kept_not')) + (strayed() ? ' · ' + ed.fill('strayed', { name: typed() }) : ''); }

  /* ---- scenarios by name ---- */
  function chosen() { return $('editor-saved').value; }
  function drawSaved(pick) {
    var select = $('editor-saved'), all = names(), was = pick === undefined ? select.value : pick;
    select.replaceChildren.apply(select, all.length ? all.map(function (n) { return new Option(n, n); }) : [new Option(word('saved_none'), '')]);
    if (all.indexOf(was) >= 0) { select.value = was; }
    ['editor-left', 'editor-right'].forEach(function (id, k) {
      var s = $(id), old = s.value || ['plan:', 'now:'][k];
      s.replaceChildren(new Option(word('plan'), 'plan:'), new Option(word('now'), 'now:'));
      if (ed.g < 0 && ed.s.hasToday(ed.stage)) { s.append(new Option(word('today'), 'today:')); }
      all.forEach(function (n) { s.append(new Option(n, 'saved:' + n)); });
      s.value = old;
      if (!s.value) { s.value = ['plan:', 'now:'][k]; }
    });
    ['open', 'rename', 'delete'].forEach(function (b) { $('editor-' + b).disabled = !all.length; });
  }
  function typed() { return $('editor-name').value.trim(); }
  function kept(said) { ed.say(works ? said : word('kept_not'), !works); drawSaved(typed()); drawKept(); }
  function save() {
    var name = typed(), o = current(), over = names().indexOf(name) >= 0;
    if (!name) { ed.say(word('name_first'), true); $('editor-name').focus(); return; }
    write(function (all) { all.saved[name] = o; });
    kept(ed.fill(over ? 'saved_over' : 'saved_as', { name: name }));
  }
  function open() {
    var name = chosen(), o = read().saved[name];
    if (!o) { ed.say(word('choose_first'), true); return; }
    var found = put(o);
    if (found.failed) { ed.say(ed.fill('loaded_not', { file: name, why: found.why }), true); return; }
    $('editor-name').value = name;
    ed.changed();
    ed.say(found.refused ? ed.fill('loaded_some', { file: name, n: found.refused, why: found.why }) : ed.fill('opened', { name: name, n: ed.count(movedBlocks()) }), !!found.refused);
  }
  function rename() {
    var old = chosen(), name = typed();
    if (!old) { ed.say(word('choose_first'), true); return; }
    if (!name) { ed.say(word('name_first'), true); $('editor-name').focus(); return; }
    if (names().indexOf(name) >= 0) { ed.say(ed.fill('name_taken', { name: name }), true); return; }
    write(function (all) { all.saved[name] = all.saved[old]; delete all.saved[old]; });
    kept(ed.fill('renamed', { name: name }));
  }
  function remove() {
    var name = chosen();
    if (!name) { ed.say(word('choose_first'), true); return; }
    if (sure !== name) { sure = name; ed.say(ed.fill('delete_sure', { name: name })); return; }
    sure = '';
    write(function (all) { delete all.saved[name]; });
    kept(ed.fill('deleted', { name: name }));
  }
  function reset() { var o = plain(); put(o); ed.changed(); ed.say(word('reset_done')); }

  /* ---- two scenarios side by side ---- */
  function side(value) {
    if (value === 'now:') { return ed.s; }
    var s = ed.make();
    if (value === 'today:') { s.asToday(); }
    if (value.indexOf('saved:') === 0) { var o = read().saved[value.slice(6)]; if (o) { load(s, o); } }
    return s;
  }
  function sideName(value) { return value === 'plan:' ? word('plan') : value === 'now:' ? word('now') : value === 'today:' ? word('today') : value.slice(6); }
  function compare() {
    compared = [$('editor-left').value, $('editor-right').value];
    drawCompare();
    ed.reshow(); ed.signs.draw();
    ed.say($('editor-differ').textContent);
  }
  function drawCompare() {
    if (ed.g >= 0) { drawDistricts(); return; }
    var sides = compared.map(side), zones = sides.map(function (s) { return s.zoneOf(ed.stage); }), f = sides.map(function (s) { return s.figures(ed.stage); }), n = 0;
    ed.hatched = unit.id.map(function (_, u) { var d = zones[0][u] !== zones[1][u] ? 1 : 0; n += d; return d; });
    var titles = compared.map(sideName), body = ed.table($('editor-compared'), [word('measure')].concat(titles)), totals = sides.map(function (s, k) { return ed.figures.totals(f[k].total, s.broken(ed.stage).length); });
    $('editor-differ').textContent = ed.fill('differ', { left: titles[0], right: titles[1], n: ed.count(n) });
    function row(name, a, b) { var tr = make('tr'), th = make('th', name); th.scope = 'row'; tr.append(th, make('td', a, 'n'), make('td', b, 'n')); if (a !== b) { tr.className = 'differs'; } body.append(tr); }
    body.replaceChildren();
    totals[0].forEach(function (r, k) { row(word(r[0]), r[1], totals[1][k][1]); });
    var columns = ['pupils', 'seats', 'over', 'pieces', 'mean', 'farthest'];
    ed.zones().forEach(function (_, z) {
      var a = ed.figures.zoneCells(f[0].zones[z]), b = ed.figures.zoneCells(f[1].zones[z]);
      columns.forEach(function (c, k) { if (a[k] !== b[k]) { row(ed.zoneName(z) + page.word('dot') + word(c), a[k], b[k]); } });
    });
    $('editor-compared-box').hidden = $('editor-compare-end').hidden = false;
  }
  function drawDistricts() {
    var g = ed.g, sides = compared.map(side), c = sides.map(function (s) { return s.composition(g); }), titles = compared.map(sideName), n = 0, body = ed.table($('editor-compared'), [word('measure')].concat(titles));
    var totals = c.map(ed.schools.totals);
    page.data.schools.forEach(function (_, i) { n += sides[0].districtOf(g, i) !== sides[1].districtOf(g, i) ? 1 : 0; });
    ed.hatched = unit.id.map(function (_, u) { return sides[0].districtOfBlock(g, u) !== sides[1].districtOfBlock(g, u) ? 1 : 0; });
    $('editor-differ').textContent = ed.fill('differ_schools', { left: titles[0], right: titles[1], n: ed.count(n) });
    function row(name, a, b) { var tr = make('tr'), th = make('th', name); th.scope = 'row'; tr.append(th, make('td', a, 'n'), make('td', b, 'n')); if (a !== b) { tr.className = 'differs'; } body.append(tr); }
    body.replaceChildren();
    totals[0].forEach(function (r, k) { row(word(r[0]), r[1], totals[1][k][1]); });
    ed.schools.list().forEach(function (_, d) {
      var a = ed.schools.cells(c[0].districts[d]), b = ed.schools.cells(c[1].districts[d]);
      ed.schools.columns().forEach(function (name, k) { if (a[k] !== b[k]) { row(ed.schools.name(d) + page.word('dot') + name, a[k], b[k]); } });
    });
    $('editor-compared-box').hidden = $('editor-compare-end').hidden = false;
  }
  store.endCompare = function () {
    if (!compared) { return; }
    compared = null; ed.hatched = null;
    $('editor-compared-box').hidden = $('editor-compare-end').hidden = true;
    $('editor-differ').textContent = '';
    if (ed.on) { ed.reshow(); }
  };

  /* ---- files ---- */
  function give(name, text, type) {
    var a = make('a');
    a.href = URL.createObjectURL(new Blob([text], { type: type })); a.download = name;
    document.body.append(a); a.click(); a.remove();
    setTimeout(function () { URL.revokeObjectURL(a.href); }, 10000);
    ed.say(ed.fill('exported', { file: name }));
  }
  function stem() { return ((typed() || 'moves') + (strayed() ? word('strayed_file') : '')).replace(/[\\/:*?"<>|\u0000-\u001f.]+/g, '_').slice(0, 60); }
  function take(file) {
    var reader = new FileReader();
    reader.onload = function () {
      var object = null, found, text = decoded(reader.result);
      if (!/^\ufeff?\s*\{/.test(text) && /\.(csv|txt)$/i.test(file.name)) { table(file, text); return; }
      try { object = JSON.parse(text.replace(/^\ufeff/, '')); } catch (e) { object = null; }
      if (!object || typeof object !== 'object' || !Array.isArray(object.moves)) { ed.say(ed.fill('loaded_not', { file: file.name, why: word('not_json') }), true); return; }
      found = put(object);
      if (found.failed) { ed.say(ed.fill('loaded_not', { file: file.name, why: found.why }), true); return; }
      ed.changed();
      ed.say(found.refused ? ed.fill('loaded_some', { file: file.name, n: found.refused, why: found.why }) : ed.fill('loaded', { file: file.name, n: ed.count(movedBlocks()) }), !!found.refused);
    };
    reader.readAsArrayBuffer(file);
  }
  /* Office programs here write UTF-8 or GB 18030. */
  function decoded(bytes) { try { return new TextDecoder('utf-8', { fatal: true }).decode(bytes); } catch (e) { return new TextDecoder('gb18030').decode(bytes); } }
  /* A table of two columns is for the stage that is shown; what was edited elsewhere stays. */
  function table(file, text) {
    if (ed.g >= 0) { ed.say(ed.fill('loaded_not', { file: file.name, why: word('table_needs_zones') }), true); return; }
    var base = ed.s.base(ed.stage), ids = ed.s.zoneIds(ed.stage), targets = [], found, object = current(), read;
    page.data.zones[ed.stage].forEach(function (z, i) { if (z.id) { z.schools.forEach(function (s) { targets.push([page.data.schools[s].id, i]); }); } });
    ids.forEach(function (id, i) { targets.push([id, i]); });
    read = districtingMovesOfTable(text, unit.id, targets);
    if (!read.rows.length && read.refused.length) { ed.say(ed.fill('loaded_not', { file: file.name, why: read.refused.slice(0, 5).map(function (r) { return ed.fill('row', { n: r.row + 1, why: ed.why(r.why) }); }).join(page.word('comma')) }), true); return; }
    object.moves = object.moves.filter(function (m) { return m[0] !== ed.stage; }).concat(read.rows.filter(function (r) { return base[r[0]] !== r[1]; }).map(function (r) { return [ed.stage, unit.id[r[0]], base[r[0]] < 0 ? '' : ids[base[r[0]]], ids[r[1]]]; }));
    found = put(object);
    if (found.failed) { ed.say(ed.fill('loaded_not', { file: file.name, why: found.why }), true); return; }
    ed.changed();
    var n = read.refused.length + found.refused, why = read.refused.slice(0, 5).map(function (r) { return ed.fill('row', { n: r.row + 1, why: ed.why(r.why) }); }).concat(found.why || []).join(page.word('comma'));
    ed.say((n ? ed.fill('loaded_some', { file: file.name, n: n, why: why }) : ed.fill('loaded', { file: file.name, n: ed.count(movedBlocks()) })) + (read.mended ? ' · ' + ed.fill('zeros', { n: read.mended }) : ''), n > 0);
  }

  [['save', save], ['open', open], ['rename', rename], ['delete', remove], ['reset', reset], ['compare-go', compare],
    ['compare-end', function () { store.endCompare(); $('editor-compare-go').focus(); ed.say(word('compare_ended')); }],
    ['csv', function () { var g = ed.g >= 0; give(stem() + '_' + (g ? ed.s.groupings[ed.g].scheme : ed.stage) + '.csv', g ? ed.s.csvSchools(ed.g) : ed.s.csv(ed.stage), 'text/csv;charset=utf-8'); }],
    ['json', function () { give(stem() + '.json', JSON.stringify(current(), null, 1), 'application/json'); }]
  ].forEach(function (pair) { $('editor-' + pair[0]).addEventListener('click', pair[1]); });
  $('editor-file').addEventListener('change', function () { if (this.files.length) { take(this.files[0]); this.value = ''; } });
  ['editor-note', 'editor-author'].forEach(function (id) { $(id).addEventListener('change', store.keep); });
  $('editor-saved').addEventListener('change', function () { sure = ''; $('editor-name').value = this.value; drawKept(); });
  $('editor-name').addEventListener('input', drawKept);
  store.draw = function () { drawKept(); drawSaved(); if (compared) { drawCompare(); ed.reshow(); } };
}
