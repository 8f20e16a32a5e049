/* A small scenario for tests of the editor's page: the contract of scenario.js on the grid of the tests, plainly and slowly. */
function districtingScenario(d) {
  var zone = {}, locks = {}, past = [], future = [], n = d.ids.length;
  d.stages.forEach(function (s) { zone[s] = Int32Array.from(d.zone[s]); locks[s] = {}; });
  function copy() { var z = {}, l = {}; d.stages.forEach(function (s) { z[s] = zone[s].slice(); l[s] = Object.assign({}, locks[s]); }); return { z: z, l: l }; }
  function back(c) { zone = c.z; locks = c.l; }
  function pieces(stage, k, labels) {
    var seen = {}, count = 0;
    for (var u = 0; u < n; u++) {
      if (labels[u] !== k || seen[u]) { continue; }
      count++; var todo = [u]; seen[u] = 1;
      while (todo.length) { var v = todo.pop(); d.edges.forEach(function (e) { var w = e[0] === v ? e[1] : e[1] === v ? e[0] : -1; if (w >= 0 && labels[w] === k && !seen[w]) { seen[w] = 1; todo.push(w); } }); }
    }
    return count;
  }
  function one(stage, k, labels) {
    var f = { blocks: 0, pupils: 0, seats: d.seats[stage][k], pupil_dm: 0, farthest_dm: 0 };
    for (var u = 0; u < n; u++) { if (labels[u] === k) { var p = d.pupils[stage][u], m = d.dm[stage][u][k]; f.blocks++; f.pupils += p; f.pupil_dm += p * m; f.farthest_dm = Math.max(f.farthest_dm, m); } }
    f.over = Math.max(0, f.pupils - f.seats); f.pieces = pieces(stage, k, labels); f.mean_dm = f.pupils ? Math.floor(f.pupil_dm / f.pupils + 0.5) : 0;
    return f;
  }
  function figures(stage, labels) {
    var zones = d.seats[stage].map(function (_, k) { return one(stage, k, labels); }), t = { pupils: 0, pupil_dm: 0, over: 0, farthest_dm: 0, moved_blocks: 0, moved_pupils: 0, changed_from_today_pupils: 0 };
    zones.forEach(function (f) { t.pupils += f.pupils; t.pupil_dm += f.pupil_dm; t.over += f.over; t.farthest_dm = Math.max(t.farthest_dm, f.farthest_dm); });
    for (var u = 0; u < n; u++) { if (labels[u] !== d.zone[stage][u]) { t.moved_blocks++; t.moved_pupils += d.pupils[stage][u]; } if (d.today[stage] && d.today[stage][u] >= 0 && d.today[stage][u] !== labels[u]) { t.changed_from_today_pupils += d.pupils[stage][u]; } }
    t.mean_dm = Math.floor(t.pupil_dm / t.pupils + 0.5);
    return { zones: zones, total: t };
  }
  function broken(stage, labels) {
    var found = [];
    figures(stage, labels).zones.forEach(function (f, k) {
      if (f.over) { found.push({ rule: 'seats', zone: k, blocks: [], amount: f.over, unit: 'pupil' }); }
      if (f.pieces > 1) { var b = []; labels.forEach(function (z, u) { if (z === k) { b.push(u); } }); found.push({ rule: 'connected', zone: k, blocks: b.slice(-1), amount: f.pieces - 1, unit: 'block' }); }
    });
    return found;
  }
  function key(b) { return b.rule + b.zone; }
  function without(a, b) { var has = b.map(key); return a.filter(function (x) { return has.indexOf(key(x)) < 0; }); }
  function why(stage, u, k) { return locks[stage][u] ? 'locked' : d.home[stage].indexOf(u) >= 0 ? 'home' : zone[stage][u] === k ? 'same' : ''; }
  function effect(stage, blocks, k) {
    var go = blocks.filter(function (u) { return !why(stage, u, k); }), after = zone[stage].slice(), touched = [k], was = figures(stage, zone[stage]);
    go.forEach(function (u) { if (touched.indexOf(zone[stage][u]) < 0) { touched.push(zone[stage][u]); } after[u] = k; });
    var now = figures(stage, after), t = {}, b = broken(stage, zone[stage]), a = broken(stage, after);
    ['pupils', 'pupil_dm', 'mean_dm', 'over'].forEach(function (f) { t[f + '_before'] = was.total[f]; t[f + '_after'] = now.total[f]; });
    return { after: after, effect: { blocks: go.length, pupils: go.reduce(function (s, u) { return s + d.pupils[stage][u]; }, 0),
      refused: blocks.filter(function (u) { return why(stage, u, k); }).map(function (u) { return { block: u, why: why(stage, u, k) }; }),
      zones: (go.length ? touched : []).sort().map(function (z) { var r = { zone: z, seats: d.seats[stage][z] }; ['pupils', 'over', 'pieces', 'mean_dm'].forEach(function (f) { r[f + '_before'] = was.zones[z][f]; r[f + '_after'] = now.zones[z][f]; }); return r; }),
      total: t, breaks: without(a, b), mends: without(b, a) } };
  }
  function step() { past.push(copy()); future = []; }
  var s = {
    key: d.key, stages: d.stages, zoneOf: function (st) { return zone[st]; }, base: function (st) { return d.zone[st]; },
    preview: function (st, b, k) { return effect(st, b, k).effect; },
    move: function (st, b, k) { var e = effect(st, b, k); if (e.effect.blocks) { step(); zone[st] = e.after; } return e.effect; },
    lock: function (st, b, on) { step(); b.forEach(function (u) { if (on) { locks[st][u] = 1; } else { delete locks[st][u]; } }); },
    isLocked: function (st, u) { return !!locks[st][u]; },
    undo: function () { future.push(copy()); back(past.pop()); }, redo: function () { past.push(copy()); back(future.pop()); },
    canUndo: function () { return past.length > 0; }, canRedo: function () { return future.length > 0; },
    figures: function (st) { return figures(st, zone[st]); },
    broken: function (st) { var b = broken(st, d.zone[st]).map(key); return broken(st, zone[st]).map(function (x) { x.in_plan = b.indexOf(key(x)) >= 0; return x; }); },
    neighbours: function (st, b) { var c = {}; d.edges.forEach(function (e) { [[e[0], e[1]], [e[1], e[0]]].forEach(function (p) { var z = zone[st][p[1]]; if (b.indexOf(p[0]) >= 0 && b.indexOf(p[1]) < 0 && z >= 0) { c[z] = (c[z] || 0) + 1; } }); }); return Object.keys(c).map(Number).sort(function (x, y) { return c[y] - c[x] || x - y; }); },
    moves: function () { var m = []; d.stages.forEach(function (st) { for (var u = 0; u < n; u++) { if (zone[st][u] !== d.zone[st][u]) { m.push([st, d.ids[u], d.zones[st][d.zone[st][u]], d.zones[st][zone[st][u]]]); } } }); return m.sort(); },
    exported: function (o) { var l = []; d.stages.forEach(function (st) { Object.keys(locks[st]).forEach(function (u) { l.push([st, d.ids[u]]); }); }); return { format: 'moves-1', base: { key: d.key, blocks: n }, moves: s.moves(), schools: [], locks: l, note: o.note, author: o.author, lang: o.lang }; },
    csv: function (st) { return '\ufeffblock_id,zone_id\r\n' + d.ids.map(function (id, u) { return id + ',' + d.zones[st][zone[st][u]] + '\r\n'; }).join(''); },
    load: function (o) {
      if (o.base.key !== d.key) { return { applied: 0, refused: [{ row: -1, why: 'base' }] }; }
      step(); d.stages.forEach(function (st) { zone[st] = Int32Array.from(d.zone[st]); locks[st] = {}; });
      var refused = [];
      o.moves.forEach(function (m, i) { var u = d.ids.indexOf(m[1]), z = d.zones[m[0]].indexOf(m[3]); if (u < 0 || z < 0) { refused.push({ row: i, why: u < 0 ? 'unknown_block' : 'unknown_zone' }); } else { zone[m[0]][u] = z; } });
      (o.locks || []).forEach(function (l) { locks[l[0]][d.ids.indexOf(l[1])] = 1; });
      return { applied: o.moves.length - refused.length, refused: refused };
    }
  };
  return s;
}
