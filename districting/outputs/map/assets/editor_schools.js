/* Moving schools between the districts of a grouping: picking, the receiving district, the effect, composition and its rules. What is said comes from the scenario. */
function districtingEditorSchools(ed) {
  'use strict';
  var page = ed.page, data = page.data, unit = data.unit, $ = page.$, make = page.make, word = ed.word, kept = {}, plan = {}, ring = null;
  var own = ed.schools = { picked: [], to: -1, effect: null };
  own.list = function () { return data.groupings[ed.g].districts; };
  own.name = function (d) { return d < 0 ? word('no_district') : (d + 1) + '\u2002' + own.list()[d].name; };
  /* Why the districts that are shown cannot be edited; '' where they can. */
  own.why = function (g) {
    var of = data.edit && data.edit.groupings && data.edit.groupings[g];
    return of && !of.why ? '' : word('scheme_' + (of ? of.why : 'unknown'));
  };
  function members() { return data.schools.map(function (_, i) { return i; }).filter(function (i) { return ed.s.districtOf(ed.g, i) >= 0; }); }
  function score(h) { return h === null ? '–' : districtingShown(h, 100, 1); }

  /* ---- the page's own lists follow the scenario, and are put back ---- */
  function keep(g) {
    if (kept[g]) { return kept[g]; }
    var base = ed.make(), rows = data.groupings[g].districts;
    kept[g] = { group: unit.group[g].slice(), base: unit.id.map(function (_, u) { return base.districtOfBlock(g, u); }), rows: rows.map(function (d) { return { members: d.members, lead: d.lead, colour: d.colour, at: d.at }; }), of: data.schools.map(function (s) { return s.district[g]; }) };
    return kept[g];
  }
  own.show = function (g) {
    var k = keep(g), group = unit.group[g], changed = {}, rows = data.groupings[g].districts;
    for (var u = 0; u < group.length; u++) {
      var d = ed.s.districtOfBlock(g, u), now = d === k.base[u] || d < 0 ? k.group[u] : d;
      if (group[u] !== now) { changed[now] = changed[group[u]] = true; group[u] = now; }
    }
    rows.forEach(function (row, d) { row.members = []; row.lead = []; });
    data.schools.forEach(function (s, i) {
      var d = ed.s.districtOf(g, i);
      s.district[g] = d >= 0 ? [d] : k.of[i];
      if (d >= 0) { rows[d].members.push(i); if (k.rows.some(function (r) { return r.lead.indexOf(i) >= 0; })) { rows[d].lead.push(i); } }
    });
    ed.ground.follow(rows, group, Object.keys(changed).map(Number), k.rows);
  };
  own.hide = function () {
    Object.keys(kept).forEach(function (g) {
      var k = kept[g], group = unit.group[g];
      for (var u = 0; u < group.length; u++) { group[u] = k.group[u]; }
      data.groupings[g].districts.forEach(function (row, d) { Object.assign(row, k.rows[d]); });
      data.schools.forEach(function (s, i) { s.district[g] = k.of[i]; });
    });
  };

  /* ---- picking: a click on a school, a search, the list ---- */
  own.reset = function () { own.picked = []; own.to = -1; own.effect = null; };
  function selected() { own.preview(); own.draw(); ed.say(own.picked.length ? ed.fill('picked_schools', { n: own.picked.length }) + along() : word('picked_no_school')); }
  own.clear = function () { own.reset(); selected(); };
  /* Schools on the same ground go along. */
  function along() {
    var more = [];
    own.picked.forEach(function (i) { ed.s.matesOf(ed.g, i).forEach(function (m) { if (own.picked.indexOf(m) < 0 && more.indexOf(m) < 0) { more.push(m); } }); });
    return more.length ? ' · ' + ed.fill('along', { schools: page.names(more) }) : '';
  }
  own.clicked = function (i, add) {
    if (ed.s.districtOf(ed.g, i) < 0) { ed.say(word('why_not_member'), true); return; }
    if (add) { own.picked = own.picked.indexOf(i) >= 0 ? own.picked.filter(function (j) { return j !== i; }) : own.picked.concat(i); } else { own.picked = own.picked.length === 1 && own.picked[0] === i ? [] : [i]; }
    selected();
  };
  own.ground = function (u) { var d = unit.group[ed.g][u]; if (d >= 0) { aim(d); } };
  function roleOf(i) { return page.word(page.roleOf(i) || 'no_role'); }
  function drawList() {
    var text = $('editor-school-search').value.trim().toLowerCase(), select = $('editor-school-list'), list = members();
    if (text) { list = list.filter(function (i) { return data.schools[i].name.toLowerCase().indexOf(text) >= 0 || data.schools[i].id.toLowerCase().indexOf(text) >= 0; }); }
    select.replaceChildren.apply(select, list.map(function (i) {
      var o = new Option(ed.fill('school_option', { school: data.schools[i].name, district: own.name(ed.s.districtOf(ed.g, i)), role: roleOf(i) }) + (ed.s.isSchoolLocked(ed.g, i) ? word('is_locked') : '') + (ed.s.districtOf(ed.g, i) !== ed.s.baseDistrictOf(ed.g, i) ? word('is_moved') : ''), i);
      o.selected = own.picked.indexOf(i) >= 0;
      return o;
    }));
    $('editor-school-none').hidden = !!list.length;
    $('editor-school-picked').textContent = own.picked.length ? ed.fill('picked_schools', { n: own.picked.length }) + ' · ' + page.names(own.picked.slice(0, 8)) + along() : word('picked_no_school');
    $('editor-clear').disabled = $('editor-lock').disabled = !own.picked.length;
    $('editor-lock').textContent = word(allLocked() ? 'unlock' : 'lock');
    if (ring) { ring.remove(); ring = null; }
    ring = L.layerGroup(own.picked.filter(function (i) { return data.schools[i].at; }).map(function (i) { return L.circleMarker(data.schools[i].at, { radius: 14, color: '#b00020', weight: 3, fill: false, interactive: false }); })).addTo(page.map);
  }
  own.leave = function () { if (ring) { ring.remove(); ring = null; } own.reset(); };
  function allLocked() { return own.picked.length > 0 && own.picked.every(function (i) { return ed.s.isSchoolLocked(ed.g, i); }); }
  own.lock = function () {
    if (!own.picked.length) { ed.say(word('pick_school_first'), true); return; }
    var on = !allLocked();
    ed.s.lockSchool(ed.g, own.picked, on);
    own.preview(); ed.changed();
    ed.say(ed.fill(on ? 'locked_schools' : 'unlocked_schools', { n: own.picked.length }));
  };

  /* ---- the receiving district: those next to the schools' ground come first ---- */
  function order() {
    function all(d) { return own.picked.length > 0 && own.picked.every(function (i) { return ed.s.districtOf(ed.g, i) === d; }); }
    var near = own.picked.length ? ed.s.districtNeighbours(ed.g, own.picked).filter(function (d) { return !all(d); }) : [];
    return { near: near, far: own.list().map(function (_, d) { return d; }).filter(function (d) { return near.indexOf(d) < 0 && !all(d); }) };
  }
  function drawTo() {
    var select = $('editor-district'), of = order();
    select.replaceChildren(new Option(word('to_none'), -1));
    [['district_near', of.near], ['district_far', of.far]].forEach(function (pair) {
      if (!pair[1].length) { return; }
      var box = make('optgroup');
      box.label = word(pair[0]); pair[1].forEach(function (d) { box.append(new Option(own.name(d), d)); });
      select.append(box);
    });
    select.value = String(own.to);
  }
  function aim(d) { own.to = d; own.preview(); drawTo(); ed.say(own.effect ? said() : ed.fill('to_district', { district: own.name(d) })); }
  own.turn = function (by) { var of = order(), all = of.near.concat(of.far), at = all.indexOf(own.to); if (all.length) { aim(all[at < 0 ? by > 0 ? 0 : all.length - 1 : (at + by + all.length) % all.length]); } };

  /* ---- the effect ---- */
  own.preview = function () { own.effect = own.picked.length && own.to >= 0 ? ed.s.previewSchool(ed.g, own.picked, own.to) : null; drawPreview(); };
  function ruleName(code) { return ed.has('composition_' + code) ? word('composition_' + code) : ed.has('kind_' + code) ? word('kind_' + code) : code; }
  own.amount = function (b) { return ed.fill('amount_' + b.unit, { n: b.unit === 'decimetre' ? ed.metres(b.amount) : ed.count(b.amount) }); };
  own.rule = function (b) { return ed.fill(b.district >= 0 ? 'broken_here' : 'broken_all', { rule: ruleName(b.rule), zone: b.district >= 0 ? own.name(b.district) : '', amount: own.amount(b) }); };
  function said() {
    var e = own.effect, no = ed.refusedSaid(e.refused);
    return (e.schools.length ? ed.fill('preview_schools', { schools: page.names(e.schools), district: own.name(own.to) }) : word('preview_no_school')) + (no ? ' · ' + no : '');
  }
  function rules(e) {
    return e.breaks.map(function (b) { return ['breaks', ed.fill(b.before ? 'worsens' : 'breaks', { what: own.rule(b), before: b.before ? own.amount(Object.assign({}, b, { amount: b.before })) : '' })]; })
      .concat(e.mends.map(function (b) { return ['mends', ed.fill('mends', { what: own.rule(b) })]; }));
  }
  function cell(before, after, show) { return make('td', before === after ? show(after) : ed.fill('change', { before: show(before), after: show(after) }), 'n'); }
  function line(name, cells) { var tr = make('tr'), th = make('th', name); th.scope = 'row'; tr.append(th); cells.forEach(function (c) { tr.append(c); }); return tr; }
  var COLUMNS = ['schools', 'lead', 'weak', 'other', 'mean_h', 'pieces'];
  function titles() { return [word('district')].concat(COLUMNS.map(function (c) { return word('column_' + c); })); }
  function shows(c) { return c === 'mean_h' ? score : ed.count; }
  function drawPreview() {
    var e = own.effect;
    $('editor-school-preview').hidden = !e;
    if (!e) { return; }
    $('editor-school-said').textContent = said();
    var body = ed.table($('editor-school-effect'), titles());
    body.replaceChildren.apply(body, e.districts.map(function (d) { return line(own.name(d.district), COLUMNS.map(function (c) { return cell(d.before[c], d.after[c], shows(c)); })); }));
    body.append(line(word('spread'), COLUMNS.map(function (c) { return c === 'mean_h' ? cell(e.total.before.spread_h, e.total.after.spread_h, score) : make('td', ''); })));
    var list = rules(e);
    if (!list.length) { list = [['', word('rules_same')]]; }
    $('editor-school-rules').replaceChildren.apply($('editor-school-rules'), list.map(function (r) { return make('li', r[1], r[0]); }));
  }
  own.apply = function () {
    if (!own.picked.length) { ed.say(word('pick_school_first'), true); $('editor-school-list').focus(); return; }
    if (own.to < 0) { ed.say(word('district_first'), true); $('editor-district').focus(); return; }
    var to = own.to, e = ed.s.moveSchool(ed.g, own.picked, to), no = ed.refusedSaid(e.refused), text = rules(e).slice(0, 4).map(function (r) { return ' · ' + r[1]; }).join('');
    if (!e.schools.length) { ed.say(no || word('preview_no_school'), true); return; }
    own.reset(); own.preview(); ed.changed();
    ed.say(ed.fill('applied_schools', { schools: page.names(e.schools), district: own.name(to) }) + (no ? ' · ' + no : '') + text, !!no);
    $('editor-school-list').focus();
  };
  own.cancel = function () { own.to = -1; own.preview(); drawTo(); ed.say(word('cancelled')); };

  /* ---- all districts, totals, rules ---- */
  own.totals = function (c) {
    return [['column_districts', ed.count(c.total.districts)], ['moved_schools', ed.count(c.total.moved_schools)], ['highest', score(c.total.highest_h)], ['lowest', score(c.total.lowest_h)], ['spread', score(c.total.spread_h)], ['broken_rules', ed.count(c.broken.length)]];
  };
  own.cells = function (row) { return COLUMNS.map(function (c) { return shows(c)(row[c]); }); };
  own.columns = function () { return titles().slice(1); };
  function go(d) { page.fit(page.areas.boxOf(function (u) { return unit.group[ed.g][u] === d; }), 18); ed.say(ed.fill('jump', { what: own.name(d) })); }
  own.draw = function () {
    if (!plan[ed.g]) { plan[ed.g] = ed.make().composition(ed.g); }
    var c = ed.s.composition(ed.g), was = own.totals(plan[ed.g]), body = ed.table($('editor-totals'), ['measure', 'plan', 'now'].map(word)), of = ed.s.groupings[ed.g];
    body.replaceChildren.apply(body, own.totals(c).map(function (r, k) { return line(word(r[0]), [make('td', was[k][1], 'n'), make('td', r[1], 'n')]); }));
    body = ed.table($('editor-zones'), titles());
    body.replaceChildren.apply(body, c.districts.map(function (row, d) {
      var tr = line('', own.cells(row).map(function (t) { return make('td', t, 'n'); })), b = make('button', own.name(d), 'cell');
      b.type = 'button'; b.addEventListener('click', function () { go(d); }); tr.firstChild.append(b);
      return tr;
    }));
    ed.oneStop($('editor-zones'));
    $('editor-broken-title').textContent = c.broken.length ? ed.fill('broken_n', { n: ed.count(c.broken.length) }) : word('broken_none');
    $('editor-broken').replaceChildren.apply($('editor-broken'), c.broken.map(function (b) {
      var li = make('li'), to = make('button', undefined, 'row'), words = make('span');
      to.type = 'button'; words.append(make('span', own.rule(b)), make('span', word(b.in_plan ? 'in_plan' : 'by_edit'), 'small')); to.append(make('span', '✗'), words);
      to.addEventListener('click', function () { if (b.district >= 0) { go(b.district); } });
      li.append(to);
      return li;
    }));
    $('editor-unchecked').hidden = !of.unchecked.length && of.grounded;
    $('editor-unchecked').textContent = (of.unchecked.length ? ed.fill('unchecked', { rules: of.unchecked.map(ruleName).join(page.word('comma')) }) : '') + (of.grounded ? '' : ' ' + word('no_ground'));
    drawList(); drawTo();
  };
  $('editor-school-list').addEventListener('change', function () { own.picked = Array.from(this.selectedOptions, function (o) { return Number(o.value); }); own.preview(); drawTo(); drawChosen(); });
  function drawChosen() { var at = $('editor-school-list').scrollTop; drawList(); $('editor-school-list').scrollTop = at; ed.say(own.picked.length ? ed.fill('picked_schools', { n: own.picked.length }) + along() : word('picked_no_school')); }
  $('editor-school-list').addEventListener('keydown', function (e) { if (e.key === 'Enter') { e.preventDefault(); if (own.effect) { own.apply(); } else { $('editor-district').focus(); } } });
  $('editor-school-search').addEventListener('input', drawList);
  $('editor-district').addEventListener('change', function () { var d = Number(this.value); if (d < 0) { own.cancel(); } else { aim(d); } });
  $('editor-district').addEventListener('keydown', function (e) { if (e.key === 'Enter' && own.effect) { e.preventDefault(); own.apply(); } });
  $('editor-school-apply').addEventListener('click', own.apply);
  $('editor-school-cancel').addEventListener('click', own.cancel);
}
