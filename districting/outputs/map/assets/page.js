/* The page of a plan: what is shown now, and the wiring. Plain script for old office browsers (ES2017), no network. */
function districtingPage(map) {
  'use strict';
  var data = JSON.parse(document.getElementById('plan-data').textContent);
  if (data.format !== 'page-1') { throw new Error('unknown page format ' + data.format); }
  var unit = data.unit, lang = data.lang, stages = Object.keys(data.zones), UNKNOWN = '#d5d8d6';
  var state = { view: data.groupings.length ? 'grouping:0' : stages[0] || '', time: 'plan', schools: true, chosen: -1 };
  var page = { map: map, data: data, state: state, stages: stages, allStages: ['preschool', 'primary', 'junior', 'senior'], shown: null, inner: null, backward: !!data.compared };
  page.lang = function () { return lang; };
  page.$ = function (id) { return document.getElementById(id); };
  page.make = function (tag, text, name) { var e = document.createElement(tag); if (text !== undefined) { e.textContent = text; } if (name) { e.className = name; } return e; };
  page.word = function (key) { var found = data.words[lang][key]; return found === undefined ? key : found; };
  page.fill = function (key, values) { return page.word(key).replace(/\{(\w+)\}/g, function (_, name) { return values[name]; }); };
  page.number = function (value, kind) {
    if (value === null || value === undefined) { return ''; }
    if (kind === 'share') { return (100 * value).toFixed(Math.abs(value) < 0.001 && value ? 3 : 1) + '%'; }
    if (kind === 'cv' || kind === 'point') { return value.toFixed(3); }
    return Math.round(value).toLocaleString('en-US');
  };

  /* ---- what is shown: a grouping of districts, or the zones of a stage ---- */
  page.grouping = function () { return state.view.indexOf('grouping:') === 0 ? Number(state.view.slice(9)) : -1; };
  /* ---- or another way to colour the blocks of a stage: kinds instead of zones ---- */
  page.lens = function () { return state.view.indexOf('lens:') === 0 ? data.lenses[Number(state.view.slice(5))] : null; };
  page.stageShown = function () { var lens = page.lens(); return lens ? lens.stage : state.view; };
  page.groups = function () { var g = page.grouping(); return g >= 0 ? data.groupings[g].districts : data.zones[state.view] || []; };
  page.hasToday = function () { var here = unit.stage[page.stageShown()], lens = page.lens(); return (!lens || !!lens.today) && !!here && here.today.some(function (t) { return t >= 0; }); };
  page.groupingWord = function (g) { var label = data.groupings[g].label; return (label ? page.word(label) + page.word('dot') : '') + (schemes > 1 ? data.groupings[g].names[lang] : page.word('district')); };
  var schemes = data.groupings.filter(function (g) { return g.label === data.groupings[0].label; }).length, zoneOfSchool = {};
  stages.forEach(function (stage) { var of = zoneOfSchool[stage] = {}; data.zones[stage].forEach(function (z, i) { z.schools.forEach(function (s) { of[s] = i; }); }); });
  page.groupOf = function (u) {
    var g = page.grouping(), here = unit.stage[state.view], lens = page.lens();
    if (lens) { return (state.time === 'plan' ? lens.plan : lens.today)[u]; }
    if (g >= 0) { return unit.group[g][u]; }
    if (!here) { return -1; }
    if (state.time === 'plan') { return here.zone[u]; }
    var z = zoneOfSchool[state.view][here.today[u]];
    return z === undefined ? -1 : z;
  };
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
  function hatched(u) { var here = unit.stage[page.stageShown()]; return !!here && here.changed[u] === 1; }
  page.areas = districtingAreas(map, decodeArcs(data.ground), { count: unit.id.length, group: page.groupOf, colour: page.colourOf, hatched: hatched, chosen: function () { return state.chosen; }, thick: function () { return page.grouping() >= 0; } });
  var marks = districtingMarks(page);
  districtingCards(page);
  districtingPanel(page);
  districtingCharts(page);
  function drawWords() {
    document.documentElement.lang = lang === 'zh' ? 'zh-CN' : 'en';
    page.$('title').textContent = data.title; page.$('year').textContent = page.fill('year', { n: data.year });
    page.$('audience').textContent = data.audience === 'internal' ? page.word('internal') : '';
    page.$('draft').textContent = data.draft ? page.word('draft') : '';
    page.$('lang').textContent = lang === 'zh' ? 'English' : '中文';
    page.$('lang').lang = lang === 'zh' ? 'en' : 'zh-CN';
    document.querySelectorAll('[data-word]').forEach(function (e) { e.textContent = page.fill(e.dataset.word === 'search' && unit.kind === 'district' ? 'search_district' : e.dataset.word, { n: data.year }); });
    map.getContainer().setAttribute('aria-label', page.word('map_label'));
    page.$('times').setAttribute('aria-label', page.word('times'));
    [['in', 'zoom_closer'], ['out', 'zoom_away']].forEach(function (pair) {
      var button = document.querySelector('.leaflet-control-zoom-' + pair[0]);
      if (button) { button.title = page.word(pair[1]); button.setAttribute('aria-label', button.title); }
    });
    var view = page.$('view');
    view.replaceChildren();
    data.groupings.forEach(function (g, i) { view.append(new Option(page.groupingWord(i), 'grouping:' + i)); });
    stages.forEach(function (s) { view.append(new Option(page.fill('view_zones', { stage: page.word(s) }), s)); });
    (data.lenses || []).forEach(function (l, i) { view.append(new Option(page.fill(l.name, { stage: page.word(l.stage) }), 'lens:' + i)); });
    view.value = state.view;
    page.$('view-label').hidden = view.options.length < 2;
  }
  page.draw = function () {
    page.$('times').hidden = !page.hasToday();
    if (!page.hasToday()) { state.time = 'plan'; }
    document.querySelectorAll('[name=time]').forEach(function (e) { e.checked = e.value === state.time; });
    drawWords(); page.areas.layer.draw(); page.drawMarks();
    page.drawList(); page.drawLegend(); page.drawFindings(); page.drawMoves(); page.drawLeft(); page.drawCard(); page.drawCharts();
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
  page.areas.layer.addTo(map);
  marks.addTo();
  if (typeof districtingInternal === 'function') { districtingInternal(page); }
  page.$('view').addEventListener('change', function () { state.view = this.value; state.chosen = -1; page.draw(); });
  document.querySelectorAll('[name=time]').forEach(function (e) { e.addEventListener('change', function () { state.time = this.value; page.draw(); }); });
  page.$('schools').addEventListener('change', function () { state.schools = this.checked; page.drawMarks(); page.drawLegend(); });
  page.$('search').addEventListener('input', page.search);
  page.$('search-section').addEventListener('keydown', page.searchKeys);
  /* A finger has no pointer to follow: what it taps is told in the card alone. */
  ['pointerdown', 'pointermove'].forEach(function (kind) {
    window.addEventListener(kind, function (e) { page.finger = e.pointerType === 'touch'; if (page.finger) { page.noTip(); } }, true);
  });
  page.$('whole').addEventListener('click', whole);
  page.$('lang').addEventListener('click', function () { lang = lang === 'zh' ? 'en' : 'zh'; page.draw(); page.search(); });
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
    var k = page.inner ? page.inner.at(e.containerPoint) : -1, u = k >= 0 ? -1 : page.areas.at(e.latlng);
    if (k >= 0) { page.inner.go(k); } else if (u >= 0) { page.showUnit(u); }
  });
  /* Paper: the map takes the paper's size at once and keeps what the reader looks at. */
  window.addEventListener('beforeprint', function () {
    var seen = map.getBounds();
    document.body.classList.add('paper');
    map.invalidateSize({ animate: false });
    map.fitBounds(seen, { animate: false });
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
