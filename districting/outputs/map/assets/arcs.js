/* Reads format "arcs-1": zigzag varints in base64 -> arcs of [x, y] in micro-degrees -> areas of rings of arcs. */
function decodeArcs(ground) {
  if (ground.format !== 'arcs-1') { throw new Error('unknown geometry format ' + ground.format); }
  function numbers(text) {
    var bytes = atob(text), found = [], value = 0, factor = 1;
    for (var i = 0; i < bytes.length; i++) {
      var byte = bytes.charCodeAt(i);
      value += (byte & 127) * factor;
      factor *= 128;
      if (byte < 128) { found.push(value % 2 ? -(value + 1) / 2 : value / 2); value = 0; factor = 1; }
    }
    return found;
  }
  var n = numbers(ground.arcs), at = 0, arcs = [];
  for (var a = 0; a < ground.arc_count; a++) {
    var count = n[at++], x = 0, y = 0, points = new Float64Array(2 * count);
    for (var p = 0; p < count; p++) { x += n[at++]; y += n[at++]; points[2 * p] = x / 1e6; points[2 * p + 1] = y / 1e6; }
    arcs.push(points);
  }
  var r = numbers(ground.areas), k = 0, areas = [];
  for (var u = 0; u < ground.area_count; u++) {
    var rings = [];
    for (var q = r[k++]; q > 0; q--) { var ring = []; for (var c = r[k++]; c > 0; c--) { ring.push(r[k++]); } rings.push(ring); }
    areas.push(rings);
  }
  return { arcs: arcs, areas: areas };
}
