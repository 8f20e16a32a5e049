/* The page of a plan: what is shown now, and the wiring. */
function districtingPage(map) {
  'use strict';
  var page = districtingHelpers('page-1'), data = page.data, unit = data.unit, stages = Object.keys(data.zones), UNKNOWN = '#d5d8d6';
  var state = { view: data.groupings.length ? 'grouping:0' : stages[0] || '', time: 'plan', schools: true, chosen: -1, schoolStage: '', hiddenRoles: {} };
  Object.assign(page, { map: map, state: state, stages: stages, allStages: ['preschool', 'primary', 'junior', 'senior'], shown: null, inner: null });

  /* ---- what is shown: a grouping of districts, or the zones of a stage ---- */
  page.grouping = function () { return state.view.indexOf('grouping:') === 0 ? Number(state.view.slice(9)) : -1; };
  /* ---- or another way to colour the blocks of a stage: kinds instead of zones ---- */
  page.lens = function () {
    var of = state.view.split(':');
    return of[0] === 'lens' ? page.lenses[of[1]] : of[0] === 'measure' ? page.measures[of[1]] : null;
  };
  page.stageShown = function () { var lens = page.lens(); return lens ? lens.stage : state.view; };
  page.groups = function () { var g = page.grouping(); return g >= 0 ? data.groupings[g].districts : data.zones[state.view] || []; };
  page.hasToday = function () { var here = unit.stage[page.stageShown()], lens = page.lens(); return (!lens || lens.hasToday) && !!here && here.today.some(function (t) { return t >= 0; }); };
  page.changes = function () { var here = unit.stage[page.stageShown()]; return !!here && here.today.some(function (t) { return t >= 0; }); };
  page.groupingWord = function (g) { return data.groupings.length > 1 ? data.groupings[g].names[page.lang()] : page.word('district'); };
  /* Whether the pupils of blocks are told: a page for the public has those of schools alone. */
  page.counts = function (stage) { var here = unit.stage[stage]; return !!here && here.pupils.some(function (p) { return p !== null; }); };
  var zoneOfSchool = {};
  stages.forEach(function (stage) { var of = zoneOfSchool[stage] = {}; data.zones[stage].forEach(function (z, i) { z.schools.forEach(function (s) { of[s] = i; }); }); });
  page.groupOf = function (u) {
    var g = page.grouping(), here = unit.stage[state.view], lens = page.lens();
    if (lens) { return lens.at(u, state.time); }
    if (g >= 0) { return unit.group[g][u]; }
    if (!here) { return -1; }
    if (state.time !== 'today') { return here.zone[u]; }
    var z = zoneOfSchool[state.view][here.today[u]];
    return z === undefined ? -1 : z;
  };
  /* What is drawn as one: in a view of classes a class within a zone, so that zones keep their borders; among changes, a zone that stays. */
  var STAYS = -100, WIDE = 64;
  function drawnGroup(u) {
    var here = unit.stage[page.stageShown()], lens = page.lens(), zone = here ? here.zone[u] : -1;
    if (state.time === 'change' && here && !here.changed[u]) { return STAYS - 1 - zone; }
    if (!lens) { return page.groupOf(u); }
    var k = page.groupOf(u);
    return (zone + 1) * WIDE + (k < 0 ? WIDE - 1 : k);
  }
  function drawnColour(group) {
    if (group < STAYS) { return '#eceeec'; }
    if (!page.lens()) { return page.colourOf(group); }
    return page.colourOf(group % WIDE === WIDE - 1 ? -1 : group % WIDE);
  }
  page.colourOf = function (group) { return group < 0 ? UNKNOWN : page.lens() ? page.lens().kinds[group].colour : data.palette[page.groups()[group].colour % data.palette.length]; };

  /* ---- the strongest role a school has in what is shown ---- */
  var order = {};
  data.roles.forEach(function (r, i) { order[r.role] = i; });
  page.roleOf = function (i) {
    var s = data.schools[i], of = page.grouping() < 0 && s.role[page.stageShown()] ? [s.role[page.stageShown()]] : Object.keys(s.role).map(function (stage) { return s.role[stage]; });
    return of.reduce(function (best, r) { return order[r] < order[best] ? r : best; }, '');
  };
  page.standing = function (i) { return order[page.roleOf(i)]; };
  page.markOf = function (i) { return data.roles[page.standing(i)]; };
  page.signed = function (i) { var m = page.markOf(i); return (m.sign !== '●' && m.sign !== '○' ? m.sign : '') + data.schools[i].name; };

  /* ---- drawing ---- */
  page.fit = function (b, closest) { if (b) { map.fitBounds([[b[1], b[0]], [b[3], b[2]]], { maxZoom: closest && Math.max(closest, map.getZoom()), animate: false, padding: [14, 14] }); } };
  /* Hatched: blocks that change school; in a view of classes those of which nothing is known. */
  function hatched(u) {
    var here = unit.stage[page.stageShown()], lens = page.lens();
    if (lens && lens.name) { return page.groupOf(u) < 0 && !(state.time === 'change' && !here.changed[u]); }
    return !!here && state.time !== 'change' && here.changed[u] === 1;
  }
  districtingMeasures(page);
  page.ground = decodeArcs(data.ground);
  data.ground = null; // its text is not needed again
  page.areas = districtingAreas(map, page.ground, { count: unit.id.length, group: drawnGroup, colour: drawnColour, hatched: hatched, chosen: function () { return state.chosen; }, thick: function () { return page.grouping() >= 0; }, many: data.many });
  var marks = districtingMarks(page);
  districtingWhy(page);
  districtingCards(page);
  districtingPanel(page);
  districtingCharts(page);
  districtingSearch(page);
  districtingRows(page);
  districtingSheet(page);
  function drawWords() {
    page.drawLang();
    page.$('title').textContent = data.title; page.$('year').textContent = page.fill('year', { n: data.year });
    page.$('audience').textContent = data.audience === 'internal' ? page.word('internal') : '';
    page.$('draft').textContent = data.draft ? page.word('draft') : '';
    document.querySelectorAll('[data-word]').forEach(function (e) { e.textContent = page.fill(e.dataset.word === 'search' && unit.kind === 'district' ? 'search_district' : e.dataset.word, { n: data.year }); });
    map.getContainer().setAttribute('aria-label', page.word('map_label'));
    page.$('times').setAttribute('aria-label', page.word('times'));
    [['in', 'zoom_closer'], ['out', 'zoom_away']].forEach(function (pair) {
      var button = document.querySelector('.leaflet-control-zoom-' + pair[0]);
      if (button) { button.title = page.word(pair[1]); button.setAttribute('aria-label', button.title); }
    });
    var view = page.$('view');
    function choices(label, options) {
      if (!options.length) { return; }
      var box = page.make('optgroup');
      box.label = page.word(label); options.forEach(function (o) { box.append(o); }); view.append(box);
    }
    view.replaceChildren();
    choices('views_areas', data.groupings.map(function (g, i) { return new Option(page.groupingWord(i), 'grouping:' + i); }).concat(stages.map(function (s) { return new Option(page.fill('view_zones', { stage: page.word(s) }), s); })));
    choices('views_measures', page.measures.map(function (m, i) { return new Option(m.title(), 'measure:' + i); }).concat(page.lenses.map(function (l, i) { return new Option(l.title(), 'lens:' + i); })));
    view.value = state.view;
    drawFilter();
    page.$('view-label').hidden = view.options.length < 2;
  }
  /* Which schools stand on the map: a stage, and the roles there are. */
  function drawFilter() {
    var box = page.$('roles'), select = page.$('school-stage'), roles = {}, there = page.allStages.filter(function (stage) { return data.schools.some(function (s) { return s.stages.indexOf(stage) >= 0; }); });
    select.replaceChildren(new Option(page.word('filter_view'), ''), new Option(page.word('filter_all'), 'all'));
    there.forEach(function (stage) { select.append(new Option(page.word(stage), stage)); });
    select.value = state.schoolStage;
    data.schools.forEach(function (s, i) { roles[page.roleOf(i)] = true; });
    box.replaceChildren();
    data.roles.filter(function (r) { return roles[r.role] || state.hiddenRoles[r.role]; }).forEach(function (r) {
      var label = page.make('label'), tick = page.make('input');
      tick.type = 'checkbox'; tick.checked = !state.hiddenRoles[r.role]; tick.value = r.role;
      tick.addEventListener('change', function () { state.hiddenRoles[r.role] = !tick.checked; page.drawMarks(); page.drawLegend(); });
      label.append(tick, ' ', page.make('span', page.word(r.role || 'no_role')));
      box.append(label);
    });
  }
  page.draw = function () {
    var may = page.hasToday() || page.changes();
    page.$('times').hidden = !may;
    if (!may || (state.time === 'today' && !page.hasToday())) { state.time = 'plan'; }
    page.$('time-today').hidden = !page.hasToday();
    document.querySelectorAll('[name=time]').forEach(function (e) { e.checked = e.value === state.time; });
    document.body.dataset.time = state.time;
    drawWords(); page.areas.layer.draw(); page.drawMarks();
    page.drawList(); page.drawLegend(); page.drawFindings(); page.drawMoves(); page.drawLeft(); page.drawRows(); page.drawCard(); page.drawCharts(); page.drawSheet();
    if (page.inner) { page.inner.draw(); }
  };

  /* ---- wiring ---- */
  map.attributionControl.setPrefix(false);
  L.control.scale({ imperial: false, position: 'bottomleft' }).addTo(map);
  function whole() {
    var b = page.areas.boxOf(function () { return true; });
    if (b) {
      (page.inner ? page.inner.spots() : []).forEach(function (at) { b = [Math.min(b[0], at[1]), Math.min(b[1], at[0]), Math.max(b[2], at[1]), Math.max(b[3], at[0])]; });
      page.fit(b);
      return;
    }
    var spots = data.schools.map(function (s) { return s.at; }).filter(Boolean);
    if (spots.length) { map.fitBounds(spots, { animate: false, padding: [40, 40], maxZoom: 15 }); }
  }
  map.getContainer().setAttribute('role', 'region');
  map.invalidateSize();
  whole();
  map.setMinZoom(Math.max(0, map.getZoom() - 2)); map.setMaxZoom(19);
  page.addTiles();
  page.areas.layer.addTo(map);
  marks.addTo();
  if (typeof districtingInternal === 'function') { districtingInternal(page); }
  if (typeof districtingEditor === 'function' && data.edit) { districtingEditor(page, function () { return districtingScenario(data.edit, unit.id, data.schools.map(function (s) { return s.id; })); }); }
  page.$('view').addEventListener('change', function () { state.view = this.value; state.chosen = -1; page.draw(); });
  document.querySelectorAll('[name=time]').forEach(function (e) { e.addEventListener('change', function () { state.time = this.value; page.draw(); }); });
  page.$('schools').addEventListener('change', function () { state.schools = this.checked; page.drawMarks(); page.drawLegend(); });
  page.$('school-stage').addEventListener('change', function () { state.schoolStage = this.value; page.drawMarks(); page.drawLegend(); });
  page.$('search').addEventListener('input', page.search);
  page.$('search-section').addEventListener('keydown', page.searchKeys);
  /* A finger has no pointer to follow: what it taps is told in the card alone. */
  ['pointerdown', 'pointermove'].forEach(function (kind) {
    window.addEventListener(kind, function (e) { page.finger = e.pointerType === 'touch'; if (page.finger) { page.noTip(); } }, true);
  });
  page.$('whole').addEventListener('click', whole);
  page.$('lang').addEventListener('click', function () { page.otherLang(); page.draw(); page.search(); });
  // Leaflet's own mousemove comes through its canvas, at most every 32 ms: the last move out of an area would be lost and its tip would stay.
  map.getContainer().addEventListener('mousemove', function (e) {
    if (e.target.closest('.school, .end-box')) { return; }
    var control = e.target.closest('.leaflet-control'), k = page.inner && !control ? page.inner.at(map.mouseEventToContainerPoint(e)) : -1;
    if (k >= 0) { page.inner.tip(k, e); return; }
    var u = control ? -1 : page.areas.at(map.mouseEventToLatLng(e));
    if (u < 0) { page.noTip(); } else { page.tip(page.unitTitle(u), page.rowsOfUnit(u), e); }
  });
  map.getContainer().addEventListener('mouseleave', page.noTip);
  map.on('movestart', page.noTip);
  map.on('zoomend', function () { page.drawMarks(); page.drawLegend(); });
  map.on('click', function (e) {
    if (page.editing && page.editing(e)) { return; }
    var k = page.inner ? page.inner.at(e.containerPoint) : -1, u = k >= 0 ? -1 : page.areas.at(e.latlng);
    if (k >= 0) { page.inner.go(k); } else if (u >= 0) { page.showUnit(u); }
  });
  /* Paper: the map takes the paper's size at once and keeps what the reader looks at. */
  window.addEventListener('beforeprint', function () {
    var seen = map.getBounds(), all = page.areas.boxOf(function () { return true; });
    document.body.classList.add('paper');
    map.invalidateSize({ animate: false });
    if (all && seen.contains([[all[1], all[0]], [all[3], all[2]]])) { page.fit(all); } else { map.fitBounds(seen, { animate: false }); }
    page.draw();
  });
  window.addEventListener('afterprint', function () {
    document.body.classList.remove('paper');
    map.invalidateSize({ animate: false });
    page.draw();
  });
  page.draw();
  window.districting = page;
}
