/* The panel beside the map: legend, findings, list of zones or districts, changes, schools left out. */
function districtingPanel(page) {
  'use strict';
  var data = page.data, unit = data.unit, $ = page.$, make = page.make, word = page.word, fill = page.fill, number = page.number, MOVES = 200;
  var row = page.row = function (title, small, colour, act) {
    var b = make('button', undefined, 'row'), words = make('span'), li = make('li');
    b.type = 'button';
    if (colour) { var c = make('span', undefined, 'swatch'); c.style.background = colour; b.append(c); }
    words.append(make('span', title));
    [].concat(small || []).forEach(function (line) { words.append(make('span', line, 'small')); });
    b.append(words); b.addEventListener('click', act); li.append(b);
    return li;
  };
  page.goGroup = function (i) { var b = page.areas.boxOf(function (u) { return page.groupOf(u) === i; }); if (b) { page.fit(b, 18); } };
  function namesOfStage(members, stage) {
    return members.filter(function (i) { return data.schools[i].stages.indexOf(stage) >= 0; }).map(function (i) { return page.signed(i); }).join(word('comma'));
  }
  function districtLines(d) {
    var lines = [fill('members_n', { n: d.members.length })];
    if (d.lead.length) { lines.push(word('lead') + word('colon') + page.names(d.lead)); }
    var rest = d.members.filter(function (i) { return d.lead.indexOf(i) < 0; });
    page.allStages.forEach(function (stage) { var names = namesOfStage(rest, stage); if (names) { lines.push(word(stage) + word('colon') + names); } });
    if (d.anchors.length) { lines.push(word('anchors') + word('colon') + d.anchors.join(word('comma'))); }
    return page.inner && page.inner.districtLines ? lines.concat(page.inner.districtLines(d)) : lines;
  }
  function loadLine(i) { var l = data.schools[i].load[page.stageShown()]; return l ? word('load') + word('colon') + (l[0] === null ? word('few_pupils') : number(l[0])) + ' / ' + number(l[1]) : ''; }
  page.drawList = function () {
    var list = $('list'), g = page.grouping(), shown = 0;
    list.replaceChildren();
    page.groups().forEach(function (group, i) {
      if (g < 0 && !group.id && page.state.time === 'plan') { return; }
      shown++;
      var title = (i + 1) + '\u2002' + (g >= 0 ? group.name : page.names(group.schools));
      list.append(row(title, g >= 0 ? districtLines(group) : group.schools.map(loadLine).filter(Boolean), page.colourOf(i), function () { page.goGroup(i); }));
    });
    $('list-section').hidden = !shown;
    $('list-title').textContent = fill(g >= 0 ? 'districts_n' : 'zones_n', { n: shown });
  };
  function legendLine(sign, colour, text, size) { var li = make('li'), box = make('span', undefined, 'key'); box.append(sign instanceof Node ? sign : page.sign(sign, colour, size)); li.append(box, make('span', text)); $('legend').append(li); }
  /* Kinds or classes of a view that is not of zones, each with its blocks and pupils, then what is not known, then how the classes were made. */
  function drawKinds() {
    var lens = page.lens();
    if (!lens) { return; }
    var sizes = page.tally(lens, page.state.time), lost = sizes[sizes.length - 1];
    function sized(label, size) { return fill(page.counts(lens.stage) ? 'class_count' : 'class_areas', { label: label, areas: number(size[0]), n: number(size[1]) }); }
    legendTitle(lens.title());
    lens.kinds.forEach(function (k, i) {
      var box = make('span', undefined, 'swatch');
      box.style.background = k.colour;
      legendLine(box, '', sized(k.words(), sizes[i]));
      $('legend').lastChild.className = 'kind';
    });
    if (lens.name && lost[0]) { legendLine('▨', '#222', sized(word('class_missing'), lost)); }
    if (lens.note()) { $('legend').append(make('li', lens.note(), 'small')); }
  }
  function legendTitle(title) { $('legend').append(make('li', title, 'head')); }
  page.drawLegend = function () {
    var kinds = {}, roles = {}, here = unit.stage[page.stageShown()];
    $('legend').replaceChildren();
    page.shownSchools().forEach(function (i) { roles[page.roleOf(i)] = true; });
    data.roles.forEach(function (r) { if (roles[r.role]) { legendLine(r.sign, r.colour, r.role ? word(r.role) : word(Object.keys(roles).length > 1 ? 'no_role' : 'school'), r.size); } });
    if (page.changes()) {
      var n = 0, areas = 0;
      here.changed.forEach(function (c, u) { if (c) { n += here.pupils[u]; areas++; } });
      if (page.state.time === 'change') { $('legend').append(make('li', word(page.lens() ? 'change_shown_measure' : 'change_shown'), 'small'), make('li', fill(page.counts(page.stageShown()) ? 'changed_n' : 'changed_areas', { n: number(n), areas: number(areas) }), 'small')); }
      else if (!page.lens() || !page.lens().name) { legendLine('▨', '#222', fill(page.counts(page.stageShown()) ? 'changed_n' : 'changed_areas', { n: number(n), areas: number(areas) })); }
    }
    drawKinds();
    data.backdrop.forEach(function (b) { kinds[b.kind] = true; });
    ['county', 'road', 'barrier'].forEach(function (kind) { if (kinds[kind]) { legendLine('━', page.lineLook[kind].color, word('line_' + kind)); } });
    if (page.inner) { page.inner.legend(legendLine); }
    if (!(page.lens() && page.lens().name) && unit.id.some(function (id, u) { return page.groupOf(u) < 0; })) { legendLine('■', page.colourOf(-1), word('no_group')); }
    if (!page.allNumbered) { $('legend').append(make('li', word('zoom_in'), 'small')); }
    var ground = page.grouping() >= 0 ? data.groupings[page.grouping()].ground : '';
    if (unit.kind === 'district' && page.grouping() >= 0) { $('legend').append(make('li', word(ground === 'streets' ? 'streets_note' : 'cells_note'), 'small')); }
    else if (ground === 'cells') { $('legend').append(make('li', word('cells_beside_note'), 'small')); }
    if (data.estimated) { $('legend').append(make('li', data.estimated[page.lang()], 'small')); }
    $('legend-section').hidden = !$('legend').childNodes.length;
  };
  function findingRows(table, found, withStage) {
    var head = make('tr'), named = ['measure', 'plan', 'today', 'verdict'];
    named.forEach(function (k, i) { var th = make('th', word(k), i === 1 || i === 2 ? 'n' : ''); th.scope = 'col'; head.append(th); });
    table.replaceChildren(head);
    found.forEach(function (f) {
      var tr = make('tr'), verdict = make('td', f.verdict ? word('verdict_' + f.verdict) : '', 'verdict ' + f.verdict);
      tr.append(make('td', f.words[page.lang()] + (withStage && f.stage ? word('dot') + word(f.stage) : '')), make('td', number(f.value, f.unit), 'n'), make('td', number(f.today, f.unit), 'n'), verdict);
      table.append(tr);
    });
  }
  page.drawFindings = function () {
    var of = page.grouping() >= 0, rows = data.findings.filter(function (f) { return of ? f.of_districts && (!f.scheme || f.scheme === data.groupings[page.grouping()].scheme) : f.stage === page.stageShown() && !f.of_districts; });
    var head = rows.filter(function (f) { return f.head; }), more = rows.filter(function (f) { return !f.head; });
    $('headlines-section').hidden = !rows.length;
    $('headlines').hidden = !head.length;
    findingRows($('headlines'), head, of);
    $('more').hidden = !more.length;
    $('more-title').textContent = fill('more_n', { n: more.length });
    findingRows($('more-findings'), more, of);
  };
  var was = '';
  page.drawMoves = function () {
    var found = {}, keys = [], here = unit.stage[page.stageShown()];
    if (page.changes()) {
      here.changed.forEach(function (c, u) {
        if (!c) { return; }
        var key = here.today[u] + '>' + here.school[u];
        if (!found[key]) { found[key] = { from: here.today[u], to: here.school[u], units: [], pupils: 0 }; keys.push(key); }
        found[key].units.push(u); found[key].pupils += here.pupils[u];
      });
    }
    keys.sort(function (a, b) { return found[b].pupils - found[a].pupils || found[b].units.length - found[a].units.length || (a < b ? -1 : 1); });
    $('moves-section').hidden = !keys.length;
    if (page.state.time === 'change' && was !== 'change') { $('moves-section').firstElementChild.open = true; }
    was = page.state.time;
    $('moves-title').textContent = fill('moves_n', { n: keys.length });
    $('moves').replaceChildren.apply($('moves'), keys.slice(0, MOVES).map(function (key) {
      var m = found[key], names = [data.schools[m.from].name, m.to >= 0 ? data.schools[m.to].name : word('none')];
      return row(names[0] + ' → ' + names[1], fill(page.counts(page.stageShown()) ? 'move_size' : 'move_areas', { areas: number(m.units.length), n: number(m.pupils) }), null, function () {
        page.fit(page.areas.boxOf(function (u) { return m.units.indexOf(u) >= 0; }), 15);
        page.showUnit(m.units[0]);
      });
    }));
    if (keys.length > MOVES) { $('moves').append(make('li', fill('and_more', { n: keys.length - MOVES }), 'small')); }
  };
  page.drawLeft = function () {
    $('left-section').hidden = !data.left.length;
    $('left-title').textContent = fill('left_n', { n: data.left.length });
    $('left').replaceChildren.apply($('left'), data.left.map(function (r) { return make('li', fill('left_line', { name: r.name, stage: word(r.stage), of: r.of.map(function (k) { return word('left_' + k); }).join(word('comma')), reason: word('reason_' + r.reason) }), 'small'); }));
  };
}
