/* A map for each plan over one decoded ground: folium's own for the first, others beside it; all show the same place at the same scale. */
function districtingMaps(page, first, ground) {
  'use strict';
  var data = page.data, state = page.state, UNKNOWN = '#d5d8d6', CLOSEST = 19, NEAR = 10, CROWDED = 1500, maps = [];
  function pane(k) {
    var box = page.make('div', undefined, 'pane'), head = page.make('h2'), holder = k ? page.make('div', undefined, 'folium-map') : first.getContainer(), options = Object.assign({}, first.options, { center: first.getCenter(), zoom: first.getZoom() });
    head.append(page.make('span'), page.make('span', undefined, 'of'));
    box.append(head, holder);
    page.$('maps').append(box);
    return { head: head, map: k ? L.map(holder, options) : first };
  }
  data.plans.forEach(function (plan, k) {
    var one = pane(k), map = one.map;
    one.areas = districtingAreas(map, ground, {
      count: data.unit.id.length,
      group: function (u) { var side = page.side(k); return side ? side.of[u] : -1; },
      colour: function (g) { return g < 0 ? UNKNOWN : data.palette[page.view().groups[g].colour % data.palette.length]; },
      hatched: function (u) { return state.hatch && page.marked[u] === 1; },
      chosen: function () { return state.chosen; },
      thick: function () { return page.view().kind === 'districts'; }
    });
    one.places = L.layerGroup().addTo(map); one.dots = L.layerGroup().addTo(map); one.ring = null;
    map.attributionControl.setPrefix(false);
    L.control.scale({ imperial: false, position: 'bottomleft' }).addTo(map);
    map.getContainer().setAttribute('role', 'region');
    maps.push(one);
  });
  page.$('maps').dataset.count = maps.length;
  maps.forEach(function (one) { one.map.invalidateSize({ animate: false }); });

  /* ---- one view for all: while a map moves the others are shifted with it; when it has moved they are set to the very same place ---- */
  var busy = false, ready = false; // dots come when the areas are there, so that their canvas lies above
  function others(lead, act) {
    if (busy) { return; }
    busy = true;
    try { maps.forEach(function (one) { if (one.map !== lead) { act(one.map); } }); } finally { busy = false; }
  }
  function shift(lead) {
    others(lead, function (map) {
      if (map.getZoom() !== lead.getZoom()) { return; }
      var by = map.latLngToContainerPoint(lead.getCenter()).subtract(map.getSize().divideBy(2)).round();
      if (by.x || by.y) { map._rawPanBy(by); map.fire('move'); }
    });
  }
  function settle(lead) { others(lead, function (map) { map.setView(lead.getCenter(), lead.getZoom(), { reset: true }); }); }
  maps.forEach(function (one) {
    var map = one.map;
    map.on('move', function () { shift(map); });
    map.on('moveend', function () { settle(map); });
    map.on('zoomend', function () { if (ready) { numbers(one); dots(one); } });
    map.on('click', function (e) {
      var i = state.schools ? schoolAt(map, e.containerPoint) : -1, u = i < 0 ? one.areas.at(e.latlng) : -1;
      if (i >= 0) { page.showSchool(i); } else if (u >= 0) { page.showUnit(u); }
    });
  });

  /* ---- numbers of the groups and dots of the schools ---- */
  function numbers(one) {
    var k = maps.indexOf(one), side = page.side(k), taken = [];
    one.places.clearLayers();
    if (!side) { return; }
    side.at.forEach(function (at, g) {
      if (!at) { return; }
      var p = one.map.latLngToContainerPoint(at), label = String(g + 1), w = 8 * label.length + 6;
      if (taken.some(function (t) { return Math.abs(t[0] - p.x) * 2 < t[2] + w && Math.abs(t[1] - p.y) < 16; })) { return; }
      taken.push([p.x, p.y, w]);
      one.places.addLayer(L.marker(at, { icon: L.divIcon({ className: 'place', html: page.make('span', label), iconSize: [w, 16], iconAnchor: [w / 2, 18] }), interactive: false, keyboard: false }));
    });
  }
  function shown(i) { var s = data.schools[i], view = page.view(); return s.at && (view.kind !== 'zones' || s.stages.indexOf(view.stage) >= 0); }
  function dots(one) {
    one.dots.clearLayers();
    if (!state.schools) { return; }
    var mine = {}, side = page.side(maps.indexOf(one)), view = page.view();
    if (side && view.kind === 'zones') { view.groups.forEach(function (g, i) { if (side.load[i]) { g.schools.forEach(function (s) { mine[s] = true; }); } }); }
    var there = data.schools.map(function (_, i) { return i; }).filter(shown), size = one.map.getSize(), sight = one.map.getBounds(), seen = there.filter(function (i) { return sight.contains(data.schools[i].at); }).length;
    var small = size.x * size.y < CROWDED * seen; // pixels for each school in sight
    data.schools.forEach(function (s, i) {
      if (shown(i)) { one.dots.addLayer(L.circleMarker(s.at, { radius: small ? 2.5 : 4.5, color: '#fff', weight: small ? 0.7 : 1.5, fillColor: mine[i] || view.kind !== 'zones' ? '#14456b' : '#9aa6ae', fillOpacity: 1, interactive: false })); }
    });
  }
  function schoolAt(map, point) {
    var best = -1, least = NEAR;
    data.schools.forEach(function (s, i) {
      if (!shown(i)) { return; }
      var d = map.latLngToContainerPoint(s.at).distanceTo(point);
      if (d < least) { least = d; best = i; }
    });
    return best;
  }
  page.ring = function (i) {
    maps.forEach(function (one) {
      if (one.ring) { one.ring.remove(); one.ring = null; }
      if (i >= 0 && data.schools[i].at) { one.ring = L.circleMarker(data.schools[i].at, { radius: 13, color: '#d60000', weight: 3, fill: false, interactive: false }).addTo(one.map); }
    });
  };
  page.fit = function (b, closest) { if (b) { first.fitBounds([[b[1], b[0]], [b[3], b[2]]], { maxZoom: closest, animate: false, padding: [14, 14] }); } };
  page.whole = function () {
    var b = maps[0].areas.boxOf(function () { return true; }), spots = data.schools.map(function (s) { return s.at; }).filter(Boolean);
    if (b) { page.fit(b, CLOSEST); } else if (spots.length) { first.fitBounds(spots, { animate: false, padding: [40, 40], maxZoom: 15 }); }
  };
  page.start = function () {
    page.whole();
    maps.forEach(function (one, k) {
      one.map.setMinZoom(Math.max(0, first.getZoom() - 2)); one.map.setMaxZoom(CLOSEST);
      one.areas.layer.addTo(one.map);
      if (k) { one.areas.layer._canvas.id = 'areas-' + k; }
    });
    ready = true;
  };
  page.drawMaps = function () { maps.forEach(function (one) { one.areas.layer.draw(); dots(one); numbers(one); }); };
  page.paintMaps = function () { maps.forEach(function (one) { one.areas.layer.paint(); }); };
  page.resizeMaps = function () { busy = true; maps.forEach(function (one) { one.map.invalidateSize({ animate: false, pan: false }); }); busy = false; };
  page.drawCaptions = function () {
    page.$('maps').setAttribute('aria-label', page.word('maps'));
    maps.forEach(function (one, k) {
      var plan = data.plans[k], letter = page.letter(k), of = one.head.lastChild, side = page.side(k);
      one.head.firstChild.textContent = page.fill('caption', { letter: letter, name: plan.name });
      one.head.title = plan.name;
      of.textContent = side ? page.fill('year', { n: plan.year }) : page.word('absent');
      of.classList.toggle('absent', !side);
      one.map.getContainer().setAttribute('aria-label', page.fill('map_of', { letter: letter }));
      [['in', 'zoom_closer'], ['out', 'zoom_away']].forEach(function (pair) {
        var button = one.map.getContainer().querySelector('.leaflet-control-zoom-' + pair[0]);
        if (button) { button.title = page.word(pair[1]); button.setAttribute('aria-label', button.title); }
      });
    });
  };
  page.maps = maps;
  page.areas = maps[0].areas;
  page.map = first;
}
