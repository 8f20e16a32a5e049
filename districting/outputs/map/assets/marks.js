/* What stands on the areas: lines of the backdrop, numbers of the zones or districts, schools. */
function districtingMarks(page) {
  'use strict';
  var map = page.map, data = page.data;
  var lines = L.layerGroup(), places = L.layerGroup(), schools = L.layerGroup();
  var LOOK = { outline: { color: '#444', weight: 1.5 }, county: { color: '#5a3d8a', weight: 2, dashArray: '8 4' }, road: { color: '#8a6d2f', weight: 1.5 }, barrier: { color: '#1f6fa8', weight: 3.5 } };
  page.lineLook = LOOK;
  data.backdrop.forEach(function (b) { lines.addLayer(L.polyline(b.line, Object.assign({ interactive: false, smoothFactor: 1 }, LOOK[b.kind]))); });

  /* Schools of the view, or of the stage and the roles that were asked for. */
  page.shownSchools = function () {
    return data.schools.map(function (s, i) { return i; }).filter(function (i) {
      var s = data.schools[i], g = page.grouping(), asked = page.state.schoolStage;
      if (page.state.hiddenRoles[page.roleOf(i)]) { return false; }
      if (asked) { return s.at && (asked === 'all' || s.stages.indexOf(asked) >= 0); }
      if (g >= 0) { return s.at && s.district[g].length > 0; }
      return s.at && (!page.state.view || s.stages.indexOf(page.stageShown()) >= 0);
    });
  };
  /* Places taken on the screen: a number goes where no school stands, else beside the leads, else it waits for a closer zoom. Schools are always drawn. */
  function free(taken, x, y, w, h) { return taken.every(function (t) { return Math.abs(t[0] - x) * 2 >= t[2] + w || Math.abs(t[1] - y) * 2 >= t[3] + h; }); }
  /* One look for a role, on the map and in the legend: a disc with a white rim, hollow where a school has no role, or the role's own sign. */
  page.sign = function (sign, colour, size) {
    var disc = sign === '●' || sign === '○', s = page.make('span', disc ? undefined : sign, 'sign' + (disc ? ' disc' : ''));
    s.style.color = colour;
    if (disc && sign === '●') { s.style.background = colour; }
    if (!disc && size) { s.style.fontSize = size + 'px'; }
    return s;
  };
  function addSchool(i) {
    var s = data.schools[i], mark = page.markOf(i);
    var spot = L.marker(s.at, { icon: L.divIcon({ className: 'school', html: page.sign(mark.sign, mark.colour, mark.size), iconSize: [20, 20] }), alt: s.name, keyboard: false, zIndexOffset: 20000 - 1000 * page.standing(i) });
    spot.on('click', function (e) { if (page.editingSchool && page.editingSchool(i, e.originalEvent)) { return; } page.showSchool(i); });
    spot.on('mouseover mousemove', function (e) { page.tip(s.name, page.rowsOfSchool(i, true), e.originalEvent); });
    spot.on('mouseout', page.noTip);
    schools.addLayer(spot);
  }
  var TRIES = [[0, 0], [0, 15], [0, -15], [20, 0], [-20, 0], [20, 15], [-20, 15], [20, -15], [-20, -15]];
  function addPlace(group, i, leads, others, numbers) {
    var text = String(i + 1), w = 7 * text.length + 10, p = map.project(group.at, map.getZoom());
    /* A number moved aside must not stand in the neighbour's area. */
    function own(t) {
      var u = t[0] || t[1] ? page.areas.at(map.unproject([p.x + t[0], p.y + t[1]], map.getZoom())) : -1;
      return u < 0 || page.groupOf(u) < 0 || page.groupOf(u) === i;
    }
    function room(taken) { return TRIES.find(function (t) { return free(taken, p.x + t[0], p.y + t[1], w, 16) && own(t); }); }
    var move = room(numbers.concat(leads, others)) || room(numbers.concat(leads));
    if (!move) { page.allNumbered = false; return; }
    numbers.push([p.x + move[0], p.y + move[1], w, 16]);
    var key = [group.at, move].join(), icon, was = placed[i];
    if (!was || was.key !== key) { // one that stays where it is stays as it is: making all anew is what an edit would wait for
      if (was) { places.removeLayer(was.mark); }
      icon = L.divIcon({ className: 'place', html: page.make('span', text), iconSize: [w, 16], iconAnchor: [w / 2 - move[0], 8 - move[1]] });
      was = { key: key, mark: L.marker(group.at, { interactive: false, keyboard: false, zIndexOffset: 30000, icon: icon }) };
      places.addLayer(was.mark);
    }
    found[i] = was;
  }
  var taken = [[], []], placed = {}, found = {};
  page.allNumbered = true;
  page.drawMarks = function () {
    var shown = page.state.schools ? page.shownSchools() : [], leads = [], others = [];
    schools.clearLayers();
    shown.forEach(function (i) {
      var p = map.project(data.schools[i].at, map.getZoom()), lead = page.standing(i) === 0;
      (lead ? leads : others).push(lead ? [p.x, p.y, 14, 14] : [p.x, p.y, 11, 11]);
      addSchool(i);
    });
    taken = [leads, others];
    page.drawPlaces();
  };
  /* The numbers alone: schools stay where they are. */
  page.drawPlaces = function () {
    var numbers = [];
    found = {};
    page.allNumbered = true;
    page.groups().forEach(function (group, i) { if (group.at) { addPlace(group, i, taken[0], taken[1], numbers); } });
    Object.keys(placed).forEach(function (i) { if (!found[i]) { places.removeLayer(placed[i].mark); } });
    placed = found;
  };
  return { addTo: function () { [lines, places, schools].forEach(function (layer) { layer.addTo(map); }); } };
}
