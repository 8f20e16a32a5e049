/* What is said of a block, a district's ground or a school: in the card of the panel and under the pointer. Names only ever become text nodes. */
function districtingCards(page) {
  'use strict';
  var data = page.data, unit = data.unit, word = page.word, number = page.number;
  page.names = function (list) { return list.map(function (i) { return data.schools[i].name; }).join(word('comma')); };
  page.unitTitle = function (u) {
    if (unit.kind === 'block') { return unit.name[u] || unit.id[u]; }
    var g = page.grouping(), d = g >= 0 ? unit.group[g][u] : -1;
    return d >= 0 ? data.groupings[g].districts[d].name : unit.name[u];
  };
  function districtRows(of) {
    return data.groupings.map(function (grouping, g) { return [page.groupingWord(g), of(g).map(function (d) { return grouping.districts[d].name; }).join(word('comma'))]; }).filter(function (r) { return r[1]; });
  }
  /* Odds of admission: one number of the zone, beside it today's of the school of today; in the card each of several schools with its share by lot and at the least as first wish. */
  function oddsRows(stage, u, brief) {
    var zones = data.zones[stage], zone = zones[unit.stage[stage].zone[u]], odds = zone && zone.odds, before = page.zoneSums(stage).zone[unit.stage[stage].today[u]];
    if (!odds) { return []; }
    var was = zones[before] && zones[before].odds ? zones[before].odds.today : null, many = zone.schools.length > 1;
    var share = number(odds.any, 'share'), said = [[word('odds'), (many ? page.fill('odds_any', { share: share }) : share) + (was === null || was === undefined ? '' : page.fill('odds_today', { share: number(was, 'share') }))]];
    return said.concat(many && brief ? zone.schools.map(function (s, k) {
      return [word('odds_of'), page.fill('odds_school', { school: data.schools[s].name, lot: number(odds.lot[k], 'share'), first: number(odds.first[k], 'share') })];
    }) : []);
  }
  /* The school of today and the plan's. */
  page.fromTo = function (stage, u) {
    var here = unit.stage[stage], ends = [here.today[u], here.school[u]].map(function (i) { return i >= 0 ? data.schools[i].name : word('none'); });
    return page.fill('from_to', { from: ends[0], to: ends[1] });
  };
  page.rowsOfUnit = function (u, brief) {
    var rows = unit.kind === 'block' ? [[word('id'), unit.id[u]]] : [];
    page.stages.forEach(function (stage) {
      if (page.grouping() < 0 && page.stageShown() !== stage) { return; }
      var here = unit.stage[stage], s = here.school[u], t = here.today[u];
      if (here.pupils[u] !== null) { rows.push([word(stage), page.fill('pupils_n', { n: number(here.pupils[u]) })]); }
      rows.push([here.pupils[u] === null ? word(stage) + word('dot') + word('zone_school') : word('zone_school'), s >= 0 ? data.schools[s].name : '']);
      if (page.state.time === 'change' && here.changed[u]) { rows.push([word('change'), page.fromTo(stage, u)]); }
      if (here.metres[u] !== null) { rows.push([word('distance'), page.fill('metres', { n: number(here.metres[u]) })]); }
      if (!brief && here.nearest[u] !== null && here.metres[u] !== null && here.nearest[u] < here.metres[u]) { rows.push([word('nearest'), page.fill('metres', { n: number(here.nearest[u]) })]); }
      if (!brief && s >= 0 && here.why && here.why[u] >= 0) { rows.push([word('why'), word('why_' + here.reasons[here.why[u]])]); }
      rows = rows.concat(oddsRows(stage, u, brief));
      var lens = page.lens();
      if (lens && lens.name && lens.stage === stage && ['distance', 'pupils', 'odds'].indexOf(lens.name) < 0) { var k = lens.at(u, page.state.time); rows.push([lens.title(), k < 0 ? word('class_missing') : lens.kinds[k].words()]); }
      (data.lenses || []).forEach(function (l) { if (l.stage === stage && l.plan[u] >= 0) { rows.push([page.fill(l.name, { stage: word(stage) }), word(l.kinds[l.plan[u]].word)]); } });
      if (t >= 0) { rows.push([word('today_school'), data.schools[t].name + (t === s ? word('unchanged') : '')]); }
    });
    return rows.concat(districtRows(function (g) { var d = unit.group[g][u]; return d >= 0 ? [d] : []; }));
  };
  page.rowsOfSchool = function (i, counted) {
    var s = data.schools[i], rows = [[word('id'), s.id], [word('stages'), s.stages.map(word).join(word('comma'))]].concat(districtRows(function (g) { return s.district[g]; }));
    Object.keys(s.role).forEach(function (stage) { rows.push([word('role'), (s.stages.length > 1 ? word(stage) + word('colon') : '') + word(s.role[stage])]); });
    Object.keys(s.load).forEach(function (stage) {
      var l = s.load[stage];
      rows.push([word(stage) + word('dot') + word('load'), (l[0] === null ? word('few_pupils') : number(l[0])) + ' / ' + number(l[1]) + (l[1] && l[0] !== null ? word('bracket').replace('{n}', number(l[0] / l[1], 'share')) : '')]);
    });
    return page.inner ? rows.concat(page.inner.rows(i, counted)) : rows;
  };
  function card() {
    var box = page.$('card'), list = page.make('dl'), of = page.shown, area = of && of[0] === 'unit', school = of && of[0] === 'school';
    box.hidden = !of;
    if (!of) { return; }
    if (page.finger) { window.setTimeout(function () { box.scrollIntoView({ block: 'nearest' }); }, 0); }
    box.replaceChildren(page.make('h2', area ? page.unitTitle(of[1]) : school ? data.schools[of[1]].name : page.inner.title(of[1])), list);
    (area ? page.rowsOfUnit(of[1], true) : school ? page.rowsOfSchool(of[1]) : page.inner.told(of[1])).forEach(function (r) { list.append(page.make('dt', r[0]), page.make('dd', r[1])); });
    if (area && unit.kind === 'block') { page.whyBox(of[1], box); }
    if (page.inner && school) { page.inner.card(of[1], box); }
    if (page.inner) { page.inner.redraw(); }
  }
  page.drawCard = card;
  page.showUnit = function (u) { page.shown = ['unit', u]; page.state.chosen = u; page.ring(-1); card(); page.areas.layer.draw(); };
  page.showSchool = function (i) { page.shown = ['school', i]; page.state.chosen = -1; card(); page.areas.layer.draw(); page.ring(i); };
  page.goUnit = function (u) { page.fit(page.areas.boxAt(u), 15); page.showUnit(u); };
  page.goSchool = function (i) {
    if (data.schools[i].at) { page.map.setView(data.schools[i].at, Math.max(page.map.getZoom(), 14), { animate: false }); }
    page.showSchool(i);
  };
  var ring = null;
  page.ring = function (i) {
    if (ring) { ring.remove(); ring = null; }
    if (i >= 0 && data.schools[i].at) { ring = L.circleMarker(data.schools[i].at, { radius: 15, color: '#d60000', weight: 3, fill: false, interactive: false }).addTo(page.map); }
  };
  page.tip = function (title, rows, pointer) {
    var tip = page.$('tip');
    if (page.finger) { return; }
    tip.replaceChildren(page.make('strong', title));
    rows.forEach(function (r) { tip.append(document.createElement('br'), page.make('span', r[0] + word('colon') + r[1])); });
    tip.hidden = false;
    tip.style.left = Math.max(4, Math.min(pointer.clientX + 14, window.innerWidth - tip.offsetWidth - 6)) + 'px';
    tip.style.top = Math.max(4, Math.min(pointer.clientY + 14, window.innerHeight - tip.offsetHeight - 6)) + 'px';
  };
  page.noTip = function () { page.$('tip').hidden = true; };
}
