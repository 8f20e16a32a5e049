/* Internal pages only: links as curves on a canvas of their own. `asked` answers: shown() -> positions of links, look(k), from(k) and to(k) -> [lat, lng], way(k)
   (the same for links of the same direction), remote(k), chosen(k) (drawn above the others, which fade while any is chosen). */
function districtingCurves(map, asked) {
  'use strict';
  var PAD = 0.2, STEPS = 16, BEND = 0.13, APART = 0.055, LEAST = 16, MANY = 200, CROWD = 800, NEAR = 7;
  var drawn = [], origin = [0, 0];
  /* Bent to the left of the way from giver to taker, so that there and back are two curves, and the next link of the same way lies beside the last. */
  function curve(a, b, nth) {
    var long = Math.hypot(b.x - a.x, b.y - a.y) || 1, bend = BEND + Math.min(nth, 6) * Math.max(APART, Math.min(LEAST / long, 0.3));
    var cx = (a.x + b.x) / 2 + bend * (b.y - a.y), cy = (a.y + b.y) / 2 - bend * (b.x - a.x), q = new Float32Array(2 * STEPS + 2);
    for (var i = 0; i <= STEPS; i++) {
      var t = i / STEPS, u = 1 - t;
      q[2 * i] = u * u * a.x + 2 * u * t * cx + t * t * b.x;
      q[2 * i + 1] = u * u * a.y + 2 * u * t * cy + t * t * b.y;
    }
    return q;
  }
  function box(q) {
    var b = [Infinity, Infinity, -Infinity, -Infinity];
    for (var i = 0; i < q.length; i += 2) { b[0] = Math.min(b[0], q[i]); b[1] = Math.min(b[1], q[i + 1]); b[2] = Math.max(b[2], q[i]); b[3] = Math.max(b[3], q[i + 1]); }
    return b;
  }
  function trace(path, q) { path.moveTo(q[0], q[1]); for (var i = 2; i < q.length; i += 2) { path.lineTo(q[i], q[i + 1]); } }
  /* The head of an arrow beside the mark of the school it points to; `back`: at the giver's end. */
  function head(path, q, size, back) {
    var n = q.length, tip = back ? 0 : n - 2, step = back ? 2 : -2, x = q[tip], y = q[tip + 1], off = 7, i = tip;
    do { i += step; } while (i > 0 && i < n - 2 && Math.hypot(q[i] - x, q[i + 1] - y) < off + size);
    var long = Math.hypot(q[i] - x, q[i + 1] - y) || 1, dx = (x - q[i]) / long, dy = (y - q[i + 1]) / long;
    x -= dx * off; y -= dy * off;
    path.moveTo(x, y); path.lineTo(x - dx * size - dy * size * 0.55, y - dy * size + dx * size * 0.55); path.lineTo(x - dx * size + dy * size * 0.55, y - dy * size - dx * size * 0.55); path.closePath();
  }
  function stroke(g, list, width, alpha, cased) {
    var kinds = {}, far = new Path2D();
    list.forEach(function (d) {
      var look = asked.look(d.k), batch = kinds[look.kind] = kinds[look.kind] || { look: look, lines: new Path2D(), heads: new Path2D() }, b = d.box;
      trace(batch.lines, d.q);
      if (Math.max(b[2] - b[0], b[3] - b[1]) > 26) {
        head(batch.heads, d.q, 4 + 2.2 * width, false);
        if (look.mutual) { head(batch.heads, d.q, 4 + 2.2 * width, true); }
        if (asked.remote(d.k)) { far.moveTo(d.q[STEPS] + 4.5, d.q[STEPS + 1]); far.arc(d.q[STEPS], d.q[STEPS + 1], 4.5, 0, 7); }
      }
    });
    g.globalAlpha = alpha; g.lineJoin = 'round'; g.lineCap = 'butt';
    Object.keys(kinds).reverse().forEach(function (kind) {
      var batch = kinds[kind];
      if (cased) { g.setLineDash([]); g.strokeStyle = '#fff'; g.lineWidth = width + 2.4; g.stroke(batch.lines); g.lineWidth = 2.4; g.stroke(batch.heads); }
      g.setLineDash(batch.look.dash); g.strokeStyle = g.fillStyle = batch.look.colour; g.lineWidth = width; g.stroke(batch.lines);
      g.setLineDash([]); g.fill(batch.heads);
    });
    g.fillStyle = '#fff'; g.strokeStyle = '#1b2733'; g.lineWidth = 1.6; g.fill(far); g.stroke(far);
    g.globalAlpha = 1;
  }
  /* Where links begin and end: seen where the mark of a school is not. */
  function dots(g, list, line) {
    var path = new Path2D(), known = new Set();
    list.forEach(function (d) {
      [0, d.q.length - 2].forEach(function (i) {
        var x = d.q[i], y = d.q[i + 1], key = Math.round(x) + ',' + Math.round(y);
        if (!known.has(key)) { known.add(key); path.moveTo(x + 3, y); path.arc(x, y, line < 2 ? 2.2 : 3, 0, 7); }
      });
    });
    g.setLineDash([]); g.fillStyle = '#fff'; g.strokeStyle = '#1b2733'; g.lineWidth = 1.4; g.stroke(path); g.fill(path);
  }
  var Curves = L.Layer.extend({
    onAdd: function () {
      this._canvas = L.DomUtil.create('canvas', 'leaflet-zoom-hide');
      this._canvas.id = 'curves';
      map.getPane('overlayPane').appendChild(this._canvas);
      map.on('moveend resize', this.draw, this);
      this.draw();
    },
    onRemove: function () { this._canvas.remove(); map.off('moveend resize', this.draw, this); },
    draw: function () {
      if (!this._canvas) { return; }
      var size = map.getSize(), left = Math.round(size.x * PAD), top = Math.round(size.y * PAD), width = size.x + 2 * left, height = size.y + 2 * top;
      var ratio = window.devicePixelRatio || 1, canvas = this._canvas, g = canvas.getContext('2d'), shown = asked.shown(), spots = new Map(), ways = new Map();
      L.DomUtil.setPosition(canvas, map.containerPointToLayerPoint([-left, -top]));
      canvas.width = width * ratio; canvas.height = height * ratio; canvas.style.width = width + 'px'; canvas.style.height = height + 'px';
      g.scale(ratio, ratio);
      origin = [left, top];
      function spot(at) {
        var p = spots.get(at);
        if (!p) { p = map.latLngToContainerPoint(at).add([left, top]); spots.set(at, p); }
        return p;
      }
      function nth(k) { var n = ways.get(asked.way(k)) || 0; ways.set(asked.way(k), n + 1); return n; }
      drawn = shown.map(function (k) { var q = curve(spot(asked.from(k)), spot(asked.to(k)), nth(k)); return { k: k, q: q, box: box(q) }; }).filter(function (d) { var b = d.box; return b[2] > 0 && b[0] < width && b[3] > 0 && b[1] < height; });
      var some = drawn.filter(function (d) { return asked.chosen(d.k); }), rest = some.length ? drawn.filter(function (d) { return !asked.chosen(d.k); }) : drawn;
      var line = shown.length > CROWD ? 1 : shown.length > MANY ? 1.6 : 2.4;
      stroke(g, rest, line, some.length ? 0.22 : shown.length > CROWD ? 0.5 : 1, shown.length <= CROWD && !some.length);
      stroke(g, some, 3, 1, true);
      dots(g, some.length ? some : drawn, line);
      drawn = rest.concat(some);
      canvas.dataset.curves = String(shown.length);
    }
  });
  function away(d, x, y) {
    var q = d.q, best = Infinity;
    for (var i = 2; i < q.length; i += 2) {
      var ax = q[i - 2], ay = q[i - 1], dx = q[i] - ax, dy = q[i + 1] - ay, t = Math.max(0, Math.min(1, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy || 1)));
      best = Math.min(best, Math.hypot(x - ax - t * dx, y - ay - t * dy));
    }
    return best;
  }
  return {
    layer: new Curves(),
    /* The link under a point of the map's frame, -1 for none. */
    at: function (p, finger) {
      var x = p.x + origin[0], y = p.y + origin[1], best = finger ? 2 * NEAR : NEAR, found = -1;
      drawn.forEach(function (d) {
        var b = d.box;
        if (x < b[0] - best || x > b[2] + best || y < b[1] - best || y > b[3] + best) { return; }
        var m = away(d, x, y);
        if (m <= best) { best = m; found = d.k; }
      });
      return found;
    },
    middle: function (k) { var d = drawn.find(function (one) { return one.k === k; }); return d ? [d.q[STEPS] - origin[0], d.q[STEPS + 1] - origin[1]] : null; }
  };
}
