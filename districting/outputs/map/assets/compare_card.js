/* The card: a block's or a school's facts under every plan. Names only ever become text nodes. */
function districtingCompareCard(page) {
  'use strict';
  var data = page.data, unit = data.unit, make = page.make, word = page.word, fill = page.fill, number = page.number;
  page.unitTitle = function (u) { return unit.kind === 'block' ? unit.name[u] || unit.id[u] : fill('area_n', { n: unit.id[u] }); };
  page.schoolName = function (s) { return s < 0 ? word('no_zone') : data.schools[s].name; };
  page.groupName = function (view, k, g) {
    if (g < 0) { return word(view.kind === 'zones' ? 'no_zone' : 'no_district'); }
    return view.kind === 'zones' ? view.groups[g].schools.map(page.schoolName).join(word('comma')) : view.plans[k].names[g];
  };
  page.headed = function (first, last) {
    var tr = make('tr'), head = make('thead');
    [first].concat(data.plans.map(function (_, k) { return page.planWord(k); }), last || []).forEach(function (text, i) { var th = make('th', text, i ? 'n' : ''); th.scope = 'col'; tr.append(th); });
    head.append(tr);
    return head;
  };
  /* A line of the card's table: what each plan says; a cell that is not what the first plan says is marked. */
  function line(name, cells) {
    var tr = make('tr'), th = make('th', name), told = cells.filter(function (c) { return c !== null; });
    th.scope = 'row'; tr.append(th);
    cells.forEach(function (c) { tr.append(make('td', c === null ? '—' : c, c !== null && c !== told[0] ? 'n differs' : 'n')); });
    return tr;
  }
  function ofPlans(view, tell) { return view.plans.map(function (side, k) { return side ? tell(side, k) : null; }); }
  function unitLines(u) {
    var lines = [];
    data.views.forEach(function (view) {
      if (view.kind === 'districts') { lines.push(line(view.title[page.lang()], ofPlans(view, function (side, k) { return page.groupName(view, k, side.of[u]); }))); return; }
      var stage = word(view.stage);
      lines.push(line(fill('school_of', { stage: stage }), ofPlans(view, function (side) { return page.schoolName(side.school[u]); })));
      lines.push(line(fill('distance_of', { stage: stage }), ofPlans(view, function (side) { return side.metres[u] === null ? '' : fill('metres', { n: number(side.metres[u]) }); })));
    });
    return lines;
  }
  function schoolLines(i) {
    var lines = [];
    data.views.forEach(function (view) {
      if (view.kind !== 'zones' || data.schools[i].stages.indexOf(view.stage) < 0) { return; }
      lines.push(line(fill('load_of', { stage: word(view.stage) }), ofPlans(view, function (side) {
        var of = view.groups.map(function (g, n) { return g.schools.indexOf(i) >= 0 ? side.load[n] : null; }).filter(Boolean)[0];
        return of ? fill('seats_of', { n: number(of[0]), seats: number(of[1]) }) : word('no_zone');
      })));
    });
    return lines;
  }
  page.drawCard = function () {
    var box = page.$('card'), of = page.shown, list = make('p', undefined, 'small'), table = make('table'), body = make('tbody'), facts;
    box.hidden = !of;
    if (!of) { return; }
    if (of[0] === 'unit') {
      facts = unit.kind === 'block' ? [word('id') + word('colon') + unit.id[of[1]]] : [];
      data.views.forEach(function (view) { if (view.kind === 'zones') { facts.push(word(view.stage) + word('colon') + fill('pupils_n', { n: number(view.pupils[of[1]]) })); } });
    } else { facts = [word('id') + word('colon') + data.schools[of[1]].id, data.schools[of[1]].stages.map(word).join(word('comma'))]; }
    list.textContent = facts.join(word('dot'));
    body.append.apply(body, of[0] === 'unit' ? unitLines(of[1]) : schoolLines(of[1]));
    table.append(page.headed(''), body);
    table.tHead.rows[0].replaceChild(make('td'), table.tHead.rows[0].cells[0]);
    box.replaceChildren(make('h2', of[0] === 'unit' ? page.unitTitle(of[1]) : data.schools[of[1]].name), list, table);
    if (!body.rows.length) { table.remove(); }
  };
  page.showUnit = function (u) { page.shown = ['unit', u]; page.state.chosen = u; page.ring(-1); page.drawCard(); page.paintMaps(); page.$('card').scrollIntoView({ block: 'nearest' }); };
  page.showSchool = function (i) { page.shown = ['school', i]; page.state.chosen = -1; page.drawCard(); page.paintMaps(); page.ring(i); page.$('card').scrollIntoView({ block: 'nearest' }); };
  page.goUnit = function (u) { page.fit(page.areas.boxAt(u), Math.max(15, page.map.getZoom())); page.showUnit(u); };
  page.goSchool = function (i) {
    if (data.schools[i].at) { page.map.setView(data.schools[i].at, Math.max(page.map.getZoom(), 14), { animate: false }); }
    page.showSchool(i);
  };
}
