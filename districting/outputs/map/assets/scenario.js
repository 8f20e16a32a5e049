/* What-if arithmetic of the page: moves of blocks between zones (each stage in scenario_stage.js), in whole numbers only, and of schools between districts (scenario_schools.js). No page is touched here;
   format "edit-1" of editing.py; ids of blocks and schools are those of the page. */
function districtingScenario(edit, blockIds, schoolIds) {
  'use strict';
  if (!edit || edit.format !== 'edit-1') { throw new Error('unknown format of edits'); }
  var ids = edit.ids || blockIds, schools = edit.school_ids || schoolIds || [], n = ids.length, at = new Map(ids.map(function (id, i) { return [id, i]; }));
  var first = edit.stages[0], common = {}; /* a later stage leaves out what is as in the first */
  ['edges', 'border_m', 'county_of_block', 'block_x', 'block_y', 'today'].forEach(function (name) { common[name] = first[name]; });
  var done = [], undone = [], stages = Object.create(null), names = edit.stages.map(function (s) { return s.stage; });
  edit.stages.forEach(function (s) { stages[s.stage] = districtingScenarioStage(Object.assign({}, common, s), n, function (below) { return stages[below] ? stages[below].label : null; }); });
  names.forEach(function (name) { stages[name].broken(); }); /* what is broken in the plan itself is remembered */
  var groupings = (edit.groupings || []).map(function (g) { return districtingScenarioGrouping(g, function (stage) { return stages[stage].label; }, function (stage) { return stages[stage]; }); });
  function among(g) { if (!groupings[g] || groupings[g].why) { throw new Error('no districts to edit: ' + g); } return groupings[g]; }
  function editable() { return groupings.filter(function (g) { return !g.why; }); }
  function of(stage) { if (!stages[stage]) { throw new Error('unknown stage ' + stage); } return stages[stage]; }
  function after(st) { /* whole_units of a higher stage looks at the zones of this one */
    names.forEach(function (name) { if (stages[name].below === st.stage) { stages[name].forget(); } });
    editable().forEach(function (g) { if (g.unit_stage === st.stage) { g.forget(); } });
  }
  function write(st, blocks, zones) { var change = st.write(blocks, zones); after(st); return change; }
  function sorted(blocks) { return Array.from(new Set(blocks)).sort(function (a, b) { return a - b; }); }
  function plan(st, blocks, zone) {
    if (!(zone >= 0 && zone < st.zones.length)) { throw new Error('unknown zone ' + zone); }
    var take = [], refused = [];
    sorted(blocks).forEach(function (b) {
      if (!(b >= 0 && b < n)) { throw new Error('unknown block ' + b); }
      if (st.label[b] === zone) { return; }
      if (st.locks[b]) { refused.push({ block: b, why: 'locked' }); }
      else if (st.keepHome && st.isHome[b]) { refused.push({ block: b, why: 'home' }); }
      else { take.push(b); }
    });
    return { take: take, refused: refused };
  }
  function key(v) { return v.rule + ' ' + v.zone; }
  function trial(stage, blocks, zone, keep) {
    var st = of(stage), asked = plan(st, blocks, zone), touched = {}, total = st.total(), broken = st.broken();
    asked.take.forEach(function (b) { touched[st.label[b]] = 1; });
    if (asked.take.length) { touched[zone] = 1; }
    var list = Object.keys(touched).map(Number).filter(function (z) { return z >= 0; }).sort(function (a, b) { return a - b; });
    var before = list.map(st.zoneFigures), to = asked.take.map(function () { return zone; }), change = write(st, asked.take, to);
    var now = list.map(st.zoneFigures), totalNow = st.total(), brokenNow = st.broken(), was = new Map(), is = new Map();
    broken.forEach(function (v) { was.set(key(v), v); }); brokenNow.forEach(function (v) { is.set(key(v), v); });
    if (keep && asked.take.length) { done.push({ stage: stage, change: change }); undone = []; }
    if (!keep) { st.restore(change); after(st); }
    var both = {};
    Object.keys(total).forEach(function (name) { both[name + '_before'] = total[name]; both[name + '_after'] = totalNow[name]; });
    return {
      blocks: asked.take, pupils: asked.take.reduce(function (sum, b) { return sum + st.pupils[b]; }, 0), refused: asked.refused,
      zones: list.map(function (z, i) {
        var a = before[i], b = now[i];
        return { zone: z, pupils_before: a.pupils, pupils_after: b.pupils, seats: a.seats, over_before: a.over, over_after: b.over, pieces_before: a.pieces, pieces_after: b.pieces,
          mean_dm_before: a.mean_dm, mean_dm_after: b.mean_dm, farthest_dm_before: a.farthest_dm, farthest_dm_after: b.farthest_dm, unmeasured_before: a.unmeasured, unmeasured_after: b.unmeasured };
      }),
      total: both,
      breaks: brokenNow.filter(function (v) { return !was.has(key(v)) || v.amount > was.get(key(v)).amount; }).map(function (v) { return Object.assign({ before: was.has(key(v)) ? was.get(key(v)).amount : 0 }, v); }),
      mends: broken.filter(function (v) { return !is.has(key(v)); })
    };
  }
  function turn(step, back) {
    if (step.parts) { (back ? step.parts.slice().reverse() : step.parts).forEach(function (p) { turn(p, back); }); return; }
    var st = step.scheme ? editable().find(function (g) { return g.scheme === step.scheme; }) : stages[step.stage], i;
    if (step.scheme && !step.locks) { st.write(step.change.units, back ? step.change.from : step.change.to); return; }
    if (step.locks) { for (i = 0; i < step.locks.length; i++) { st.locks[step.locks[i]] = step.on !== back ? 1 : 0; } return; }
    write(st, step.change.blocks, back ? step.change.from : step.change.to);
  }
  function lock(stage, blocks, on) {
    var st = of(stage), changed = sorted(blocks).filter(function (b) { return b >= 0 && b < n && !!st.locks[b] !== !!on; });
    if (changed.length) { var step = { stage: stage, locks: changed, on: !!on }; turn(step, false); done.push(step); undone = []; }
    return changed;
  }
  function moveSchool(g, list, district, keep) {
    var effect = among(g).trial(list, district, keep);
    if (keep && effect.change.units.length) { done.push({ scheme: groupings[g].scheme, change: effect.change }); undone = []; }
    delete effect.change;
    return effect;
  }
  function lockSchool(g, list, on) {
    var of = among(g), changed = sorted(list).filter(function (i) { return of.unitOf[i] >= 0 && !!of.locks[i] !== !!on; });
    if (changed.length) { var step = { scheme: of.scheme, locks: changed, on: !!on }; turn(step, false); done.push(step); undone = []; }
    return changed;
  }
  function schoolMoves() {
    var found = [];
    editable().forEach(function (g) { schools.forEach(function (id, i) { if (g.districtOf(i) !== g.baseOf(i)) { found.push([g.scheme, id, g.baseOf(i) < 0 ? '' : g.districts[g.baseOf(i)], g.districts[g.districtOf(i)]]); } }); });
    return found;
  }
  /* Schools of a file: what cannot be is refused; a school on the ground of one that moves goes with it, and may not be sent elsewhere. */
  function loadSchools(object, parts, refused) {
    var wanted = editable().map(function (g) { return Int32Array.from(g.base); }), count = 0, sent = Object.create(null), at = new Map(schools.map(function (id, i) { return [id, i]; }));
    (Array.isArray(object.schools) ? object.schools : []).forEach(function (row, r) {
      var ok = Array.isArray(row) && row.length === 4 && row.every(function (w) { return typeof w === 'string'; }), n = ok ? editable().findIndex(function (g) { return g.scheme === row[0]; }) : -1, g = editable()[n], why = '', i, d, u;
      if (!ok) { why = 'malformed'; }
      else if (!g) { why = 'unknown_scheme'; }
      else {
        i = at.has(row[1]) ? at.get(row[1]) : -1; d = g.districts.indexOf(row[3]); u = i < 0 ? -1 : g.unitOf[i];
        if (u < 0) { why = 'unknown_school'; }
        else if (d < 0) { why = 'unknown_district'; }
        else if (row[2] !== (g.base[u] < 0 ? '' : g.districts[g.base[u]])) { why = 'other_from'; }
        else if (sent[n + ' ' + u] !== undefined && sent[n + ' ' + u] !== d) { why = 'mate_elsewhere'; }
      }
      if (why) { refused.push({ row: r, why: why, school: true }); return; }
      sent[n + ' ' + u] = d; wanted[n][u] = d; count++;
    });
    editable().forEach(function (g, n) {
      var units = [], to = [], want = new Uint8Array(schools.length), on = [], off = [];
      g.label.forEach(function (d, u) { if (d !== wanted[n][u]) { units.push(u); to.push(wanted[n][u]); } });
      if (units.length) { parts.push({ scheme: g.scheme, change: g.write(units, to) }); }
      (Array.isArray(object.locks) ? object.locks : []).forEach(function (row) { if (Array.isArray(row) && row[0] === g.scheme && at.has(row[1])) { want[at.get(row[1])] = 1; } });
      want.forEach(function (w, i) { if (w !== g.locks[i] && g.unitOf[i] >= 0) { (w ? on : off).push(i); } });
      [[on, true], [off, false]].forEach(function (pair) { if (pair[0].length) { var step = { scheme: g.scheme, locks: pair[0], on: pair[1] }; turn(step, false); parts.push(step); } });
    });
    return count;
  }
  function locksFit(locks) { return locks === undefined || locks === null || (Array.isArray(locks) && locks.every(function (row) { return Array.isArray(row) && row.length === 2 && row.every(function (w) { return typeof w === 'string'; }); })); }
  function moves() {
    var found = [];
    names.forEach(function (name) {
      var st = stages[name];
      for (var b = 0; b < n; b++) { if (st.label[b] !== st.base[b]) { found.push([name, ids[b], st.base[b] < 0 ? '' : st.zones[st.base[b]], st.zones[st.label[b]]]); } }
    });
    return found;
  }
  function exported(more) {
    var locks = [];
    names.forEach(function (name) { for (var b = 0; b < n; b++) { if (stages[name].locks[b]) { locks.push([name, ids[b]]); } } });
    editable().forEach(function (g) { schools.forEach(function (id, i) { if (g.locks[i]) { locks.push([g.scheme, id]); } }); });
    more = more || {};
    return { format: 'moves-1', base: { key: edit.key, name: edit.name, year: edit.year, blocks: n }, moves: moves(), schools: schoolMoves(), locks: locks,
      note: String(more.note || ''), author: String(more.author || ''), lang: more.lang === 'en' ? 'en' : 'zh' };
  }
  function cell(word) {
    word = /^[=+\-@\t\r]/.test(word) ? "'" + word : word;
    return /[",\r\n]/.test(word) ? '"' + word.replace(/"/g, '""') + '"' : word;
  }
  function csv(stage) {
    var st = of(stage), lines = ['block_id,zone_id'];
    for (var b = 0; b < n; b++) { lines.push(cell(ids[b]) + ',' + cell(st.label[b] < 0 ? '' : st.zones[st.label[b]])); }
    return '\ufeff' + lines.join('\r\n') + '\r\n';
  }
  function csvSchools(g) {
    var of = among(g), lines = ['school_id,district_id'];
    schools.forEach(function (id, i) { if (of.districtOf(i) >= 0) { lines.push(cell(id) + ',' + cell(of.districts[of.districtOf(i)])); } });
    return '\ufeff' + lines.join('\r\n') + '\r\n';
  }
  /* The moves replace what was edited here, all in one step of undo; a row that cannot be is refused and named, the others are applied. */
  function load(object) {
    function whole(why) { return { applied: 0, refused: [{ row: -1, why: why }] }; }
    if (!object || typeof object !== 'object' || object.format !== 'moves-1' || !Array.isArray(object.moves)) { return whole('format'); }
    if (!object.base || object.base.key !== edit.key) { return whole('base'); }
    if (object.schools !== undefined && object.schools !== null && !Array.isArray(object.schools)) { return whole('schools'); }
    if (!locksFit(object.locks)) { return whole('locks'); }
    var seen = new Set(), refused = [], wanted = Object.create(null), applied = 0, parts = [];
    names.forEach(function (name) { wanted[name] = Int32Array.from(stages[name].base); });
    object.moves.forEach(function (row, i) {
      var ok = Array.isArray(row) && row.length === 4 && row.every(function (w) { return typeof w === 'string'; }), st = ok ? stages[row[0]] : null, b, z, why = '';
      if (!ok) { why = 'malformed'; }
      else if (!st) { why = 'unknown_stage'; }
      else {
        b = at.has(row[1]) ? at.get(row[1]) : -1; z = st.zones.indexOf(row[3]);
        if (b < 0) { why = 'unknown_block'; }
        else if (z < 0) { why = 'unknown_zone'; }
        else if (row[2] !== (st.base[b] < 0 ? '' : st.zones[st.base[b]])) { why = 'other_from'; }
        else if (seen.has(row[0] + ' ' + b)) { why = 'twice'; }
        else if (st.keepHome && st.isHome[b] && z !== st.base[b]) { why = 'home'; }
      }
      if (why) { refused.push({ row: i, why: why }); return; }
      seen.add(row[0] + ' ' + b); wanted[row[0]][b] = z; applied++;
    });
    names.forEach(function (name) {
      var st = stages[name], blocks = [], to = [], on = [], off = [], want = new Uint8Array(n);
      for (var b = 0; b < n; b++) { if (st.label[b] !== wanted[name][b]) { blocks.push(b); to.push(wanted[name][b]); } }
      if (blocks.length) { parts.push({ stage: name, change: write(st, blocks, to) }); }
      (Array.isArray(object.locks) ? object.locks : []).forEach(function (row) { if (Array.isArray(row) && row[0] === name && at.has(row[1])) { want[at.get(row[1])] = 1; } });
      for (b = 0; b < n; b++) { if (want[b] !== st.locks[b]) { (want[b] ? on : off).push(b); } }
      [[on, true], [off, false]].forEach(function (pair) { if (pair[0].length) { var step = { stage: name, locks: pair[0], on: pair[1] }; turn(step, false); parts.push(step); } });
    });
    applied += loadSchools(object, parts, refused);
    if (!applied && refused.length) { turn({ parts: parts }, true); return { applied: 0, refused: refused }; } /* a file of which nothing can be leaves all as it is */
    if (parts.length) { done.push({ parts: parts }); undone = []; }
    return { applied: applied, refused: refused };
  }
  return {
    key: edit.key, stages: names, parts: edit.pupil_parts,
    zoneOf: function (stage) { return of(stage).label; },
    base: function (stage) { return of(stage).base; },
    zoneIds: function (stage) { return of(stage).zones; },
    unchecked: function (stage) { return of(stage).unchecked; },
    measured: function (stage) { return of(stage).measured; },
    isHome: function (stage, block) { return of(stage).isHome[block] === 1; },
    preview: function (stage, blocks, zone) { return trial(stage, blocks, zone, false); },
    move: function (stage, blocks, zone) { return trial(stage, blocks, zone, true); },
    lock: lock,
    isLocked: function (stage, block) { return of(stage).locks[block] === 1; },
    undo: function () { if (!done.length) { return false; } var step = done.pop(); turn(step, true); undone.push(step); return true; },
    redo: function () { if (!undone.length) { return false; } var step = undone.pop(); turn(step, false); done.push(step); return true; },
    canUndo: function () { return done.length > 0; },
    canRedo: function () { return undone.length > 0; },
    figures: function (stage) { var st = of(stage); return { zones: st.zones.map(function (_, z) { return st.zoneFigures(z); }), total: st.total() }; },
    broken: function (stage) { return of(stage).broken(); },
    neighbours: function (stage, blocks) { return of(stage).neighbours(sorted(blocks)); },
    /* Today's zones instead of the plan's, for a comparison; no step of undo. A block of which today is not known has none. */
    asToday: function () { names.forEach(function (name) { var st = stages[name], all = ids.map(function (_, b) { return b; }); if (st.hasToday) { write(st, all, Array.from(st.today)); } }); },
    hasToday: function (stage) { return of(stage).hasToday; },
    wayOf: function (stage, block) { return of(stage).wayOf(block); },
    groupings: groupings.map(function (g) { return g.why ? { scheme: g.scheme, why: g.why } : { scheme: g.scheme, districts: g.districts, limits: g.limits, unchecked: g.unchecked, grounded: g.grounded, unit_stage: g.unit_stage }; }),
    districtOf: function (g, school) { return among(g).districtOf(school); },
    baseDistrictOf: function (g, school) { return among(g).baseOf(school); },
    districtOfBlock: function (g, block) { return among(g).districtOfBlock(block); },
    matesOf: function (g, school) { var u = among(g).unitOf[school]; return u < 0 ? [] : among(g).mates[u].filter(function (i) { return i !== school; }); },
    previewSchool: function (g, list, district) { return moveSchool(g, list, district, false); },
    moveSchool: function (g, list, district) { return moveSchool(g, Array.isArray(list) ? list : [list], district, true); },
    lockSchool: lockSchool,
    isSchoolLocked: function (g, school) { return among(g).locks[school] === 1; },
    composition: function (g) { var f = among(g).figures(); return { districts: f.districts, total: f.total, broken: among(g).broken() }; },
    districtNeighbours: function (g, list) { return among(g).neighbours(list); },
    schoolMoves: schoolMoves, csvSchools: csvSchools,
    moves: moves, exported: exported, csv: csv, load: load
  };
}
/* One rule of rounding for what is shown: half away from zero. shown(1250, 1000, 1) is "1.3"; whole numbers in, text out. */
function districtingShown(value, unit, digits) {
  'use strict';
  var sign = value < 0 ? '-' : '', size = Math.abs(value), scale = Math.pow(10, digits), top = size * scale, q = Math.floor(top / unit), r = top - q * unit;
  if (r < 0) { q--; r += unit; }
  if (r >= unit) { q++; r -= unit; }
  if (2 * r >= unit) { q++; }
  var text = String(q);
  while (text.length <= digits) { text = '0' + text; }
  text = digits ? text.slice(0, -digits) + '.' + text.slice(-digits) : text;
  return q === 0 ? text : sign + text;
}
if (typeof module !== 'undefined') { module.exports = { districtingScenario: districtingScenario, districtingShown: districtingShown }; }
