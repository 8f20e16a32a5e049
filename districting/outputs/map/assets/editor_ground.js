/* Colours and number labels of groups (zones, districts) that an edit changes. Borders are those of the map, across cut edges too. */
function districtingEditorGround(ed) {
  'use strict';
  var page = ed.page, sides = null;
  /* The two areas on both sides of every arc of the page's outlines; -1 = none. */
  function bothSides() {
    if (sides) { return sides; }
    var g = page.ground, u, r, h, a;
    sides = new Int32Array(2 * g.arcs).fill(-1);
    for (u = 0; u + 1 < g.areaStart.length; u++) {
      for (r = g.areaStart[u]; r < g.areaStart[u + 1]; r++) { for (h = g.ringStart[r]; h < g.ringStart[r + 1]; h++) { a = 2 * g.arcOf[h]; sides[sides[a] < 0 ? a : a + 1] = u; } }
    }
    return sides;
  }
  function middle(u) { var at = [0, 0]; return page.areas.middle(u, at) ? [at[1], at[0]] : null; }
  /* A group takes another colour only when it has come to touch one of its own; its number goes to the block nearest to its middle. `rows` are the groups, `group` (n,) the label of
     each block, `changed` the groups with other blocks than before, `plan` the rows of the plan, which come back where a group has its own blocks again. */
  ed.ground = {
    follow: function (rows, group, changed, plan) {
      if (!changed.length) { return; }
      var both = bothSides(), touches = {}, blocks = {}, size = page.data.palette.length, i;
      changed = changed.filter(function (z) { return z >= 0 && rows[z]; });
      changed.forEach(function (z) { touches[z] = {}; blocks[z] = []; });
      for (i = 0; i < both.length; i += 2) {
        if (both[i] < 0 || both[i + 1] < 0) { continue; }
        var a = group[both[i]], b = group[both[i + 1]];
        if (a === b || a < 0 || b < 0) { continue; }
        if (touches[a]) { touches[a][b] = true; }
        if (touches[b]) { touches[b][a] = true; }
      }
      for (i = 0; i < group.length; i++) { if (blocks[group[i]]) { blocks[group[i]].push(i); } }
      changed.forEach(function (z) {
        var taken = {}, next;
        Object.keys(touches[z]).forEach(function (y) { taken[rows[y].colour % size] = true; });
        if (taken[rows[z].colour % size]) { for (next = 0; next < size && taken[next]; next++) { /* the first free one: light ones come first */ } if (next < size) { rows[z].colour = next; } }
        rows[z].at = blocks[z].length ? spot(blocks[z], plan[z].at, group, z) : null;
      });
    }
  };
  function spot(blocks, at, group, z) {
    var u = at ? page.areas.at(L.latLng(at[0], at[1])) : -1, x = 0, y = 0, n = 0, best = null, least = Infinity;
    if (u >= 0 && group[u] === z) { return at; }
    blocks.forEach(function (v) { var m = middle(v); if (m) { y += m[0]; x += m[1]; n++; } });
    blocks.forEach(function (v) { var m = middle(v), d = m ? Math.pow(m[0] - y / n, 2) + Math.pow(m[1] - x / n, 2) : Infinity; if (d < least) { least = d; best = m; } });
    return best;
  }
}
