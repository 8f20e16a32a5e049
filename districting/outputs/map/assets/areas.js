/* The areas (blocks, zones, districts) on one canvas. `look` answers: count, group(u), colour(group), hatched(u), chosen(), thick().
   Shared borders are stored once, so the ground of a zone is the walk along the arcs whose other side belongs to another group: nothing is dissolved, and no two fills of
   one colour meet, so that no seams or specks show at any zoom. Groups are read when the layer is told to draw; a moved map is only painted again. */
function districtingAreas(map, ground, look) {
  'use strict';
  var PAD = 0.2, ROOMY = 14, TINY = 5, FINE = 0.9, SMALL = 16, PATCHY = 0.2, MANY = look.many === undefined ? 12000 : look.many, APART = 8, TILE = 160, CROWD = 6000, BUNCH = 100, GRAINS = 3, UNIT = Math.pow(2, -32);
  /* Canvas margin as a share of the view. Pixels of a block over which it gets a border, under which a patchwork shows it as a box. Pixels that a left-out corner may be off,
     twice as many in a patchwork of blocks under SMALL. Share and number of borders from which a view is a patchwork; pixels of its tiles. Pixels between borders, below which
     they would blacken the map and are left out. Lines from which they are thin; lines of a
     path. Zooms whose corners are kept. */
  var S = ground.steps, box = ground.areaBox, count = look.count, HATCH = 7, grains = [], scene = null, tile = null;

  /* ---- the ground in the map's own plane: shares of the world's width, from the west and from the north ---- */
  function north(y) { var s = Math.sin(y / S * Math.PI / 180); return 0.5 - Math.log((1 + s) / (1 - s)) / (4 * Math.PI); }
  /* North of every point, by a parabola for every 4096 steps, in whole numbers of which 2^32 make up the world (a 32nd of a pixel at zoom 19), from the equator south:
     written over the steps themselves, so that a large city is not kept twice. */
  function norths(ys) {
    var table = {}, i, y, t, d;
    for (i = 0; i < ys.length; i++) {
      y = ys[i];
      t = table[y >> 12];
      if (!t) {
        var middle = ((y >> 12) << 12) + 2048, a = north(middle - 2048), b = north(middle), c = north(middle + 2048);
        t = table[y >> 12] = { middle: middle, b: b, slope: (c - a) / 4096, bend: (a + c - 2 * b) / (2 * 2048 * 2048) };
      }
      d = y - t.middle;
      ys[i] = Math.max(-2147483648, Math.min(2147483647, Math.round((t.b + d * (t.slope + d * t.bend) - 0.5) / UNIT)));
    }
    return ys;
  }
  if (!ground.north) { ground.north = norths(ground.y); ground.northUnit = UNIT; ground.y = null; }
  var X = ground.x, Y = ground.north;
  var typical = (function () {
    var widths = new Float64Array(count), n = 0;
    for (var u = 0; u < count; u++) { if (box[4 * u] <= box[4 * u + 2]) { widths[n++] = box[4 * u + 2] - box[4 * u]; } }
    return n ? widths.subarray(0, n).sort()[n >> 1] / S / 360 : 0;
  })();

  /* The side of a square as large as all blocks together: with the number of grounds it tells how far apart borders lie. */
  var spread = (function () {
    var sum = 0;
    for (var u = 0; u < count; u++) { if (box[4 * u] <= box[4 * u + 2]) { sum += (box[4 * u + 2] - box[4 * u]) * (box[4 * u + 3] - box[4 * u + 1]); } }
    return Math.sqrt(sum) / S / 360;
  })();

  /* Where each frame works, made once: a frame that leaves lists behind doubles the memory of a large city. */
  var scratch = { kept: null, seen: new Int32Array(ground.arcs), span: null };
  for (var longest = 0, c = 0; c < ground.arcs; c++) { longest = Math.max(longest, ground.arcStart[c + 1] - ground.arcStart[c]); }
  scratch.kept = longest > 65535 ? new Int32Array(X.length) : new Uint16Array(X.length);

  /* ---- corners that can be seen at a zoom: of each arc both ends, and between them what lies further from the last than the eye tells, counted from the arc's beginning.
     The last few zooms are kept. ---- */
  function grained(world) {
    var coarse = scene.patchy && typical * world < SMALL ? 2 : 1, level = Math.floor(2 * Math.log(coarse * FINE / world) / Math.LN2), far = Math.pow(2, level / 2), starts = ground.arcStart, n = ground.arcs;
    for (var g = 0; g < grains.length; g++) { if (grains[g].level === level) { grains.unshift(grains.splice(g, 1)[0]); return grains[0]; } }
    var kept = scratch.kept, start = new Int32Array(n + 1), k = 0;
    for (var a = 0; a < n; a++) {
      var begin = starts[a], i = begin, end = starts[a + 1] - 1, last = i;
      kept[k++] = 0;
      while (++i < end) {
        if (Math.abs(X[i] - X[last]) / S / 360 + Math.abs(Y[i] - Y[last]) * UNIT >= far) { kept[k++] = i - begin; last = i; }
      }
      kept[k++] = end - begin;
      start[a + 1] = k;
    }
    grains.unshift({ level: level, kept: kept.slice(0, k), start: start });
    grains.length = Math.min(grains.length, GRAINS);
    return grains[0];
  }

  /* ---- what is shown, until the layer is told to draw again ---- */
  function same(a, b) { for (var i = 0; i < a.length; i++) { if (a[i] !== b[i]) { return false; } } return true; }
  function read() {
    var group = new Int32Array(count), mark = new Int8Array(count), marked = false, u;
    for (u = 0; u < count; u++) { group[u] = look.group(u); if (look.hatched(u)) { mark[u] = 1; marked = true; } }
    if (!scene || !same(scene.group, group)) { scene = { group: group, zones: dissolvedArcs(ground, group), mark: null, marked: null }; }
    if (!scene.mark || !same(scene.mark, mark)) { scene.mark = mark; scene.marked = marked ? dissolvedArcs(ground, mark) : null; }
    if (!scene.whole) { scene.whole = dissolvedArcs(ground, new Int8Array(count)); }
    scene.patchy = scene.zones.borders.length > Math.max(MANY, PATCHY * ground.arcs);
  }

  /* ---- one view ---- */
  function View(width, height, origin, world) {
    this.width = width; this.height = height; this.world = world; this.perStep = world / S / 360; this.left = world / 2 - origin.x; this.perNorth = world * UNIT; this.top = world / 2 - origin.y; this.grain = grained(world);
    var S360 = S * 360, west = (origin.x / world - 0.5) * S360, east = ((origin.x + width) / world - 0.5) * S360;
    function south(y) { return (2 * Math.atan(Math.exp((0.5 - y / world) * 2 * Math.PI)) - Math.PI / 2) * 180 / Math.PI * S; }
    this.box = [west, south(origin.y + height), east, south(origin.y)];
  }
  View.prototype.sees = function (boxes, k) { var b = this.box; return boxes[k + 2] >= b[0] && boxes[k] <= b[2] && boxes[k + 3] >= b[1] && boxes[k + 1] <= b[3]; };
  /* Paths are left open: a fill closes them, their last point is their first, and closePath takes longer the longer the path is. */
  View.prototype.run = function (path, a, back, move) {
    var kept = this.grain.kept, from = this.grain.start[a], to = this.grain.start[a + 1], begin = ground.arcStart[a], perStep = this.perStep, left = this.left, perNorth = this.perNorth, top = this.top, i, j;
    if (move) { j = begin + kept[back ? to - 1 : from]; path.moveTo(X[j] * perStep + left, Y[j] * perNorth + top); }
    if (back) { for (i = to - 2; i >= from; i--) { j = begin + kept[i]; path.lineTo(X[j] * perStep + left, Y[j] * perNorth + top); } }
    else { for (i = from + 1; i < to; i++) { j = begin + kept[i]; path.lineTo(X[j] * perStep + left, Y[j] * perNorth + top); } }
  };
  /* A ring out of sight is left out; of a ring in sight the arcs out of sight are straight lines. */
  View.prototype.ring = function (path, refs, from, to) {
    var seen = 0, boxes = ground.arcBox, h, a, w = Infinity, s = Infinity, e = -Infinity, n = -Infinity;
    for (h = from; h < to; h++) {
      a = 4 * ground.arcOf[refs[h]];
      if (boxes[a] < w) { w = boxes[a]; } if (boxes[a + 1] < s) { s = boxes[a + 1]; } if (boxes[a + 2] > e) { e = boxes[a + 2]; } if (boxes[a + 3] > n) { n = boxes[a + 3]; }
    }
    if (!this.sees([w, s, e, n], 0)) { return seen; }
    for (h = from; h < to; h++) {
      a = ground.arcOf[refs[h]];
      if (this.sees(boxes, 4 * a)) { this.run(path, a, ground.backwards[refs[h]], h === from); seen++; continue; }
      var back = ground.backwards[refs[h]], one = ground.arcStart[a], other = ground.arcStart[a + 1] - 1;
      if (h === from) { path.moveTo(X[back ? other : one] * this.perStep + this.left, Y[back ? other : one] * this.perNorth + this.top); }
      path.lineTo(X[back ? one : other] * this.perStep + this.left, Y[back ? one : other] * this.perNorth + this.top);
    }
    return seen;
  };
  View.prototype.rings = function (of) {
    var path = new Path2D();
    for (var r = 0; r + 1 < of.start.length; r++) { this.ring(path, of.refs, of.start[r], of.start[r + 1]); }
    return path;
  };
  View.prototype.area = function (path, u) {
    for (var r = ground.areaStart[u]; r < ground.areaStart[u + 1]; r++) {
      for (var h = ground.ringStart[r]; h < ground.ringStart[r + 1]; h++) { this.run(path, ground.arcOf[h], ground.backwards[h], h === ground.ringStart[r]); }
    }
  };
  /* Lines go in short paths, which are quicker to stroke than a long one. Where there are very many they are a pixel wide, which is quicker still, and does not blacken the map. */
  View.prototype.arcs = function (g, arcs, total, style, line) {
    var seen = scratch.seen, count = 0, i, a;
    for (i = 0; i < total; i++) { a = arcs ? arcs[i] : i; if (this.sees(ground.arcBox, 4 * a)) { seen[count++] = a; } }
    g.strokeStyle = style; g.lineWidth = count > CROWD ? Math.min(line, 1) : line; g.lineJoin = 'bevel';
    for (i = 0; i < count; i++) {
      if (i % BUNCH === 0) { if (i) { g.stroke(); } g.beginPath(); }
      this.run(g, seen[i], false, true);
    }
    if (count) { g.stroke(); }
  };
  /* Rings run counter-clockwise outside and clockwise inside, so the default rule fills overlaps of dirty input instead of punching holes. */
  View.prototype.fills = function () {
    var of = scene.zones, paths = {};
    for (var r = 0; r + 1 < of.start.length; r++) {
      var colour = look.colour(of.group[r]), path = paths[colour] = paths[colour] || new Path2D();
      this.ring(path, of.refs, of.start[r], of.start[r + 1]);
    }
    return paths;
  };
  /* A patchwork has rings that wind through the whole view, and long rings are slow to fill: its blocks are drawn one by one, tile by tile. Tiles are cut at whole pixels
     and a block on the edge is drawn in both, so that no seam shows; in a tile all blocks of a colour are one path. A block of a few pixels is a box, whatever the others are. */
  View.prototype.patchwork = function (g) {
    var view = this, across = Math.ceil(this.width / TILE), down = Math.ceil(this.height / TILE), perStep = this.perStep, left = this.left, of = {}, u, k, c, r;
    var start = new Int32Array(across * down + 1), span = scratch.span = scratch.span || new Int16Array(4 * count), listed;
    function each(act) { for (u = 0; u < count; u++) { k = 4 * u; if (span[k + 2] < 0) { continue; } for (r = span[k + 1]; r <= span[k + 3]; r++) { for (c = span[k]; c <= span[k + 2]; c++) { act(r * across + c, u); } } } }
    function top(u, end) { return boxNorth[2 * u + end] * view.perNorth + view.top; }
    for (u = 0; u < count; u++) {
      k = 4 * u;
      span[k + 2] = -1;
      if (!this.sees(box, k)) { continue; }
      span[k] = Math.max(0, Math.floor((box[k] * perStep + left) / TILE)); span[k + 2] = Math.min(across - 1, Math.floor((box[k + 2] * perStep + left) / TILE));
      span[k + 1] = Math.max(0, Math.floor(top(u, 0) / TILE)); span[k + 3] = Math.min(down - 1, Math.floor(top(u, 1) / TILE));
    }
    each(function (t) { start[t + 1]++; });
    for (var t = 0; t < across * down; t++) { start[t + 1] += start[t]; }
    var fill = start.slice(0, across * down);
    listed = new Int32Array(start[across * down]);
    each(function (t, u) { listed[fill[t]++] = u; });
    for (t = 0; t < across * down; t++) {
      if (start[t] === start[t + 1]) { continue; }
      var paths = {};
      for (var i = start[t]; i < start[t + 1]; i++) {
        u = listed[i]; k = 4 * u;
        var group = scene.group[u], colour = of[group] || (of[group] = look.colour(group)), path = paths[colour] = paths[colour] || new Path2D(), y = top(u, 0);
        var wide = (box[k + 2] - box[k]) * perStep, high = top(u, 1) - y;
        if (wide < TINY && high < TINY) { path.rect(box[k] * perStep + left, y, wide, high); } else { this.area(path, u); }
      }
      g.save(); g.beginPath(); g.rect(t % across * TILE, Math.floor(t / across) * TILE, TILE, TILE); g.clip();
      paintAll(g, paths);
      g.restore();
    }
  };
  function paintAll(g, paths) { Object.keys(paths).forEach(function (colour) { g.fillStyle = colour; g.fill(paths[colour], 'nonzero'); }); }
  var boxNorth = (function () { var ys = new Int32Array(2 * count), u; for (u = 0; u < count; u++) { ys[2 * u] = box[4 * u + 3]; ys[2 * u + 1] = box[4 * u + 1]; } return norths(ys); })();
  function commonest() {
    var tally = {}, best = -1, most = 0;
    for (var u = 0; u < count; u++) { var g = scene.group[u], n = tally[g] = (tally[g] || 0) + 1; if (n > most) { most = n; best = g; } }
    return best;
  }
  function hatching(g) {
    if (!tile) {
      tile = document.createElement('canvas'); tile.width = tile.height = HATCH;
      var t = tile.getContext('2d');
      t.strokeStyle = 'rgba(0,0,0,.45)'; t.lineWidth = 1; t.beginPath();
      [-HATCH, 0, HATCH].forEach(function (x) { t.moveTo(x, HATCH); t.lineTo(x + HATCH, 0); t.moveTo(x - HATCH, 2 * HATCH); t.lineTo(x + 2 * HATCH, -HATCH); });
      t.stroke();
    }
    return g.createPattern(tile, 'repeat');
  }
  function paint(canvas, view, ratio) {
    var g = canvas.getContext('2d'), pixels = typical * view.world;
    g.setTransform(1, 0, 0, 1, 0, 0); g.clearRect(0, 0, canvas.width, canvas.height); g.scale(ratio, ratio);
    // Where two colours meet, each covers a part of a pixel: what shows between them is the commonest colour, not the paper.
    if (count) { g.fillStyle = look.colour(commonest()); g.fill(view.rings(scene.whole)); }
    if (scene.patchy) { view.patchwork(g); } else { paintAll(g, view.fills()); }
    if (scene.marked) { view.hatched(g); }
    if (pixels > ROOMY) { view.arcs(g, null, ground.arcs, 'rgba(40,50,60,.28)', 0.6); }
    if (pixels > ROOMY || spread * view.world > APART * Math.sqrt(scene.zones.start.length)) { view.arcs(g, scene.zones.borders, scene.zones.borders.length, '#2b2b2b', look.thick() ? 2 : 1.4); }
    else { view.arcs(g, scene.whole.borders, scene.whole.borders.length, '#2b2b2b', 1.4); }
    var chosen = look.chosen();
    if (chosen >= 0) { var ring = new Path2D(); view.area(ring, chosen); g.strokeStyle = '#fff'; g.lineWidth = 6; g.stroke(ring); g.strokeStyle = '#d60000'; g.lineWidth = 3; g.stroke(ring); }
    canvas.dataset.drawn = String(Number(canvas.dataset.drawn || 0) + 1);
  }
  View.prototype.hatched = function (g) {
    var of = scene.marked, path = new Path2D();
    for (var r = 0; r + 1 < of.start.length; r++) { if (of.group[r] === 1) { this.ring(path, of.refs, of.start[r], of.start[r + 1]); } }
    g.fillStyle = hatching(g); g.fill(path);
  };
  var Areas = L.Layer.extend({
    onAdd: function () {
      this._canvas = L.DomUtil.create('canvas', 'leaflet-zoom-hide');
      this._canvas.id = 'areas';
      map.getPane('overlayPane').appendChild(this._canvas);
      map.on('moveend resize', this.later, this);
      this.draw();
    },
    onRemove: function () { this._canvas.remove(); map.off('moveend resize', this.later, this); if (this._frame) { cancelAnimationFrame(this._frame); this._frame = 0; } },
    /* What is shown has changed: read and painted at once. */
    draw: function () { read(); this.paint(); },
    /* The map has moved: painted once before the next frame, however often it moved. */
    later: function () { var layer = this; this._frame = this._frame || requestAnimationFrame(function () { layer.paint(); }); },
    paint: function () {
      if (this._frame) { cancelAnimationFrame(this._frame); this._frame = 0; }
      var size = map.getSize(), left = Math.round(size.x * PAD), top = Math.round(size.y * PAD), width = size.x + 2 * left, height = size.y + 2 * top, ratio = window.devicePixelRatio || 1, canvas = this._canvas;
      var begun = performance.now(), origin = map.getPixelBounds().min.subtract([left, top]);
      L.DomUtil.setPosition(canvas, map.containerPointToLayerPoint([-left, -top]));
      if (canvas.width !== Math.floor(width * ratio) || canvas.height !== Math.floor(height * ratio)) { canvas.width = width * ratio; canvas.height = height * ratio; canvas.style.width = width + 'px'; canvas.style.height = height + 'px'; }
      paint(canvas, new View(width, height, origin, 256 * Math.pow(2, map.getZoom())), ratio);
      canvas.dataset.ms = (performance.now() - begun).toFixed(1);
    }
  });

  /* ---- where things are ---- */
  function holds(u, x, y) {
    var k = 4 * u, inside = false, down = (north(y) - 0.5) / UNIT;
    if (x < box[k] || x > box[k + 2] || y < box[k + 1] || y > box[k + 3]) { return false; }
    for (var h = ground.ringStart[ground.areaStart[u]], end = ground.ringStart[ground.areaStart[u + 1]]; h < end; h++) {
      var a = ground.arcOf[h];
      for (var i = ground.arcStart[a] + 1; i < ground.arcStart[a + 1]; i++) {
        var ax = X[i - 1], ay = Y[i - 1], bx = X[i], by = Y[i];
        if ((ay > down) !== (by > down) && x < (bx - ax) * (down - ay) / (by - ay) + ax) { inside = !inside; }
      }
    }
    return inside;
  }
  /* Which areas' boxes reach into each cell of a grid over the whole, about one area a cell. */
  var index = (function () {
    var w = Infinity, s = Infinity, e = -Infinity, n = -Infinity, u, k, r, c, side = Math.max(1, Math.min(512, Math.round(Math.sqrt(count))));
    for (k = 0; k < 4 * count; k += 4) { if (box[k] <= box[k + 2]) { w = Math.min(w, box[k]); s = Math.min(s, box[k + 1]); e = Math.max(e, box[k + 2]); n = Math.max(n, box[k + 3]); } }
    var start = new Int32Array(side * side + 1), across = (e - w + 1) / side, down = (n - s + 1) / side;
    function each(act) {
      for (u = 0; u < count; u++) {
        k = 4 * u;
        if (box[k] > box[k + 2]) { continue; }
        for (r = Math.floor((box[k + 1] - s) / down); r <= Math.floor((box[k + 3] - s) / down); r++) {
          for (c = Math.floor((box[k] - w) / across); c <= Math.floor((box[k + 2] - w) / across); c++) { act(r * side + c); }
        }
      }
    }
    each(function (cell) { start[cell + 1]++; });
    for (var i = 0; i < side * side; i++) { start[i + 1] += start[i]; }
    var fill = start.slice(0, side * side), areas = new Int32Array(start[side * side]);
    each(function (cell) { areas[fill[cell]++] = u; });
    return { start: start, areas: areas, side: side, west: w, south: s, across: across, down: down };
  })();
  function cellOf(x, y) {
    var c = Math.floor((x - index.west) / index.across), r = Math.floor((y - index.south) / index.down);
    return c >= 0 && r >= 0 && c < index.side && r < index.side ? r * index.side + c : -1;
  }
  function boxAt(u) { var k = 4 * u; return box[k] <= box[k + 2] ? [box[k] / S, box[k + 1] / S, box[k + 2] / S, box[k + 3] / S] : [180, 90, -180, -90]; }
  return {
    layer: new Areas(),
    boxAt: boxAt,
    /* Middle of an area in degrees, from the west and from the south, into `at`; false where it is nothing. */
    middle: function (u, at) { var k = 4 * u; at[0] = (box[k] + box[k + 2]) / 2 / S; at[1] = (box[k + 1] + box[k + 3]) / 2 / S; return box[k] <= box[k + 2]; },
    north: north,
    at: function (latlng) {
      var x = latlng.lng * S, y = latlng.lat * S, cell = cellOf(x, y);
      for (var i = cell < 0 ? 0 : index.start[cell], end = cell < 0 ? 0 : index.start[cell + 1]; i < end; i++) { if (holds(index.areas[i], x, y)) { return index.areas[i]; } }
      return -1;
    },
    boxOf: function (test) {
      var w = Infinity, s = Infinity, e = -Infinity, n = -Infinity;
      for (var u = 0; u < count; u++) {
        var k = 4 * u;
        if (box[k] > box[k + 2] || !test(u)) { continue; }
        if (box[k] < w) { w = box[k]; } if (box[k + 1] < s) { s = box[k + 1]; } if (box[k + 2] > e) { e = box[k + 2]; } if (box[k + 3] > n) { n = box[k + 3]; }
      }
      return w <= e ? [w / S, s / S, e / S, n / S] : null;
    }
  };
}
