/* Reads format "arcs-2" of topology.py into flat arrays, with what is looked up again and again: boxes, the two sides of each arc, the way round each ring.
   A ref is one arc in one ring; `next` is the ref after it in its ring, `twin` the ref of the same arc run the other way, -1 where nobody has it,
   `first` is 1 for one ref of each arc. */
function decodeArcs(ground) {
  'use strict';
  if (ground.format !== 'arcs-2') { throw new Error('unknown geometry format ' + ground.format); }
  function refuse() { throw new Error('lists of the geometry do not fit together'); }
  function starts(sizes) { var found = new Int32Array(sizes.length + 1); for (var i = 0; i < sizes.length; i++) { found[i + 1] = found[i] + sizes[i]; } return found; }
  function summed(text) { var steps = unpackedNumbers(text), sum = 0; for (var i = 0; i < steps.length; i++) { sum += steps[i]; steps[i] = sum; } return steps; }
  var x = summed(ground.x), y = summed(ground.y), arcStart = starts(unpackedNumbers(ground.sizes)), ringStart = starts(unpackedNumbers(ground.ring_sizes));
  var areaStart = starts(unpackedNumbers(ground.rings)), written = unpackedNumbers(ground.refs), arcs = arcStart.length - 1, areas = areaStart.length - 1, refs = written.length;
  if (arcs !== ground.arc_count || areas !== ground.area_count || x.length !== ground.point_count || y.length !== x.length || arcStart[arcs] !== x.length) { refuse(); }
  if (areaStart[areas] !== ringStart.length - 1 || ringStart[ringStart.length - 1] !== refs) { refuse(); }
  var arcOf = new Int32Array(refs), backwards = new Uint8Array(refs), areaOf = new Int32Array(refs), next = new Int32Array(refs), twin = new Int32Array(refs).fill(-1);
  var left = new Int32Array(arcs).fill(-1), right = new Int32Array(arcs).fill(-1), first = new Uint8Array(refs), known = 0, h, a, u, r;
  for (h = 0; h < refs; h++) {
    a = written[h] ? known - Math.abs(written[h]) : known++;
    if (a < 0 || a >= arcs) { throw new Error('the geometry names an arc that has not occurred'); }
    arcOf[h] = a;
    if (written[h] > 0) { backwards[h] = 1; if (right[a] < 0) { right[a] = h; } } else if (left[a] < 0) { left[a] = h; }
  }
  if (known !== arcs) { refuse(); }
  for (a = 0; a < arcs; a++) {
    if (left[a] >= 0 && right[a] >= 0) { twin[left[a]] = right[a]; twin[right[a]] = left[a]; }
    if (left[a] >= 0 || right[a] >= 0) { first[left[a] >= 0 ? left[a] : right[a]] = 1; }
  }
  for (u = 0; u < areas; u++) {
    for (r = areaStart[u]; r < areaStart[u + 1]; r++) {
      for (h = ringStart[r]; h < ringStart[r + 1]; h++) { areaOf[h] = u; next[h] = h + 1 < ringStart[r + 1] ? h + 1 : ringStart[r]; }
    }
  }
  /* West, south, east, north in steps: of each arc, of each area (an area of nothing has its west east of its east). */
  var arcBox = new Int32Array(4 * arcs), areaBox = new Int32Array(4 * areas), i, k;
  for (a = 0; a < arcs; a++) {
    var w = Infinity, s = Infinity, e = -Infinity, n = -Infinity;
    for (i = arcStart[a]; i < arcStart[a + 1]; i++) { if (x[i] < w) { w = x[i]; } if (x[i] > e) { e = x[i]; } if (y[i] < s) { s = y[i]; } if (y[i] > n) { n = y[i]; } }
    k = 4 * a; arcBox[k] = w; arcBox[k + 1] = s; arcBox[k + 2] = e; arcBox[k + 3] = n;
  }
  for (u = 0; u < areas; u++) { k = 4 * u; areaBox[k] = areaBox[k + 1] = 2147483647; areaBox[k + 2] = areaBox[k + 3] = -2147483648; }
  for (h = 0; h < refs; h++) {
    k = 4 * areaOf[h]; a = 4 * arcOf[h];
    if (arcBox[a] < areaBox[k]) { areaBox[k] = arcBox[a]; }
    if (arcBox[a + 1] < areaBox[k + 1]) { areaBox[k + 1] = arcBox[a + 1]; }
    if (arcBox[a + 2] > areaBox[k + 2]) { areaBox[k + 2] = arcBox[a + 2]; }
    if (arcBox[a + 3] > areaBox[k + 3]) { areaBox[k + 3] = arcBox[a + 3]; }
  }
  return {
    steps: ground.steps_per_degree, areas: areas, arcs: arcs, x: x, y: y, arcStart: arcStart, ringStart: ringStart, areaStart: areaStart,
    arcOf: arcOf, backwards: backwards, areaOf: areaOf, next: next, twin: twin, first: first, arcBox: arcBox, areaBox: areaBox
  };
}
/* Rings and borders of groups of areas, without cutting anything: walks along refs whose twin belongs to another group. At the end of such a ref it turns through the
   areas of its group until it meets the next one; each ref has one successor and one predecessor, so every walk comes back to where it began, whatever the input.
   `group` (areas,) -> `refs` of all rings in turn, `start` (rings + 1) of each, `first` is the group of each ring, `borders` are the arcs between different groups. */
function dissolvedArcs(ground, group) {
  'use strict';
  var arcOf = ground.arcOf, areaOf = ground.areaOf, next = ground.next, twin = ground.twin, total = arcOf.length, seen = new Uint8Array(total);
  var refs = new Int32Array(total), start = [0], of = [], count = 0, borders = new Int32Array(ground.arcs), arcs = 0;
  for (var first = 0; first < total; first++) {
    if (seen[first]) { continue; }
    var g = group[areaOf[first]], h = first, t = twin[h];
    if (t >= 0 && group[areaOf[t]] === g) { continue; }
    do {
      seen[h] = 1; refs[count++] = h;
      if (ground.first[h]) { borders[arcs++] = arcOf[h]; }
      h = next[h];
      while ((t = twin[h]) >= 0 && group[areaOf[t]] === g) { h = next[t]; }
    } while (h !== first);
    start.push(count); of.push(g);
  }
  return { refs: refs.slice(0, count), start: start, group: of, borders: borders.slice(0, arcs) };
}
