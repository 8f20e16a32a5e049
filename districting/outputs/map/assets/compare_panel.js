/* The panel: who moves, the findings of all plans, seats by zone, the table of blocks. */
function districtingComparePanel(page) {
  'use strict';
  var data = page.data, unit = data.unit, $ = page.$, make = page.make, word = page.word, fill = page.fill, number = page.number, state = page.state, MOVES = 8, PRINTED = 200, STEP = 50, movesListed = MOVES, rowsListed = STEP, two = data.plans.length === 2;
  page.row = function (title, small, colour, act) {
    var li = make('li'), b = make('button', undefined, 'row');
    b.type = 'button';
    b.append(make('span', title), make('span', small, 'small')); b.addEventListener('click', act); li.append(b);
    return li;
  };

  /* ---- who moves: between the first plan that has the view and each other one that is asked for ---- */
  page.base = function () { return page.view().plans.findIndex(Boolean); };
  page.held = function () { var base = page.base(); return page.view().plans.map(function (_, k) { return k; }).filter(function (k) { return k !== base && page.side(k) && (state.pair < 0 || state.pair === k); }); };
  function what(side) { return page.view().kind === 'zones' ? side.school : side.of; }
  function mark() {
    var base = page.base(), marked = page.marked = new Uint8Array(unit.id.length), found = [], pupils = page.view().pupils;
    page.held().forEach(function (k) {
      var a = what(page.side(base)), b = what(page.side(k)), of = {};
      for (var u = 0; u < marked.length; u++) {
        if (a[u] === b[u]) { continue; }
        marked[u] = 1;
        var key = k + '|' + a[u] + '|' + b[u], one = of[key];
        if (!one) { one = of[key] = { key: key, plan: k, from: a[u], to: b[u], pupils: 0, units: [] }; found.push(one); }
        one.units.push(u); one.pupils += pupils ? pupils[u] : 0;
      }
    });
    found.sort(function (x, y) { return x.plan - y.plan || y.pupils - x.pupils || y.units.length - x.units.length || x.units[0] - y.units[0]; });
    page.moves = found;
    page.differing = Array.from(marked).reduce(function (n, m) { return n + m; }, 0);
    var chosen = found.filter(function (m) { return m.key === state.move; })[0];
    if (chosen) { marked.fill(0); chosen.units.forEach(function (u) { marked[u] = 1; }); } else { state.move = ''; }
  }
  page.mark = mark;
  function ends(move) {
    var zones = page.view().kind === 'zones';
    function name(k, g) { return zones ? page.schoolName(g) : page.groupName(page.view(), k, g); }
    return fill('move', { from: name(page.base(), move.from), to: name(move.plan, move.to) });
  }
  function size(pupils, areas) { return fill(unit.kind === 'block' && page.view().kind === 'zones' ? 'move_size' : 'move_size_areas', { n: number(pupils), areas: number(areas) }); }
  function go(move) {
    state.move = state.move === move.key ? '' : move.key;
    mark(); page.drawMaps(); page.drawMoves();
    if (!state.move) { return; }
    var inside = new Uint8Array(unit.id.length);
    move.units.forEach(function (u) { inside[u] = 1; });
    page.fit(page.areas.boxOf(function (u) { return inside[u]; }), 16);
  }
  page.drawMoves = function (printed) {
    var list = $('moves'), focused = list.contains(document.activeElement) ? document.activeElement.dataset.key : '', plan = -1, sums = {}, kind = page.view().kind, heads = page.held().length > 1;
    page.moves.forEach(function (m) { var s = sums[m.plan] = sums[m.plan] || [0, 0]; s[0] += m.pupils; s[1] += m.units.length; });
    var total = heads ? [page.view().pupils ? page.view().pupils.reduce(function (n, p, u) { return n + (differs(u) ? p : 0); }, 0) : 0, page.differing] : sums[page.held()[0]] || [0, 0];
    $('moves-title').textContent = fill('moves_' + kind + (kind === 'districts' && unit.kind === 'district' ? '_district' : ''), { n: number(total[0]), areas: number(total[1]) });
    list.replaceChildren();
    var most = printed ? PRINTED : movesListed;
    page.moves.slice(0, most).forEach(function (m) {
      if (heads && m.plan !== plan) { plan = m.plan; list.append(make('li', fill('move_pair', { a: page.letter(page.base()), b: page.letter(plan) }) + word('colon') + size(sums[plan][0], sums[plan][1]), 'head')); }
      var li = page.row(ends(m), size(m.pupils, m.units.length), null, function () { go(m); }), b = li.firstChild;
      b.dataset.key = m.key; b.setAttribute('aria-pressed', String(state.move === m.key));
      list.append(li);
      if (focused === m.key) { b.focus(); }
    });
    if (printed && page.moves.length > most) { list.append(make('li', fill('and_more', { n: page.moves.length - most }), 'small')); }
    if (!page.moves.length) { list.append(make('li', word('moves_none'), 'small')); }
    $('moves-help').hidden = !page.moves.length;
    $('moves-more').hidden = page.moves.length <= movesListed;
    $('moves-more').textContent = fill('moves_more', { n: page.moves.length - movesListed });
  };
  function differs(u) { var base = what(page.side(page.base()))[u]; return page.held().some(function (k) { return what(page.side(k))[u] !== base; }); }
  $('moves-more').addEventListener('click', function () { movesListed = Infinity; page.drawMoves(); });

  /* ---- findings ---- */
  function verdict(cell) { return make('span', cell[2] ? word('verdict_' + cell[2]) : '', 'verdict ' + cell[2]); }
  function finding(row) {
    var tr = make('tr'), th = make('th', row.words[page.lang()][0]), small = [row.stage ? word(row.stage) : '', row.words[page.lang()][1]].filter(Boolean).join(word('dot'));
    th.scope = 'row';
    if (small) { th.append(make('span', small, 'small')); }
    tr.append(th, make('td', row.first || '—', 'n'));
    row.others.forEach(function (cell) {
      var td = make('td', cell ? cell[0] || '—' : '—', 'n');
      tr.append(td);
      if (!cell) { if (two) { tr.append(make('td')); } return; }
      var by = typeof cell[1] === 'string' ? cell[1] : cell[1][page.lang()];
      var apart = two ? make('td', by + ' ', 'n') : make('span', by + ' ', 'small');
      apart.append(verdict(cell));
      (two ? tr : td).append(apart);
    });
    return tr;
  }
  function table(id, rows) {
    var body = make('tbody');
    rows.forEach(function (row) { body.append(finding(row)); });
    $(id).replaceChildren(page.headed(word('measure'), two ? [fill('difference_two', { a: page.letter(0), b: page.letter(1) })] : []), body);
  }
  function others() { if ($('other').open) { table('other-findings', data.findings.filter(function (r) { return !r.head; })); } }
  page.drawFindings = function () {
    var rest = data.findings.filter(function (r) { return !r.head; }).length;
    table('findings', data.findings.filter(function (r) { return r.head; }));
    $('other').hidden = !rest;
    $('other-title').textContent = fill('other_findings', { n: rest });
    others();
    $('findings-help').textContent = fill('findings_help', { a: page.letter(0) });
    $('remarks').replaceChildren.apply($('remarks'), data.remarks.map(function (r) { return make('p', r[page.lang()], 'small'); }));
  };
  $('other').addEventListener('toggle', others);

  /* ---- seats of every zone, or the districts, under each plan ---- */
  function used(of) {
    var td = make('td', of ? fill('seats_of', { n: number(of[0]), seats: number(of[1]) }) : '—', 'n');
    if (!of || !of[1]) { return td; }
    var bar = make('span', undefined, 'bar'), fillOf = make('i', undefined, of[0] > of[1] + 1e-9 ? 'over' : '');
    fillOf.style.width = Math.min(100, 100 * of[0] / of[1]) + '%';
    bar.append(fillOf); td.append(' ', make('span', number(of[0] / of[1], 'share')), bar);
    return td;
  }
  page.drawSeats = function () {
    var view = page.view(), zones = view.kind === 'zones', body = make('tbody'), title = zones ? fill('seats', { stage: word(view.stage) }) : fill('list_districts', { title: view.title[page.lang()] });
    $('seats-title').textContent = title;
    view.groups.forEach(function (group, g) {
      var tr = make('tr'), th = make('th'), first = view.plans.findIndex(function (side) { return side && (zones ? side.load : side.names)[g] !== null; }), swatch = make('span', undefined, 'swatch'), b = make('button', undefined, 'cell');
      swatch.style.background = data.palette[group.colour % data.palette.length];
      b.type = 'button'; b.textContent = (g + 1) + '\u2002' + page.groupName(view, first, g);
      b.addEventListener('click', function () { var of = view.plans[first].of; page.fit(page.areas.boxOf(function (u) { return of[u] === g; }), 16); });
      th.scope = 'row'; th.append(swatch, b); tr.append(th);
      view.plans.forEach(function (side) { tr.append(zones ? used(side && side.load[g]) : make('td', side && side.names[g] !== null ? side.names[g] : '—', 'n')); });
      body.append(tr);
    });
    $('seats').replaceChildren(page.headed(word(zones ? 'seats_zone' : 'district')), body);
    $('seats-help').hidden = !zones; $('seats-help').textContent = word('seats_help');
    $('alike').textContent = word(zones ? 'legend_alike' : 'legend_ground');
  };

  /* ---- the blocks as a table: all that the maps show, for the keyboard and for those who do not see them ---- */
  page.drawRows = function () {
    $('rows-section').hidden = unit.kind !== 'block';
    $('rows-title').textContent = fill('rows', { n: number(unit.id.length) });
    if (!$('rows-box').open) { return; }
    var view = page.view(), found = [], body = make('tbody');
    for (var u = 0; u < unit.id.length; u++) { if (!$('rows-differing').checked || page.marked[u]) { found.push(u); } }
    found.slice(0, rowsListed).forEach(function (u) {
      var tr = make('tr'), th = make('th'), b = make('button', page.unitTitle(u), 'cell'), first = null;
      b.type = 'button'; b.addEventListener('click', function () { page.goUnit(u); });
      th.scope = 'row'; th.append(b); tr.append(th);
      view.plans.forEach(function (side, k) {
        var of = side ? what(side)[u] : null;
        if (first === null) { first = of; }
        tr.append(make('td', of === null ? '—' : view.kind === 'zones' ? page.schoolName(of) : page.groupName(view, k, of), of !== null && of !== first ? 'n differs' : 'n'));
      });
      body.append(tr);
    });
    $('rows').replaceChildren(page.headed(word('block')), body);
    $('rows-more').hidden = found.length <= rowsListed;
    $('rows-more').textContent = fill('rows_more', { n: Math.min(STEP, found.length - rowsListed) });
  };
  $('rows-box').addEventListener('toggle', page.drawRows);
  $('rows-differing').addEventListener('change', function () { rowsListed = STEP; page.drawRows(); });
  $('rows-more').addEventListener('click', function () { rowsListed += STEP; page.drawRows(); });
}
