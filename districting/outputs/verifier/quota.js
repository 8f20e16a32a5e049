/* Quotas to juniors (quota-1): shares, totals, and the table nearest to the shares by cycles of negative cost. */
(function () {
  "use strict";

  var whole = districting.whole, filled = districting.filled, sum = districting.sum, UNIT = 1e9, FAR = 1e14;

  function read(lines) {
    var rows = districting.rowsOf(lines, [["rule", 2], ["senior", 4], ["junior", 4]], []), n = rows.of.junior.length, seniors;
    var rounding = rows.rule("rounding", function (r) { if (r !== "draw" && r !== "largest_remainder") throw new Error(r); return r; }), floor = rows.rule("floor", whole);
    var juniors = rows.each("junior", function (f) {
      var factor = districting.number(f[3]);
      if (factor < 0) throw new Error(f[3]);
      return { token: f[1], eligible: whole(f[2]), factor: factor };
    });
    seniors = rows.each("senior", function (f) {
      var serves = filled(n, f[3] === "all");
      if (f[3] !== "all" && f[3] !== "-") f[3].split(",").forEach(function (j) { serves[districting.below(j, n)] = true; });
      return { token: f[1], places: whole(f[2]), serves: serves };
    });
    if (!n || !seniors.length) throw { line: 1 };
    return { labels: rows.rules, rounding: rounding, floor: floor, juniors: juniors, seniors: seniors, entries: juniors };
  }

  function columns(table) { return table.reduce(function (sums, row) { return sums.map(function (v, j) { return v + row[j]; }); }, filled(table[0].length, 0)); }

  /* ---- shares ---- */

  function shares(list) {
    var allowed = list.seniors.map(function (s) { return list.juniors.map(function (j, k) { return s.serves[k] && j.eligible * j.factor > 0; }); });
    var floors = list.juniors.map(function (j, k) { return allowed.some(function (row) { return row[k]; }) ? list.floor : 0; }), exact, share, lifted;
    exact = list.seniors.map(function (s, i) {
      var weight = list.juniors.map(function (j, k) { return allowed[i][k] ? j.eligible * j.factor : 0; }), all = sum(weight);
      return weight.map(function (w) { return all > 0 ? w * s.places / all : 0; });
    });
    share = columns(exact);
    if (share.every(function (v, j) { return v >= floors[j] - 1e-9; })) return exact;
    lifted = spread(exact, list.seniors.map(function (s) { return s.places; }), lift(share, floors));
    if (!lifted) throw { beyond: true };
    return lifted;
  }

  function lift(share, floor) {
    var up = share.map(function (v, j) { return v < floor[j]; }), out, free, left, more;
    function some(is) { return share.filter(function (v, j) { return up[j] === is; }); }
    out = share.map(function (v, j) { return up[j] ? floor[j] : v; });
    while (up.some(Boolean) && !up.every(Boolean)) {
      free = sum(some(false));
      left = sum(share) - sum(floor.filter(function (f, j) { return up[j]; }));
      out = share.map(function (v, j) { return up[j] ? floor[j] : v * (free ? left / free : 0); });
      more = out.map(function (v, j) { return !up[j] && v < floor[j] - 1e-12; });
      if (!more.some(Boolean)) break;
      up = up.map(function (u, j) { return u || more[j]; });
    }
    return sum(floor) >= sum(share) - 1e-9 ? floor.slice() : out;
  }

  /* Every row and column times factors until both sums are as given; null where that does not settle. */
  function spread(table, rows, wanted) {
    var out = table.map(function (row) { return row.slice(); }), round, most = Math.max.apply(null, wanted.concat([0]));
    function far(sums, given) { return Math.max.apply(null, sums.map(function (v, i) { return Math.abs(v - given[i]); })); }
    function scaleColumns(sums) { out = out.map(function (row) { return row.map(function (v, j) { return v * (sums[j] > 0 ? wanted[j] / sums[j] : 0); }); }); }
    function scaleRow(row, i) { var all = sum(row), by = all > 0 ? rows[i] / all : 0; return row.map(function (v) { return v * by; }); }
    for (round = 0; round < 2000; round++) {
      scaleColumns(columns(out));
      out = out.map(scaleRow);
      if (far(columns(out), wanted) < 1e-11 * Math.max(1, most)) return far(out.map(sum), rows) < 1e-8 ? out : null;
    }
    return null;
  }

  /* ---- totals of the juniors ---- */

  /* To the nearest whole number; of two alike the even one. */
  function even(value) { var low = Math.floor(value), rest = value - low; return rest < 0.5 || (rest === 0.5 && low % 2 === 0) ? low : low + 1; }

  function totals(share, place, rounding) {
    var parts = share.map(function (v) { return Math.floor(v + 1e-9); });
    var rest = share.map(function (v, j) { return even(Math.max(v - parts[j], 0) * 1e9) / 1e9; }), key;
    key = rounding === "largest_remainder" ? rest.map(function (r) { return -r; }) : rest.map(function (r) { return r <= 1e-9 ? 1 : 0; });
    share.map(function (v, j) { return j; }).sort(function (a, b) { return key[a] - key[b] || place[a] - place[b]; })
      .slice(0, even(sum(share)) - sum(parts)).forEach(function (j) { parts[j]++; });
    return parts;
  }

  /* ---- the nearest table ---- */

  function tie(senior, place) { return parseInt(districting.sha256("tie|" + (senior + 1) + "|" + (place + 1)).slice(0, 8), 16) >>> 1; }

  /* From the whole parts on. One more row and column of cells that cost much hold what is still to give, so that there is always a table; a row of slack holds what the juniors may have less. */
  function nearest(exact, rows, low, high, place) {
    var ns = rows.length, nj = low.length, slack = sum(high) - sum(rows), cells = [], wanted = high.slice(), at = filled(ns + 2, function () { return filled(nj + 1, null); }), cycle;
    function cell(i, j, up, side, bend, most, value) { cells.push(at[i][j] = { i: i, j: j, up: up, side: side, bend: bend, most: most, value: value, tie: i < ns && j < nj ? tie(i, place[j]) : 0 }); }
    exact.forEach(function (row, i) {
      var left = rows[i];
      row.forEach(function (v, j) {
        var floor = Math.floor(v + 1e-9);
        if (v > 0) { cell(i, j, Math.floor((1 - 2 * Math.max(v - floor, 0)) * UNIT + 0.5), UNIT, floor, Infinity, floor); wanted[j] -= floor; left -= floor; }
      });
      cell(i, nj, FAR, FAR, 0, Infinity, left);
    });
    if (slack < 0) return null;
    low.forEach(function (v, j) {
      if (high[j] > v) cell(ns, j, 0, 0, 0, high[j] - v, 0);
      cell(ns + 1, j, FAR, FAR, 0, Infinity, wanted[j]);
    });
    cell(ns, nj, FAR, FAR, 0, Infinity, slack);
    cell(ns + 1, nj, 0, 0, 0, Infinity, 0);
    while ((cycle = negative(cells, ns + 2, nj + 1))) cycle.forEach(function (step) { step.cell.value += step.by; });
    if (cells.some(function (c) { return c.value > 0 && (c.j === nj ? c.i <= ns : c.i === ns + 1); })) return null;
    return exact.map(function (row, i) { return row.map(function (v, j) { return at[i][j] ? at[i][j].value : 0; }); });
  }

  /* What one more (one less) in a cell adds to the cost: its side below the whole part, the next place, its side above. */
  function more(c) { return c.value >= c.most ? null : c.value < c.bend ? -c.side : c.value === c.bend ? c.up : c.side; }
  function less(c) { return c.value <= 0 ? null : c.value <= c.bend ? c.side : c.value === c.bend + 1 ? -c.up : -c.side; }

  /* A cycle of cells, one more and one less in turn, that lowers cost and then ties (Bellman-Ford); null where there is none. */
  function negative(cells, rows, columns) {
    var n = rows + columns, cost = filled(n, 0), ties = filled(n, 0), by = filled(n, null), from = filled(n, -1), round, changed = -1, arcs = [], k, path;
    cells.forEach(function (c) {
      var up = more(c), down = less(c);
      if (up !== null) arcs.push({ a: c.i, b: rows + c.j, cost: up, tie: c.tie, cell: c, by: 1 });
      if (down !== null) arcs.push({ a: rows + c.j, b: c.i, cost: down, tie: -c.tie, cell: c, by: -1 });
    });
    for (round = 0; round < n; round++) {
      changed = -1;
      for (k = 0; k < arcs.length; k++) {
        var arc = arcs[k], c = cost[arc.a] + arc.cost, t = ties[arc.a] + arc.tie;
        if (c < cost[arc.b] || (c === cost[arc.b] && t < ties[arc.b])) { cost[arc.b] = c; ties[arc.b] = t; by[arc.b] = arc; from[arc.b] = arc.a; changed = arc.b; }
      }
      if (changed < 0) return null;
      if ((path = cycleIn(from, by, n))) return path;
    }
    return cycleIn(from, by, n);
  }

  function cycleIn(from, by, n) {
    var mark = filled(n, -1), start, v, path, end;
    for (start = 0; start < n; start++) {
      for (v = start; v >= 0 && mark[v] < 0; v = from[v]) mark[v] = start;
      if (v < 0 || mark[v] !== start) continue;
      path = []; end = v;
      do { path.push(by[v]); v = from[v]; } while (v !== end);
      return path;
    }
    return null;
  }

  function draw(list, commitment, seed) {
    var drawn = districting.drawn(seed, commitment, districting.count(list.juniors.length)), place = [], exact = shares(list), share = columns(exact), rows, found, low, high;
    drawn.order.forEach(function (j, at) { place[j] = at; });
    rows = list.seniors.map(function (s) { return s.places; });
    low = high = totals(share, place, list.rounding);
    found = nearest(exact, rows, low, high, place);
    if (!found) {
      low = share.map(function (v) { return Math.floor(v + 1e-8); }); high = share.map(function (v) { return Math.ceil(v - 1e-8); });
      found = nearest(exact, rows, low, high, place);
    }
    if (!found) throw { beyond: true };
    return {
      numbers: drawn.digests.map(function (d) { return districting.shownNumber(d, 10); }), results: found.map(function (row) { return row.join(","); }),
      summary: { seniors: rows.length, juniors: list.juniors.length, places: sum(rows) }
    };
  }

  districting.draws["quota-1"] = { kinds: districting.otherKinds, parts: districting.otherParts, read: read, draw: draw };
})();
