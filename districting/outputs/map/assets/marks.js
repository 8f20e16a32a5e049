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
  /* Places taken on the screen: a number that finds no room waits for a closer zoom, a school that finds none becomes a dot. */
  function screen() {
    var taken = [];
    return function (x, y, w, h) {
      var free = taken.every(function (t) { return Math.abs(t[0] - x) * 2 >= t[2] + w || Math.abs(t[1] - y) * 2 >= t[3] + h; });
      if (free) { taken.push([x, y, w, h]); }
      return free;
    };
  }
  function addSchool(i, roomy) {
    var s = data.schools[i], mark = page.markOf(i), icon = page.make('span', roomy ? mark.sign : undefined, roomy ? '' : 'dot'), px = roomy ? 20 : 9;
    if (roomy) { icon.style.color = mark.colour; icon.style.fontSize = mark.size + 'px'; } else { icon.style.background = mark.colour; }
    var spot = L.marker(s.at, { icon: L.divIcon({ className: 'school', html: icon, iconSize: [px, px] }), alt: s.name, keyboard: false, zIndexOffset: (roomy ? 20000 : 0) - 1000 * page.standing(i) });
    spot.on('click', function () { page.showSchool(i); });
    spot.on('mouseover mousemove', function (e) { page.tip(s.name, page.rowsOfSchool(i), e.originalEvent); });
    spot.on('mouseout', page.noTip);
    schools.addLayer(spot);
  }
  var TRIES = [[0, 0], [0, 15], [0, -15], [20, 0], [-20, 0], [20, 15], [-20, 15], [20, -15], [-20, -15]];
  function addPlace(group, i, room, p) {
    var text = String(i + 1), w = 7 * text.length + 10;
    var move = TRIES.find(function (t) { return room(p.x + t[0], p.y + t[1], w, 16); });
    if (!move) { return false; }
    var icon = L.divIcon({ className: 'place', html: page.make('span', text), iconSize: [w, 16], iconAnchor: [w / 2 - move[0], 8 - move[1]] });
    places.addLayer(L.marker(group.at, { interactive: false, keyboard: false, zIndexOffset: 30000, icon: icon }));
    return true;
  }
  page.allNumbered = true;
  page.drawMarks = function () {
    var room = screen(), shown = page.state.schools ? page.shownSchools() : [], left = [];
    function spot(at) { return map.project(at, map.getZoom()); }
    schools.clearLayers(); places.clearLayers();
    page.allNumbered = true;
    shown.sort(function (a, b) { return page.standing(a) - page.standing(b) || a - b; }).forEach(function (i) {
      if (page.standing(i) > 0) { left.push(i); return; }
      var p = spot(data.schools[i].at);
      addSchool(i, room(p.x, p.y, 14, 14));
    });
    page.groups().forEach(function (group, i) { if (group.at && !addPlace(group, i, room, spot(group.at))) { page.allNumbered = false; } });
    left.forEach(function (i) { var p = spot(data.schools[i].at); addSchool(i, room(p.x, p.y, 11, 11)); });
  };
  return { addTo: function () { [lines, places, schools].forEach(function (layer) { layer.addTo(map); }); } };
}
