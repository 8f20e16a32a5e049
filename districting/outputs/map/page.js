/* The page of a plan. Plain script for old office browsers (ES2017), no network. Names from the data only ever become text nodes. */
function districtingPage(map) {
  'use strict';
  var data = JSON.parse(document.getElementById('plan-data').textContent);
  var ground = decodeArcs(data.ground), unit = data.unit, lang = data.lang;
  var stages = Object.keys(data.zones), count = unit.id.length;
  var state = { view: data.districts.length ? 'districts' : stages[0] || '', time: 'plan', links: false, schools: true, chosen: -1 };
  var CHANGED = '#000000';
  function word(key) { return data.words[lang][key] || key; }
  function fill(key, values) { return word(key).replace(/\{(\w+)\}/g, function (_, name) { return values[name]; }); }
  function make(tag, text, name) { var e = document.createElement(tag); if (text !== undefined) { e.textContent = text; } if (name) { e.className = name; } return e; }
  function $(id) { return document.getElementById(id); }
  function number(value, unitName) {
    if (value === null || value === undefined) { return ''; }
    if (unitName === 'share') { return (100 * value).toFixed(Math.abs(value) < 0.001 && value ? 3 : 1) + '%'; }
    if (unitName === 'cv' || unitName === 'point') { return value.toFixed(3); }
    return Math.round(value).toLocaleString('en-US');
  }

  /* ---- which colour an area has ---- */
  var zoneOfSchool = {};
  stages.forEach(function (stage) { var of = zoneOfSchool[stage] = {}; data.zones[stage].forEach(function (z, i) { z.schools.forEach(function (s) { of[s] = i; }); }); });
  function groupOf(u) {
    if (state.view === 'districts') { return unit.district[u]; }
    var here = unit.stage[state.view];
    if (state.time === 'today') { var z = zoneOfSchool[state.view][here.today[u]]; return z === undefined ? -1 : z; }
    return here.zone[u];
  }
  function groups() { return state.view === 'districts' ? data.districts : data.zones[state.view] || []; }
  function colourOf(group) { return group < 0 ? '#d5d8d6' : data.palette[groups()[group].colour % data.palette.length]; }
  function changed(u) { var here = unit.stage[state.view]; return !!here && here.today[u] >= 0 && here.today[u] !== here.school[u]; }

  /* ---- areas on one canvas ---- */
  var owners = ground.arcs.map(function () { return []; });
  ground.areas.forEach(function (rings, u) { rings.forEach(function (ring) { ring.forEach(function (a) { owners[a < 0 ? -a - 1 : a].push(u); }); }); });
  var boxes = ground.areas.map(function (rings) {
    var b = [180, 90, -180, -90];
    rings.forEach(function (ring) { ring.forEach(function (a) { var p = ground.arcs[a < 0 ? -a - 1 : a]; for (var i = 0; i < p.length; i += 2) { b[0] = Math.min(b[0], p[i]); b[1] = Math.min(b[1], p[i + 1]); b[2] = Math.max(b[2], p[i]); b[3] = Math.max(b[3], p[i + 1]); } }); });
    return b;
  });
  var Areas = L.Layer.extend({
    onAdd: function () { this._canvas = L.DomUtil.create('canvas', 'leaflet-zoom-hide'); this._canvas.id = 'areas'; map.getPane('overlayPane').appendChild(this._canvas); map.on('moveend resize', this.draw, this); this.draw(); },
    onRemove: function () { this._canvas.remove(); map.off('moveend resize', this.draw, this); },
    draw: function () {
      var size = map.getSize(), ratio = window.devicePixelRatio || 1, canvas = this._canvas, g = canvas.getContext('2d');
      L.DomUtil.setPosition(canvas, map.containerPointToLayerPoint([0, 0]));
      canvas.width = size.x * ratio; canvas.height = size.y * ratio; canvas.style.width = size.x + 'px'; canvas.style.height = size.y + 'px';
      g.scale(ratio, ratio);
      var view = map.getBounds(), scale = 256 * Math.pow(2, map.getZoom()) / 360, origin = map.getPixelBounds().min;
      function px(x) { return (x + 180) * scale - origin.x; }
      function py(y) { var s = Math.sin(y * Math.PI / 180); return 180 * scale - Math.log((1 + s) / (1 - s)) * 90 / Math.PI * scale - origin.y; }
      var points = ground.arcs.map(function (p) { var q = new Float32Array(p.length); for (var i = 0; i < p.length; i += 2) { q[i] = px(p[i]); q[i + 1] = py(p[i + 1]); } return q; });
      function seen(u) { var b = boxes[u]; return b[2] >= view.getWest() && b[0] <= view.getEast() && b[3] >= view.getSouth() && b[1] <= view.getNorth(); }
      function trace(path, u) {
        ground.areas[u].forEach(function (ring) {
          var first = true;
          ring.forEach(function (a) {
            var q = points[a < 0 ? -a - 1 : a], n = q.length;
            for (var k = 0; k < n; k += 2) { var i = a < 0 ? n - 2 - k : k; if (first) { path.moveTo(q[i], q[i + 1]); first = false; } else { path.lineTo(q[i], q[i + 1]); } }
          });
          path.closePath();
        });
      }
      var fills = {}, marked = new Path2D(), u, group = new Int32Array(count);
      for (u = 0; u < count; u++) {
        group[u] = groupOf(u);
        if (!seen(u)) { continue; }
        var colour = colourOf(group[u]);
        trace(fills[colour] = fills[colour] || new Path2D(), u);
        if (changed(u)) { trace(marked, u); }
      }
      Object.keys(fills).forEach(function (colour) { g.fillStyle = colour; g.fill(fills[colour], 'evenodd'); });
      if (state.view !== 'districts') { g.save(); g.clip(marked, 'evenodd'); g.strokeStyle = CHANGED; g.globalAlpha = 0.45; g.lineWidth = 1; g.beginPath(); for (var x = -size.y; x < size.x; x += 7) { g.moveTo(x, size.y); g.lineTo(x + size.y, 0); } g.stroke(); g.restore(); }
      function border(test, style, width) {
        g.beginPath();
        for (var a = 0; a < points.length; a++) { if (test(owners[a])) { var q = points[a]; g.moveTo(q[0], q[1]); for (var i = 2; i < q.length; i += 2) { g.lineTo(q[i], q[i + 1]); } } }
        g.strokeStyle = style; g.lineWidth = width; g.lineJoin = 'round'; g.stroke();
      }
      var small = count > 4000 ? 15 : 13;
      if (map.getZoom() >= small) { border(function (o) { return o.length > 1; }, 'rgba(40,50,60,.25)', 0.6); }
      border(function (o) { return o.length < 2 || group[o[0]] !== group[o[1]]; }, '#2b2b2b', state.view === 'districts' ? 2 : 1.4);
      if (state.chosen >= 0 && state.chosen < count) { var path = new Path2D(); trace(path, state.chosen); g.strokeStyle = '#d60000'; g.lineWidth = 3; g.stroke(path); }
      canvas.dataset.drawn = String(Number(canvas.dataset.drawn || 0) + 1);
    }
  });
  function areaAt(latlng) {
    var x = latlng.lng, y = latlng.lat;
    for (var u = 0; u < count; u++) {
      var b = boxes[u];
      if (x < b[0] || x > b[2] || y < b[1] || y > b[3]) { continue; }
      var inside = false;
      ground.areas[u].forEach(function (ring) {
        var px, py, first = null;
        function edge(ax, ay, bx, by) { if ((ay > y) !== (by > y) && x < (bx - ax) * (y - ay) / (by - ay) + ax) { inside = !inside; } }
        ring.forEach(function (a) { var p = ground.arcs[a < 0 ? -a - 1 : a], n = p.length; for (var k = 0; k < n; k += 2) { var i = a < 0 ? n - 2 - k : k; if (first === null) { first = [p[i], p[i + 1]]; } else { edge(px, py, p[i], p[i + 1]); } px = p[i]; py = p[i + 1]; } });
        edge(px, py, first[0], first[1]);
      });
      if (inside) { return u; }
    }
    return -1;
  }

  /* ---- schools, labels, links, backdrop ---- */
  var marks = L.layerGroup(), places = L.layerGroup(), pairs = L.layerGroup(), lines = L.layerGroup();
  var SHAPE = { lead: '★', weak: '▲', member: '●', '': '○' };
  function roleWord(role) { return role ? word(role) : word('no_role'); }
  function shownSchools() { return data.schools.map(function (s, i) { return i; }).filter(function (i) { var s = data.schools[i]; return s.at && (state.view === 'districts' ? s.district >= 0 || !data.districts.length : s.stages.indexOf(state.view) >= 0); }); }
  function drawSchools() {
    marks.clearLayers(); pairs.clearLayers();
    if (state.schools) {
      shownSchools().forEach(function (i) {
        var s = data.schools[i], icon = make('span', SHAPE[s.role] || SHAPE['']);
        var mark = L.marker(s.at, { icon: L.divIcon({ className: 'school ' + (s.role || 'other'), html: icon, iconSize: [18, 18] }), title: s.name, alt: s.name, keyboard: false });
        mark.on('click', function () { state.chosen = -1; showSchool(i); });
        marks.addLayer(mark);
      });
    }
    if (state.links) {
      data.links.forEach(function (k) {
        var a = data.schools[k.from], b = data.schools[k.to];
        if (a.at && b.at && (state.view === 'districts' || k.stage === state.view)) { pairs.addLayer(L.polyline([a.at, b.at], { color: '#b3001b', weight: 2.5, dashArray: k.remote ? '3 6' : null, interactive: false })); }
      });
    }
  }
  function drawPlaces() {
    places.clearLayers();
    groups().forEach(function (group, i) { var label = make('span', String(i + 1)); places.addLayer(L.marker(group.at, { interactive: false, keyboard: false, icon: L.divIcon({ className: 'place', html: label, iconSize: [30, 16], iconAnchor: [15, -6] }) })); });
  }
  var LOOK = { outline: { color: '#444', weight: 1.5 }, county: { color: '#5a3d8a', weight: 2, dashArray: '8 4' }, road: { color: '#a98a4e', weight: 1.5 }, barrier: { color: '#2f7fb8', weight: 3.5 } };
  data.backdrop.forEach(function (b) { lines.addLayer(L.polyline(b.line, Object.assign({ interactive: false, smoothFactor: 1 }, LOOK[b.kind]))); });

  /* ---- what a card or a tooltip says ---- */
  function rowsOfUnit(u) {
    var rows = [];
    if (unit.district[u] >= 0) { rows.push([word('district'), data.districts[unit.district[u]].name]); }
    stages.forEach(function (stage) {
      if (state.view !== 'districts' && state.view !== stage) { return; }
      var here = unit.stage[stage], s = here.school[u], t = here.today[u];
      rows.push([word(stage) + ' · ' + word('pupils'), number(here.pupils[u])]);
      rows.push([word('zone_school'), s >= 0 ? data.schools[s].name : '']);
      if (here.metres[u] !== null) { rows.push([word('distance'), fill('metres', { n: number(here.metres[u]) })]); }
      if (here.nearest[u] !== null && here.nearest[u] < here.metres[u]) { rows.push([word('nearest'), fill('metres', { n: number(here.nearest[u]) })]); }
      if (t >= 0) { rows.push([word('today_school'), data.schools[t].name + (t === s ? word('unchanged') : '')]); }
    });
    return rows;
  }
  function rowsOfSchool(i) {
    var s = data.schools[i], rows = [[word('id'), s.id], [word('stages'), s.stages.map(word).join(word('comma'))]];
    if (s.district >= 0) { rows.push([word('district'), data.districts[s.district].name], [word('role'), roleWord(s.role)]); }
    Object.keys(s.load).forEach(function (stage) { var l = s.load[stage]; rows.push([word(stage) + ' · ' + word('load'), number(l[0]) + ' / ' + number(l[1]) + (l[1] ? ' (' + number(l[0] / l[1], 'share') + ')' : '')]); });
    if (s.tier) { Object.keys(s.tier).forEach(function (stage) { if (s.tier[stage]) { rows.push([word(stage) + ' · ' + word('tier'), word(s.tier[stage]) + (s.score && s.score[stage] !== null && s.score[stage] !== undefined ? word('comma') + fill('score', { n: s.score[stage] }) : '')]); } }); }
    data.links.forEach(function (k) { if (k.from === i || k.to === i) { var other = data.schools[k.from === i ? k.to : k.from].name; rows.push([word(k.stage) + ' · ' + word(k.from === i ? 'carries' : 'carried_by'), other + (k.to === i && k.runner >= 0 ? fill('runner_up', { name: data.schools[k.runner].name }) : '')]); } });
    return rows;
  }
  function card(title, rows) {
    var box = $('card'), list = make('dl');
    box.replaceChildren(make('h2', title), list);
    rows.forEach(function (r) { list.append(make('dt', r[0]), make('dd', r[1])); });
    box.hidden = false;
  }
  function unitTitle(u) { return (unit.name[u] || unit.id[u]) + (unit.name[u] && unit.kind === 'block' ? '（' + unit.id[u] + '）' : ''); }
  var shown = null;
  function showUnit(u) { shown = ['unit', u]; state.chosen = u; card(unitTitle(u), rowsOfUnit(u)); areas.draw(); }
  function showSchool(i) { shown = ['school', i]; card(data.schools[i].name, rowsOfSchool(i)); areas.draw(); }
  function goUnit(u) { var b = boxes[u]; map.fitBounds([[b[1], b[0]], [b[3], b[2]]], { maxZoom: 15, animate: false }); showUnit(u); }
  function goSchool(i) { if (data.schools[i].at) { map.setView(data.schools[i].at, Math.max(map.getZoom(), 14), { animate: false }); } state.chosen = -1; showSchool(i); }
  function goGroup(i) {
    var b = [180, 90, -180, -90];
    for (var u = 0; u < count; u++) { if (groupOf(u) === i) { var c = boxes[u]; b = [Math.min(b[0], c[0]), Math.min(b[1], c[1]), Math.max(b[2], c[2]), Math.max(b[3], c[3])]; } }
    if (b[0] <= b[2]) { map.fitBounds([[b[1], b[0]], [b[3], b[2]]], { animate: false }); }
  }

  /* ---- side panel ---- */
  function rowButton(text, small, colour, act) {
    var b = make('button', undefined, 'row'), words = make('span');
    b.type = 'button';
    if (colour) { var c = make('span', undefined, 'swatch'); c.style.background = colour; b.append(c); }
    words.append(make('span', text));
    if (small) { words.append(document.createElement('br'), make('span', small, 'small')); }
    b.append(words); b.addEventListener('click', act);
    var li = make('li'); li.append(b); return li;
  }
  function names(list) { return list.map(function (i) { return data.schools[i].name; }).join(word('comma')); }
  function drawList() {
    var list = $('list');
    $('list-title').textContent = state.view === 'districts' ? fill('districts_n', { n: data.districts.length }) : fill('zones_n', { n: groups().length });
    list.replaceChildren();
    groups().forEach(function (group, i) {
      var title = (i + 1) + ' ' + (state.view === 'districts' ? group.name : names(group.schools)), small = '';
      if (state.view === 'districts') { small = fill('members_n', { n: group.members.length }) + word('colon') + names(group.members); }
      else { small = group.schools.map(function (s) { var l = data.schools[s].load[state.view]; return l ? word('load') + ' ' + number(l[0]) + ' / ' + number(l[1]) : ''; }).join(word('comma')); }
      list.append(rowButton(title, small, colourOf(i), function () { goGroup(i); }));
    });
  }
  function drawLegend() {
    var roles = {}, list = $('legend');
    shownSchools().forEach(function (i) { roles[data.schools[i].role] = true; });
    list.replaceChildren();
    ['lead', 'weak', 'member', ''].forEach(function (role) { if (roles[role]) { var li = make('li'); li.append(make('span', SHAPE[role] + ' ', 'school ' + (role || 'other')), make('span', role ? word(role) : word('school'))); list.append(li); } });
    if (state.view !== 'districts') {
      var n = 0, here = unit.stage[state.view];
      for (var u = 0; u < count; u++) { if (changed(u)) { n += here.pupils[u]; } }
      if (here && here.today.some(function (t) { return t >= 0; })) { list.append(make('li', '▨ ' + fill('changed_n', { n: number(n) }))); }
    }
    var kinds = {};
    data.backdrop.forEach(function (b) { kinds[b.kind] = true; });
    ['county', 'road', 'barrier'].forEach(function (kind) { if (kinds[kind]) { var li = make('li'), line = make('span', '━ '); line.style.color = LOOK[kind].color; li.append(line, make('span', word('line_' + kind))); list.append(li); } });
    if (state.links) { var li = make('li'), line = make('span', '━ '); line.style.color = '#b3001b'; li.append(line, make('span', word('pairs'))); list.append(li); }
    if (unit.kind === 'district') { list.append(make('li', word('cells_note'), 'small')); }
  }
  function drawFindings() {
    var table = $('headlines'), head = make('tr');
    $('headlines-section').hidden = !data.findings.length;
    table.replaceChildren();
    ['measure', 'plan', 'today', 'verdict'].forEach(function (k, i) { head.append(make('th', word(k), i === 1 || i === 2 ? 'n' : '')); });
    table.append(head);
    data.findings.forEach(function (f) {
      if (state.view !== 'districts' ? f.stage !== state.view : f.stage && !f.words[lang][1].match(/[（(]/)) { return; }
      var tr = make('tr');
      tr.append(make('td', f.words[lang][0] + (f.stage && state.view === 'districts' ? ' · ' + word(f.stage) : '')), make('td', number(f.value, f.unit), 'n'), make('td', number(f.today, f.unit), 'n'), make('td', f.verdict ? word('verdict_' + f.verdict) : ''));
      table.append(tr);
    });
  }
  function drawLeft() {
    $('left-section').hidden = !data.left.length;
    $('left-title').textContent = fill('left_n', { n: data.left.length });
    $('left').replaceChildren.apply($('left'), data.left.map(function (r) { return make('li', r.name + '（' + word(r.stage) + '）' + word('colon') + word('reason_' + r.reason), 'small'); }));
  }
  function drawWords() {
    document.documentElement.lang = lang === 'zh' ? 'zh-CN' : 'en';
    $('title').textContent = data.title; $('year').textContent = fill('year', { n: data.year });
    $('audience').textContent = data.audience === 'internal' ? word('internal') : '';
    $('lang').textContent = lang === 'zh' ? 'English' : '中文';
    document.querySelectorAll('[data-word]').forEach(function (e) { e.textContent = word(e.dataset.word); });
    $('note').textContent = word('note'); $('review').textContent = word('review'); $('about').textContent = word('about');
    var view = $('view');
    view.replaceChildren();
    if (data.districts.length) { view.append(new Option(word('view_districts'), 'districts')); }
    stages.forEach(function (s) { view.append(new Option(fill('view_zones', { stage: word(s) }), s)); });
    view.value = state.view;
  }
  function drawAll() {
    var here = unit.stage[state.view];
    $('times').hidden = !here || !here.today.some(function (t) { return t >= 0; });
    if ($('times').hidden) { state.time = 'plan'; }
    document.querySelectorAll('[name=time]').forEach(function (e) { e.checked = e.value === state.time; });
    $('links-label').hidden = !data.links.length;
    drawWords(); areas.draw(); drawSchools(); drawPlaces(); drawList(); drawLegend(); drawFindings(); drawLeft();
    if (shown) { card(shown[0] === 'unit' ? unitTitle(shown[1]) : data.schools[shown[1]].name, shown[0] === 'unit' ? rowsOfUnit(shown[1]) : rowsOfSchool(shown[1])); }
  }
  function search() {
    var text = $('search').value.trim().toLowerCase(), list = $('found');
    list.replaceChildren();
    if (!text) { return; }
    var hits = 0;
    data.schools.forEach(function (s, i) { if (hits < 12 && (s.name.toLowerCase().indexOf(text) >= 0 || s.id.toLowerCase().indexOf(text) >= 0)) { hits++; list.append(rowButton(s.name, s.stages.map(word).join(word('comma')), null, function () { goSchool(i); })); } });
    if (unit.kind === 'block') { for (var u = 0; u < count && hits < 24; u++) { if (String(unit.name[u]).toLowerCase().indexOf(text) >= 0 || String(unit.id[u]).toLowerCase().indexOf(text) >= 0) { hits++; list.append(rowButton(unitTitle(u), word('block'), null, goUnit.bind(null, u))); } } }
    if (!hits) { list.append(make('li', word('nothing_found'), 'small')); }
  }

  /* ---- wiring ---- */
  map.attributionControl.setPrefix(false);
  L.control.scale({ imperial: false, position: 'bottomleft' }).addTo(map);
  var all = [180, 90, -180, -90];
  boxes.forEach(function (b) { all = [Math.min(all[0], b[0]), Math.min(all[1], b[1]), Math.max(all[2], b[2]), Math.max(all[3], b[3])]; });
  if (!count) { data.schools.forEach(function (s) { if (s.at) { all = [Math.min(all[0], s.at[1]), Math.min(all[1], s.at[0]), Math.max(all[2], s.at[1]), Math.max(all[3], s.at[0])]; } }); }
  map.invalidateSize();
  if (all[0] <= all[2]) { map.fitBounds([[all[1], all[0]], [all[3], all[2]]], { animate: false, padding: [12, 12] }); }
  var areas = new Areas().addTo(map);
  [lines, pairs, places, marks].forEach(function (layer) { layer.addTo(map); });
  $('view').addEventListener('change', function () { state.view = this.value; state.chosen = -1; drawAll(); });
  document.querySelectorAll('[name=time]').forEach(function (e) { e.addEventListener('change', function () { state.time = this.value; drawAll(); }); });
  $('links').addEventListener('change', function () { state.links = this.checked; drawSchools(); drawLegend(); });
  $('schools').addEventListener('change', function () { state.schools = this.checked; drawSchools(); });
  $('search').addEventListener('input', search);
  $('lang').addEventListener('click', function () { lang = lang === 'zh' ? 'en' : 'zh'; drawAll(); search(); });
  map.on('mousemove', function (e) {
    var u = areaAt(e.latlng), tip = $('tip');
    tip.hidden = u < 0;
    if (u < 0) { return; }
    tip.replaceChildren(make('strong', unitTitle(u)));
    rowsOfUnit(u).forEach(function (r) { tip.append(document.createElement('br'), make('span', r[0] + word('colon') + r[1])); });
    tip.style.left = Math.min(e.originalEvent.clientX + 14, window.innerWidth - 290) + 'px';
    tip.style.top = Math.min(e.originalEvent.clientY + 14, window.innerHeight - tip.offsetHeight - 6) + 'px';
  });
  map.on('mouseout movestart', function () { $('tip').hidden = true; });
  map.on('click', function (e) { var u = areaAt(e.latlng); if (u >= 0) { showUnit(u); } });
  window.addEventListener('beforeprint', function () { map.invalidateSize(); areas.draw(); });
  drawAll();
  window.districting = { map: map, data: data, state: state, groupOf: groupOf, colourOf: colourOf, ground: ground };
}
