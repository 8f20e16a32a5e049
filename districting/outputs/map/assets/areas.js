/* The areas (blocks, zones, districts) on one canvas. `look` answers: count, group(u), colour(group), hatched(u), chosen(), thick().
   Shared borders are stored once, so the border of a zone is every arc whose two owners belong to different groups: no dissolving is needed. */
function districtingAreas(map, ground, look) {
  'use strict';
  var PAD = 0.2, TINY = 3, ROOMY = 14; // canvas margin as a share of the view; pixels under which a block is a box, over which it gets a border
  function arcOf(a) { return ground.arcs[a < 0 ? -a - 1 : a]; }
  function widest(b, x, y) { b[0] = Math.min(b[0], x); b[1] = Math.min(b[1], y); b[2] = Math.max(b[2], x); b[3] = Math.max(b[3], y); }
  var owners = ground.arcs.map(function () { return []; });
  var boxes = ground.areas.map(function (rings, u) {
    var b = [180, 90, -180, -90];
    rings.forEach(function (ring) {
      ring.forEach(function (a) {
        var p = arcOf(a);
        owners[a < 0 ? -a - 1 : a].push(u);
        for (var i = 0; i < p.length; i += 2) { widest(b, p[i], p[i + 1]); }
      });
    });
    return b;
  });
  var widths = boxes.map(function (b) { return b[2] - b[0]; }).sort(function (a, b) { return a - b; });
  var typical = widths.length ? widths[widths.length >> 1] : 0;

  function trace(path, u, points) {
    ground.areas[u].forEach(function (ring) {
      var first = true;
      ring.forEach(function (a) {
        var q = points[a < 0 ? -a - 1 : a], n = q.length;
        for (var k = 0; k < n; k += 2) {
          var i = a < 0 ? n - 2 - k : k;
          if (first) { path.moveTo(q[i], q[i + 1]); first = false; } else { path.lineTo(q[i], q[i + 1]); }
        }
      });
      path.closePath();
    });
  }
  function hatch(g, path, width, height) {
    g.save(); g.clip(path); g.strokeStyle = '#000'; g.globalAlpha = 0.45; g.lineWidth = 1; g.beginPath();
    for (var x = -height; x < width; x += 7) { g.moveTo(x, height); g.lineTo(x + height, 0); }
    g.stroke(); g.restore();
  }
  var Areas = L.Layer.extend({
    onAdd: function () {
      this._canvas = L.DomUtil.create('canvas', 'leaflet-zoom-hide');
      this._canvas.id = 'areas';
      map.getPane('overlayPane').appendChild(this._canvas);
      map.on('moveend resize', this.draw, this);
      this.draw();
    },
    onRemove: function () { this._canvas.remove(); map.off('moveend resize', this.draw, this); },
    draw: function () {
      var size = map.getSize(), left = Math.round(size.x * PAD), top = Math.round(size.y * PAD), width = size.x + 2 * left, height = size.y + 2 * top;
      var ratio = window.devicePixelRatio || 1, canvas = this._canvas, g = canvas.getContext('2d');
      L.DomUtil.setPosition(canvas, map.containerPointToLayerPoint([-left, -top]));
      canvas.width = width * ratio; canvas.height = height * ratio; canvas.style.width = width + 'px'; canvas.style.height = height + 'px';
      g.scale(ratio, ratio);
      var world = 256 * Math.pow(2, map.getZoom()), scale = world / 360, origin = map.getPixelBounds().min.subtract([left, top]);
      function px(x) { return (x + 180) * scale - origin.x; }
      function py(y) { var s = Math.sin(y * Math.PI / 180); return world / 2 - Math.log((1 + s) / (1 - s)) * world / (4 * Math.PI) - origin.y; }
      var points = ground.arcs.map(function (p) {
        var q = new Float32Array(p.length);
        for (var i = 0; i < p.length; i += 2) { q[i] = px(p[i]); q[i + 1] = py(p[i + 1]); }
        return q;
      });
      var fills = {}, marked = new Path2D(), hatched = false, group = new Int32Array(look.count);
      for (var u = 0; u < look.count; u++) {
        group[u] = look.group(u);
        var b = boxes[u], x0 = px(b[0]), x1 = px(b[2]), y0 = py(b[1]), y1 = py(b[3]);
        if (x1 < 0 || x0 > width || y0 < 0 || y1 > height) { continue; }
        var colour = look.colour(group[u]), path = fills[colour] = fills[colour] || new Path2D();
        if (x1 - x0 < TINY && y0 - y1 < TINY) { path.moveTo(x0, y0); path.lineTo(x1, y0); path.lineTo(x1, y1); path.lineTo(x0, y1); path.closePath(); }
        else { trace(path, u, points); }
        if (look.hatched(u)) { trace(marked, u, points); hatched = true; }
      }
      // Rings run counter-clockwise outside and clockwise inside, so the default rule fills overlaps of dirty input instead of punching holes.
      Object.keys(fills).forEach(function (colour) { g.fillStyle = colour; g.fill(fills[colour]); });
      if (hatched) { hatch(g, marked, width, height); }
      function border(test, style, line) {
        g.beginPath();
        for (var a = 0; a < points.length; a++) {
          if (!test(owners[a])) { continue; }
          var q = points[a];
          g.moveTo(q[0], q[1]);
          for (var i = 2; i < q.length; i += 2) { g.lineTo(q[i], q[i + 1]); }
        }
        g.strokeStyle = style; g.lineWidth = line; g.lineJoin = 'round'; g.stroke();
      }
      if (typical * scale > ROOMY) { border(function (o) { return o.length > 1; }, 'rgba(40,50,60,.28)', 0.6); }
      border(function (o) { return o.length < 2 || group[o[0]] !== group[o[1]]; }, '#2b2b2b', look.thick() ? 2 : 1.4);
      var chosen = look.chosen();
      if (chosen >= 0) { var ring = new Path2D(); trace(ring, chosen, points); g.strokeStyle = '#fff'; g.lineWidth = 6; g.stroke(ring); g.strokeStyle = '#d60000'; g.lineWidth = 3; g.stroke(ring); }
      canvas.dataset.drawn = String(Number(canvas.dataset.drawn || 0) + 1);
    }
  });

  function holds(u, x, y) {
    var b = boxes[u], inside = false;
    if (x < b[0] || x > b[2] || y < b[1] || y > b[3]) { return false; }
    function edge(ax, ay, bx, by) { if ((ay > y) !== (by > y) && x < (bx - ax) * (y - ay) / (by - ay) + ax) { inside = !inside; } }
    ground.areas[u].forEach(function (ring) {
      var last = null, first = null;
      ring.forEach(function (a) {
        var p = arcOf(a), n = p.length;
        for (var k = 0; k < n; k += 2) {
          var i = a < 0 ? n - 2 - k : k, here = [p[i], p[i + 1]];
          if (last) { edge(last[0], last[1], here[0], here[1]); } else { first = here; }
          last = here;
        }
      });
      edge(last[0], last[1], first[0], first[1]);
    });
    return inside;
  }
  return {
    layer: new Areas(),
    boxes: boxes,
    at: function (latlng) { for (var u = 0; u < look.count; u++) { if (holds(u, latlng.lng, latlng.lat)) { return u; } } return -1; },
    boxOf: function (test) {
      var b = [180, 90, -180, -90];
      boxes.forEach(function (c, u) { if (c[0] <= c[2] && test(u)) { widest(b, c[0], c[1]); widest(b, c[2], c[3]); } });
      return b[0] <= b[2] ? b : null;
    }
  };
}
