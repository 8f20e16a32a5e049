/* What the editor draws over the map: picked blocks, the cursor, locks, blocks that differ from the plan. A canvas of its own, so that an edit repaints little. */
function districtingEditorSigns(ed) {
  'use strict';
  var page = ed.page, map = page.map, PAD = 0.2, BATCH = 200, canvas = null, signs = ed.signs = {};
  function trace(path, u, put) {
    var g = page.ground, r, h, k, from, to;
    for (r = g.areaStart[u]; r < g.areaStart[u + 1]; r++) {
      for (h = g.ringStart[r]; h < g.ringStart[r + 1]; h++) {
        from = g.arcStart[g.arcOf[h]]; to = g.arcStart[g.arcOf[h] + 1];
        for (k = from; k < to; k++) { put(path, g.backwards[h] ? to - 1 - (k - from) : k, k === from && h === g.ringStart[r]); }
      }
      path.closePath();
    }
  }
  /* The border around blocks taken together: arcs that only one of them has. Long paths are slow to stroke, and inner borders say nothing. */
  function around(path, blocks, put) {
    var g = page.ground, times = new Map(), k;
    blocks.forEach(function (u) { for (k = g.ringStart[g.areaStart[u]]; k < g.ringStart[g.areaStart[u + 1]]; k++) { times.set(g.arcOf[k], (times.get(g.arcOf[k]) || 0) + 1); } });
    times.forEach(function (n, a) { if (n === 1) { for (k = g.arcStart[a]; k < g.arcStart[a + 1]; k++) { put(path, k, k === g.arcStart[a]); } } });
  }
  signs.add = function () {
    canvas = L.DomUtil.create('canvas', 'leaflet-zoom-hide');
    canvas.id = 'editor-signs';
    canvas.setAttribute('aria-hidden', 'true');
    map.getPane('overlayPane').appendChild(canvas);
    map.on('moveend resize', signs.draw);
  };
  signs.remove = function () { map.off('moveend resize', signs.draw); if (canvas) { canvas.remove(); canvas = null; } };
  function padlock(g, x, y) {
    g.lineWidth = 1.6; g.strokeStyle = '#111'; g.fillStyle = '#fff';
    g.beginPath(); g.arc(x, y - 2, 3, Math.PI, 0); g.stroke();
    g.beginPath(); g.rect(x - 4.5, y - 2, 9, 7); g.fill(); g.stroke();
    g.fillStyle = '#111'; g.fillRect(x - 0.8, y, 1.6, 3);
  }
  function dot(g, x, y) { g.beginPath(); g.arc(x, y, 3.4, 0, 2 * Math.PI); g.fillStyle = '#111'; g.fill(); g.lineWidth = 1.4; g.strokeStyle = '#fff'; g.stroke(); }
  signs.draw = function () {
    if (!canvas || !ed.on) { return; }
    canvas.hidden = ed.g >= 0;
    if (ed.g >= 0) { return; }
    var size = map.getSize(), left = Math.round(size.x * PAD), top = Math.round(size.y * PAD), width = size.x + 2 * left, height = size.y + 2 * top, ratio = window.devicePixelRatio || 1, g = canvas.getContext('2d');
    L.DomUtil.setPosition(canvas, map.containerPointToLayerPoint([-left, -top]));
    canvas.width = width * ratio; canvas.height = height * ratio; canvas.style.width = width + 'px'; canvas.style.height = height + 'px';
    g.scale(ratio, ratio);
    var world = 256 * Math.pow(2, map.getZoom()), scale = world / 360, origin = map.getPixelBounds().min.subtract([left, top]), of = page.ground;
    function px(x) { return (x + 180) * scale - origin.x; }
    function py(y) { var s = Math.sin(y * Math.PI / 180); return world / 2 - Math.log((1 + s) / (1 - s)) * world / (4 * Math.PI) - origin.y; }
    /* Corner k of the outlines, whose north is in shares of the world (areas.js). */
    function put(path, k, first) {
      var x = px(of.x[k] / of.steps), y = (of.north[k] * of.northUnit + 0.5) * world - origin.y;
      if (first) { path.moveTo(x, y); } else { path.lineTo(x, y); }
    }
    function seen(u) { var b = page.areas.boxAt(u); return b[0] <= b[2] && px(b[2]) >= 0 && px(b[0]) <= width && py(b[1]) >= 0 && py(b[3]) <= height; }
    function stroke(path, looks) { looks.forEach(function (look) { g.strokeStyle = look[0]; g.lineWidth = look[1]; g.setLineDash(look[2] || []); g.stroke(path); }); g.setLineDash([]); }
    function outline(blocks, looks) { var path = new Path2D(); around(path, blocks, put); stroke(path, looks); }
    var shown = ed.picked.filter(seen);
    g.fillStyle = 'rgba(255,255,255,.42)'; g.lineJoin = 'round';
    for (var i = 0; i < shown.length; i += BATCH) { var part = new Path2D(); shown.slice(i, i + BATCH).forEach(function (v) { trace(part, v, put); }); g.fill(part); }
    if (shown.length) { outline(shown, [['#fff', 5], ['#b00020', 3]]); }
    if (ed.cursor >= 0) { outline([ed.cursor], ed.picked.indexOf(ed.cursor) >= 0 ? [['#000', 3, [6, 8]]] : [['#fff', 3.4], ['#000', 2, [5, 4]]]); }
    var now = ed.s.zoneOf(ed.stage), base = ed.s.base(ed.stage), marks = 0;
    for (var u = 0; u < now.length; u++) {
      var locked = ed.s.isLocked(ed.stage, u), moved = now[u] !== base[u];
      if ((!locked && !moved) || !seen(u)) { continue; }
      var b = page.areas.boxAt(u), x = (px(b[0]) + px(b[2])) / 2, y = (py(b[1]) + py(b[3])) / 2;
      if (moved) { dot(g, locked ? x - 7 : x, y); }
      if (locked) { padlock(g, moved ? x + 5 : x, y); }
      marks++;
    }
    canvas.dataset.marks = String(marks);
    canvas.dataset.drawn = String(Number(canvas.dataset.drawn || 0) + 1);
  };
}
