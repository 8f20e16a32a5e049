/* What the scenario says: the effect before applying, the table of zones, totals, broken rules. Nodes are kept and their texts changed in place. */
function districtingEditorEffect(ed) {
  'use strict';
  var page = ed.page, $ = page.$, make = page.make, figures = ed.figures = {}, rows = [], plan = {}, word = ed.word;
  function put(node, text) { if (node.textContent !== text) { node.textContent = text; } }
  function head(table, names) {
    var h = table.tHead || table.createTHead(), tr = make('tr');
    names.forEach(function (text, i) { var th = make('th', text, i ? 'n' : ''); th.scope = 'col'; tr.append(th); });
    h.replaceChildren(tr);
    if (!table.tBodies.length) { table.append(make('tbody')); }
    return table.tBodies[0];
  }
  ed.table = head;
  /* Many buttons, one stop of the keyboard: the arrows go from one to the next. */
  ed.oneStop = function (box) {
    function all() { return Array.from(box.querySelectorAll('button')); }
    function stop(list, at) { list.forEach(function (b, i) { b.tabIndex = i === at ? 0 : -1; }); box.stopAt = at; }
    stop(all(), Math.max(0, Math.min(box.stopAt || 0, all().length - 1)));
    if (box.oneStop) { return; }
    box.oneStop = true;
    box.addEventListener('focusin', function (e) { var list = all(), at = list.indexOf(e.target); if (at >= 0) { stop(list, at); } });
    box.addEventListener('keydown', function (e) {
      var list = all(), at = list.indexOf(e.target), to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: list.length - 1 }[e.key];
      if (at < 0 || to === undefined || e.altKey || e.ctrlKey || e.metaKey) { return; }
      e.preventDefault();
      list[Math.max(0, Math.min(to, list.length - 1))].focus();
    });
  };

  /* ---- the effect, before it is applied ---- */
  function both(before, after, said, less) {
    var same = before === after, td = make('td', same ? said(after) : ed.fill('change', { before: said(before), after: said(after) }), 'n');
    if (!same && less && before !== null && after !== null) { // in words, not by colour alone
      var verdict = after < before ? 'better' : 'worse';
      td.classList.add(verdict); td.append(make('span', page.word('verdict_' + verdict), 'small'));
    }
    return td;
  }
  function line(tag, cells, name) { var tr = make('tr', undefined, name), th = make('th', tag); th.scope = 'row'; tr.append(th); cells.forEach(function (c) { tr.append(c); }); return tr; }
  figures.amount = function (b) {
    return ed.fill('amount_' + b.unit, { n: b.unit === 'pupil' ? ed.pupils(b.amount) : b.unit === 'decimetre' ? ed.metres(b.amount) : ed.count(b.amount) });
  };
  function ruleName(code) { return ed.has('rule_' + code) ? word('rule_' + code) : code; }
  figures.rule = function (b) {
    return ed.fill(b.zone >= 0 ? 'broken_here' : 'broken_all', { rule: ruleName(b.rule), zone: b.zone >= 0 ? ed.zoneName(b.zone) : '', amount: figures.amount(b) });
  };
  function breakSaid(b) { return ed.fill(b.before ? 'worsens' : 'breaks', { what: figures.rule(b), before: b.before ? figures.amount(Object.assign({}, b, { amount: b.before })) : '' }); }
  figures.rulesSaid = function (effect) {
    var said = effect.breaks.map(breakSaid).concat(effect.mends.map(function (b) { return ed.fill('mends', { what: figures.rule(b) }); }));
    return said.length ? ' · ' + said.slice(0, 4).join(' · ') : '';
  };
  figures.previewSaid = function () {
    var e = ed.effect, no = ed.refusedSaid(e.refused);
    var said = e.blocks.length ? ed.fill('preview_said', { blocks: ed.count(e.blocks.length), pupils: ed.pupils(e.pupils), zone: ed.zoneName(ed.to) }) : word('preview_none');
    return said + (no ? ' · ' + no : '');
  };
  figures.drawPreview = function () {
    var e = ed.effect, box = $('editor-preview'), news = box.hidden;
    box.hidden = !e;
    if (!e) { return; }
    put($('editor-preview-said'), figures.previewSaid());
    var body = head($('editor-effect'), ['zone', 'pupils', 'seats', 'over', 'pieces', 'mean'].map(word));
    body.replaceChildren.apply(body, e.zones.map(function (z) {
      return line(ed.zoneName(z.zone), [both(z.pupils_before, z.pupils_after, ed.pupils), make('td', ed.pupils(z.seats), 'n'), both(z.over_before, z.over_after, ed.pupils, true),
        both(z.pieces_before, z.pieces_after, ed.count, true), both(z.mean_dm_before, z.mean_dm_after, ed.metres, true)]);
    }));
    var t = e.total;
    body.append(line(word('all'), [make('td', '', 'n'), make('td', '', 'n'), both(t.over_before, t.over_after, ed.pupils, true), make('td', '', 'n'), both(t.mean_dm_before, t.mean_dm_after, ed.metres, true)], 'all'));
    var rules = e.breaks.map(function (b) { return make('li', breakSaid(b), 'breaks'); }).concat(e.mends.map(function (b) { return make('li', ed.fill('mends', { what: figures.rule(b) }), 'mends'); }));
    if (!e.breaks.length) { rules.unshift(make('li', word('rules_same'))); }
    if (t.unmeasured_after) { rules.push(make('li', ed.fill('unmeasured_n', { n: ed.pupils(t.unmeasured_after) }))); }
    $('editor-rules').replaceChildren.apply($('editor-rules'), rules);
    $('editor-apply').disabled = !e.blocks.length;
    if (news) { box.scrollIntoView({ block: 'nearest' }); }
  };

  /* ---- all zones, live ---- */
  var COLUMNS = ['pupils', 'seats', 'over', 'pieces', 'mean', 'farthest'];
  function zoneRow(z) {
    var tr = make('tr'), th = make('th'), b = make('button', '', 'cell'), cells = COLUMNS.map(function () { return make('td', '', 'n'); });
    th.scope = 'row'; b.type = 'button'; th.append(b); tr.append(th);
    cells.forEach(function (c) { tr.append(c); });
    b.addEventListener('click', function () { figures.goZone(z); });
    return { tr: tr, b: b, cells: cells };
  }
  figures.goZone = function (z) {
    page.fit(page.areas.boxOf(function (u) { return page.groupOf(u) === z; }), 18);
    ed.say(ed.fill('jump', { what: ed.zoneName(z) }));
  };
  figures.words = function () { rows = []; drawHelp(); };
  /* The figures of the plan itself, from a scenario without moves. */
  figures.ofPlan = function (stage) {
    if (!plan[stage]) { var s = ed.make(); plan[stage] = { total: s.figures(stage).total, broken: s.broken(stage).length }; }
    return plan[stage];
  };
  function zoneCells(z) { return [ed.pupils(z.pupils), ed.pupils(z.seats), z.over ? ed.pupils(z.over) : '0', ed.count(z.pieces), z.unmeasured ? ed.fill('mean_of_some', { mean: ed.metres(z.mean_dm), n: ed.pupils(z.unmeasured) }) : ed.metres(z.mean_dm), ed.metres(z.farthest_dm)]; }
  figures.zoneCells = zoneCells;
  function drawZones(f) {
    var zones = ed.zones(), body;
    if (rows.length !== zones.length || rows.stage !== ed.stage) {
      body = head($('editor-zones'), ['zone'].concat(COLUMNS).map(word));
      rows = zones.map(function (_, z) { return zoneRow(z); });
      rows.stage = ed.stage;
      body.replaceChildren.apply(body, rows.map(function (r) { return r.tr; }));
      ed.oneStop($('editor-zones'));
    }
    rows.forEach(function (r, z) {
      put(r.b, ed.zoneName(z));
      zoneCells(f.zones[z]).forEach(function (text, k) { put(r.cells[k], text); });
      r.cells[2].classList.toggle('worse', f.zones[z].over > 0);
      r.cells[3].classList.toggle('worse', f.zones[z].pieces > 1);
    });
  }
  /* ---- totals: what is said of a whole stage, here and in a comparison ---- */
  figures.totals = function (t, broken) {
    return [['pupils', ed.pupils(t.pupils)], ['over', ed.pupils(t.over)], ['mean', ed.metres(t.mean_dm)], ['farthest', ed.metres(t.farthest_dm)], ['unmeasured', t.unmeasured === null ? ed.metres(null) : ed.pupils(t.unmeasured)], ['moved_blocks', ed.count(t.moved_blocks)],
      ['moved_pupils', ed.pupils(t.moved_pupils)], ['changed_today', ed.pupils(t.changed_from_today_pupils)], ['broken_rules', ed.count(broken)]];
  };
  function drawTotals(f, broken) {
    var base = figures.ofPlan(ed.stage), was = figures.totals(base.total, base.broken), body = head($('editor-totals'), ['measure', 'plan', 'now'].map(word));
    body.replaceChildren.apply(body, figures.totals(f.total, broken).map(function (r, k) { return line(word(r[0]), [make('td', was[k][1], 'n'), make('td', r[1], 'n')]); }));
  }
  /* ---- broken rules, each with a way to it ---- */
  function jump(b) {
    if (b.blocks && b.blocks.length) {
      var has = {};
      b.blocks.forEach(function (u) { has[u] = true; });
      page.fit(page.areas.boxOf(function (u) { return has[u]; }), 15);
      ed.cursor = b.blocks[0];
      ed.pick.set(b.blocks);
    } else if (b.zone >= 0) { figures.goZone(b.zone); }
    ed.say(ed.fill('jump', { what: figures.rule(b) }));
  }
  function drawBroken(broken) {
    put($('editor-broken-title'), broken.length ? ed.fill('broken_n', { n: ed.count(broken.length) }) : word('broken_none'));
    $('editor-broken').replaceChildren.apply($('editor-broken'), broken.map(function (b) {
      var li = make('li'), to = make('button', undefined, 'row'), words = make('span');
      to.type = 'button';
      words.append(make('span', figures.rule(b)), make('span', word(b.in_plan ? 'in_plan' : 'by_edit'), 'small'));
      to.append(make('span', '✗'), words);
      to.addEventListener('click', function () { jump(b); });
      li.append(to);
      return li;
    }));
    ed.oneStop($('editor-broken'));
  }
  figures.draw = function () {
    var f = ed.s.figures(ed.stage), broken = ed.s.broken(ed.stage);
    drawZones(f); drawTotals(f, broken.length); drawBroken(broken);
    if (!ed.picked.length || ed.to < 0) { ed.effect = null; figures.drawPreview(); }
  };
  function drawHelp() {
    var not = ed.g >= 0 ? [] : ed.s.unchecked(ed.stage).map(ruleName);
    if (ed.g < 0) { $('editor-unchecked').hidden = !not.length; }
    put($('editor-unchecked'), not.length ? ed.fill('unchecked', { rules: not.join(page.word('comma')) }) : '');
    $('editor-keys').replaceChildren();
    ['click', 'list', 'space', 'enter', 'b', 'ed', 'g', 'a', 'q', 'undo', 'redo', 'rows', 'escape'].forEach(function (k) { $('editor-keys').append(make('dt', word('key_' + k)), make('dd', word('key_' + k + '_does'))); });
  }
}
