/* What stands on the areas: lines of the backdrop, numbers of the zones or districts, schools. */
function districtingMarks(page) {
  'use strict';
  var map = page.map, data = page.data;
  var lines = L.layerGroup(), places = L.layerGroup(), schools = L.layerGroup();
  var LOOK = { outline: { color: '#444', weight: 1.5 }, county: { color: '#5a3d8a', weight: 2, dashArray: '8 4' }, road: { color: '#8a6d2f', weight: 1.5 }, barrier: { color: '#1f6fa8', weight: 3.5 } };
  page.lineLook = LOOK;
  data.backdrop.forEach(function (b) { lines.addLayer(L.polyline(b.line, Object.assign({ interactive: false, smoothFactor: 1 }, LOOK[b.kind]))); });

  page.shownSchools = function () {
    return data.schools.map(function (s, i) { return i; }).filter(function (i) {
      var s = data.schools[i], g = page.grouping();
      if (g >= 0) { return s.at && s.district[g].length > 0; }
      return s.at && (!page.state.view || s.stages.indexOf(page.state.view) >= 0);
    });
  };
  page.drawSchools = function () {
    schools.clearLayers();
    if (!page.state.schools) { return; }
    var shown = page.shownSchools();
    var size = map.getSize(), near = shown.filter(function (i) { return map.getBounds().contains(data.schools[i].at); }).length;
    var shrink = near && Math.sqrt(size.x * size.y / near) < 60 ? 0.72 : 1;
    shown.slice().sort(function (a, b) { return page.rank(b) - page.rank(a); }).forEach(function (i) {
      var s = data.schools[i], mark = page.markOf(i), icon = page.make('span', mark.sign), px = Math.round(mark.size * shrink);
      icon.style.color = mark.colour; icon.style.fontSize = px + 'px';
      var spot = L.marker(s.at, { icon: L.divIcon({ className: 'school', html: icon, iconSize: [20, 20] }), keyboard: false, zIndexOffset: 1000 - 100 * page.rank(i) });
      spot.on('click', function () { page.showSchool(i); });
      spot.on('mouseover', function (e) { page.tip(s.name, page.rowsOfSchool(i), e.originalEvent); });
      spot.on('mouseout', page.noTip);
      schools.addLayer(spot);
      spot.getElement().dataset.school = s.id;
    });
  };
  /* Numbers, the widest areas first; one that would cover another is left out until there is room (the list beside the map has them all). */
  page.drawPlaces = function () {
    places.clearLayers();
    var taken = [], size = map.getSize();
    page.groups().map(function (group, i) {
      var b = page.areas.boxOf(function (u) { return page.groupOf(u) === i; });
      if (!b || !group.at) { return null; }
      var a = map.latLngToContainerPoint([b[3], b[0]]), c = map.latLngToContainerPoint([b[1], b[2]]);
      return { i: i, at: group.at, spot: map.latLngToContainerPoint(group.at), room: Math.min(c.x - a.x, c.y - a.y) };
    }).filter(Boolean).sort(function (a, b) { return b.room - a.room || a.i - b.i; }).forEach(function (p) {
      var text = String(p.i + 1), half = 5 + 4 * text.length;
      if (p.room < 16 || p.spot.x < -40 || p.spot.y < -40 || p.spot.x > size.x + 40 || p.spot.y > size.y + 40) { return; }
      if (taken.some(function (t) { return Math.abs(t.x - p.spot.x) < half + t.half && Math.abs(t.y - p.spot.y) < 17; })) { return; }
      taken.push({ x: p.spot.x, y: p.spot.y, half: half });
      places.addLayer(L.marker(p.at, { interactive: false, keyboard: false, icon: L.divIcon({ className: 'place', html: page.make('span', text), iconSize: [30, 16] }) }));
    });
  };
  map.on('zoomend moveend', function () { page.drawPlaces(); });
  map.on('zoomend', function () { page.drawSchools(); });
  return { addTo: function () { [lines, places, schools].forEach(function (layer) { layer.addTo(map); }); } };
}
