/* One stage of a scenario: labels, cached facts of each zone (found anew only where a block came or went), rules. Whole numbers only, no page is touched.
   The same sums stand in measures/scenario_figures.py, and a test plays both against each other. */
function districtingScenarioStage(s, n, labelOf) {
  'use strict';
  var base = Int32Array.from(unpackedSteps(s.base)), label = Int32Array.from(base), today = unpackedSteps(s.today), pupils = unpackedNumbers(s.pupils);
  var seats = unpackedNumbers(s.seats), zones = s.zones, k = zones.length, homes = unpackedNumbers(s.homes), locked = unpackedNumbers(s.locked), excused = unpackedNumbers(s.excused);
  var county = unpackedSteps(s.county_of_block), countyOfZone = unpackedNumbers(s.county_of_zone), limit = unpackedSteps(s.limit_dm), growth = unpackedSteps(s.growth_dm);
  var least = unpackedNumbers(s.least), low = unpackedNumbers(s.low), high = unpackedNumbers(s.high), beside = pairs(s.beside), edges = pairs(s.edges), border = unpackedNumbers(s.border_m);
  var facts = new Array(k), known = null, sums = null, plans = null, stamp = new Int32Array(n), mark = 0, i;
  var isHome = new Uint8Array(n), locks = new Uint8Array(n), homeOf = new Int32Array(k).fill(-1), bound = new Int32Array(n).fill(-1);
  for (i = 0; i < homes.length; i += 2) { isHome[homes[i]] = 1; if (homeOf[homes[i + 1]] < 0) { homeOf[homes[i + 1]] = homes[i]; } }
  for (i = 0; i < excused.length; i += 2) { bound[excused[i]] = excused[i + 1]; }
  function pairs(text) { /* first ends as steps, second ends as the way from the first */
    var flat = unpackedNumbers(text), out = new Int32Array(flat.length), a = 0;
    for (var e = 0; e < flat.length; e += 2) { a += flat[e]; out[e] = a; out[e + 1] = a + flat[e + 1]; }
    return out;
  }
  /* neighbours of block b: next[start[b]] ... */
  var start = new Int32Array(n + 1), next = new Int32Array(edges.length), metres = new Int32Array(edges.length), fill;
  for (i = 0; i < edges.length; i++) { start[edges[i] + 1]++; }
  for (i = 0; i < n; i++) { start[i + 1] += start[i]; }
  fill = start.slice();
  for (i = 0; i < edges.length; i += 2) {
    metres[fill[edges[i]]] = border[i / 2]; next[fill[edges[i]]++] = edges[i + 1];
    metres[fill[edges[i + 1]]] = border[i / 2]; next[fill[edges[i + 1]]++] = edges[i];
  }
  /* ways */
  var spot = unpackedSteps(s.block_x), spotY = unpackedSteps(s.block_y), school = unpackedNumbers(s.school_dm), zoneOfSchool = unpackedNumbers(s.zone_of_school), schools = zones.map(function () { return []; });
  var counts = unpackedNumbers(s.arc_counts), arcZone = unpackedNumbers(s.arc_zones), arcDm = unpackedNumbers(s.arc_dm), arcStart = new Int32Array(n + 1), z0 = 0;
  for (i = 0; i < zoneOfSchool.length; i++) { schools[zoneOfSchool[i]].push(i); }
  for (i = 0; i < counts.length; i++) { arcStart[i + 1] = arcStart[i] + counts[i]; }
  for (i = 0; i < counts.length; i++) { z0 = 0; for (var a = arcStart[i]; a < arcStart[i + 1]; a++) { z0 += arcZone[a]; arcZone[a] = z0; } }
  function dm(b, z) { /* of a pair that is not allowed too; -1 where no way is known */
    var best = -1, here = schools[z], c, x, y, d;
    if (s.metric === 'straight') {
      for (c = 0; c < here.length; c++) {
        x = spot[b] - school[2 * here[c]]; y = spotY[b] - school[2 * here[c] + 1];
        d = Math.floor(Math.sqrt(x * x + y * y) + 0.5);
        if (best < 0 || d < best) { best = d; }
      }
      return best;
    }
    if (s.metric !== 'table') { return 0; }
    for (c = arcStart[b]; c < arcStart[b + 1]; c++) { if (arcZone[c] === z) { return arcDm[c]; } }
    return -1;
  }
  function find(asked) { /* facts of several zones in one walk over the blocks */
    var list = new Array(k), b, z;
    asked.forEach(function (q) { list[q] = []; });
    for (b = 0; b < n; b++) { z = label[b]; if (z >= 0 && list[z] !== undefined) { list[z].push(b); } }
    asked.forEach(function (q) { facts[q] = factsOf(q, list[q]); });
  }
  function factsOf(z, blocks) {
    var f = { blocks: blocks.length, pupils: 0, pupil_dm: 0, farthest: 0, pieces: 0, cut: [], outside: [], wayless: [], far: [], farBy: 0, grown: [], grownBy: 0, measured: 0, unmeasured: 0 }, i, b, d;
    for (i = 0; i < blocks.length; i++) {
      b = blocks[i]; d = dm(b, z); f.pupils += pupils[b];
      if (county[b] !== countyOfZone[z]) { f.outside.push(b); }
      if (d < 0) { f.wayless.push(b); f.unmeasured += pupils[b]; continue; }
      f.measured += pupils[b]; f.pupil_dm += pupils[b] * d;
      if (pupils[b] > 0 && d > f.farthest) { f.farthest = d; }
      if (limit.length && limit[b] >= 0 && d > limit[b]) { f.far.push(b); f.farBy = Math.max(f.farBy, d - limit[b]); }
      if (growth.length && growth[b] >= 0 && d > growth[b]) { f.grown.push(b); f.grownBy = Math.max(f.grownBy, d - growth[b]); }
    }
    pieces(z, blocks, f);
    return f;
  }
  function pieces(z, blocks, f) {
    var found = [], home = homeOf[z], seen = ++mark, stack = [], i, b, v, e, piece;
    function spread(first) {
      piece = { first: first, size: 0, home: false }; stack.push(first); stamp[first] = seen;
      while (stack.length) {
        b = stack.pop(); piece.size++; piece.home = piece.home || b === home;
        for (e = start[b]; e < start[b + 1]; e++) { v = next[e]; if (label[v] === z && stamp[v] !== seen) { stamp[v] = seen; stack.push(v); } }
        if (b === home && excused.length) { for (e = 0; e < excused.length; e += 2) { v = excused[e]; if (excused[e + 1] === z && label[v] === z && stamp[v] !== seen) { stamp[v] = seen; stack.push(v); } } }
        if (bound[b] === z && home >= 0 && label[home] === z && stamp[home] !== seen) { stamp[home] = seen; stack.push(home); }
      }
      found.push(piece);
    }
    for (i = 0; i < blocks.length; i++) { if (stamp[blocks[i]] !== seen) { spread(blocks[i]); } }
    f.pieces = found.length;
    if (found.length < 2) { return; }
    var main = found[0], all = found;
    all.forEach(function (p) { var better = s.keep_home && p.home !== main.home ? p.home : p.size > main.size; if (better) { main = p; } });
    seen = ++mark; found = []; spread(main.first);
    for (i = 0; i < blocks.length; i++) { if (stamp[blocks[i]] !== seen) { f.cut.push(blocks[i]); } }
  }
  function need(list) { var asked = list.filter(function (z) { return facts[z] === undefined; }); if (asked.length) { find(asked); } }
  function every() { need(zones.map(function (_, z) { return z; })); }
  function forget() { known = null; } /* sums are of this stage alone */
  function write(blocks, to) { /* zones that lose or win a block are found anew when next asked for */
    var from = blocks.map(function (b) { return label[b]; }), old = [];
    every();
    blocks.forEach(function (b, i) {
      [label[b], to[i]].forEach(function (z) { if (z >= 0 && facts[z] !== undefined) { old.push([z, facts[z]]); facts[z] = undefined; } });
      label[b] = to[i];
    });
    var change = { blocks: blocks, from: from, to: to.slice(), old: old, known: known, sums: sums };
    known = sums = null;
    return change;
  }
  function restore(change) { /* a preview puts back what was known, too */
    change.blocks.forEach(function (b, i) { label[b] = change.from[i]; });
    change.old.forEach(function (pair) { facts[pair[0]] = pair[1]; });
    known = change.known; sums = change.sums;
  }
  function mean(sum, count) { /* whole decimetres, half up, exactly */
    if (!count) { return null; }
    var q = Math.floor(sum / count), r = sum - q * count;
    if (r < 0) { q--; r += count; }
    if (r >= count) { q++; r -= count; }
    return 2 * r >= count ? q + 1 : q;
  }
  function slack(f) { return s.parts === 1 ? 0 : Math.floor((f.blocks + 1) / 2); }
  var measured = s.metric !== 'none';
  function zoneFigures(z) {
    need([z]);
    var f = facts[z];
    return { blocks: f.blocks, pupils: f.pupils, seats: seats[z], over: Math.max(0, f.pupils - seats[z]), pieces: f.pieces, farthest_dm: measured ? f.farthest : null,
      pupil_dm: measured ? f.pupil_dm : null, mean_dm: measured ? mean(f.pupil_dm, f.measured) : null, unmeasured: measured ? f.unmeasured : null };
  }
  function total() { if (!sums) { sums = summed(); } return Object.assign({}, sums); }
  function summed() {
    every();
    var t = { pupils: 0, pupil_dm: 0, farthest_dm: 0, over: 0, moved_blocks: 0, moved_pupils: 0, changed_from_today_pupils: 0, unmeasured: 0 }, counted = 0, b;
    facts.forEach(function (f, z) { t.pupils += f.pupils; t.pupil_dm += f.pupil_dm; counted += f.measured; t.unmeasured += f.unmeasured; t.farthest_dm = Math.max(t.farthest_dm, f.farthest); t.over += Math.max(0, f.pupils - seats[z]); });
    for (b = 0; b < n; b++) {
      if (label[b] !== base[b]) { t.moved_blocks++; t.moved_pupils += pupils[b]; }
      if (label[b] >= 0 && today[b] >= 0 && label[b] !== today[b]) { t.changed_from_today_pupils += pupils[b]; }
    }
    t.mean_dm = measured ? mean(t.pupil_dm, counted) : null;
    if (!measured) { t.pupil_dm = null; t.farthest_dm = null; t.unmeasured = null; }
    return t;
  }
  function list() { /* every broken rule, in the order of RULE_ORDER, then by zone */
    every();
    var found = [], b, z, f, lost = [], parted = {}, groups = {}, below, mates, kept, alone;
    function say(rule, zone, blocks, amount, unit) { if (amount > 0) { found.push({ rule: rule, zone: zone, blocks: blocks, amount: amount, unit: unit }); } }
    function each(tell) { for (z = 0; z < k; z++) { f = facts[z]; tell(); } }
    function all(name, by) { var blocks = [], most = 0; each(function () { blocks = blocks.concat(f[name]); most = Math.max(most, f[by]); }); return [blocks.sort(function (x, y) { return x - y; }), most]; }
    for (b = 0; b < n; b++) { if (label[b] < 0) { lost.push(b); } }
    say('whole', -1, lost, lost.length, 'block');
    if (s.seats_hard) { each(function () { var over = f.pupils - seats[z]; say('seats', z, [], over > slack(f) ? over : 0, 'pupil'); }); }
    if (s.connected) { each(function () { say('connected', z, f.cut, f.pieces - 1, 'piece'); }); }
    if (s.keep_home) { each(function () { var away = []; for (var h = 0; h < homes.length; h += 2) { if (homes[h + 1] === z && label[homes[h]] !== z) { away.push(homes[h]); } } say('home_block', z, away, away.length, 'block'); }); }
    each(function () { say('within_county', z, f.outside, f.outside.length, 'block'); });
    each(function () { say('known_way', z, f.wayless, f.wayless.length, 'block'); });
    var far = all('far', 'farBy'), grown = all('grown', 'grownBy');
    say('maximum_distance', -1, far[0], far[1], 'decimetre');
    say('travel_growth', -1, grown[0], grown[1], 'decimetre');
    lost = [];
    for (b = 0; b < locked.length; b += 2) { if (label[locked[b]] >= 0 && label[locked[b]] !== locked[b + 1]) { lost.push(locked[b]); } }
    say('locked', -1, lost.sort(function (x, y) { return x - y; }), lost.length, 'block');
    if (least.length) { each(function () { var under = least[z] - f.pupils; say('minimum_fill', z, [], under > slack(f) ? under : 0, 'pupil'); }); }
    if (low.length) { each(function () { var out = Math.max(low[z] - f.pupils, f.pupils - high[z]); say('size_band', z, [], out > slack(f) ? out : 0, 'pupil'); }); }
    if (s.cap >= 0) { say('change_cap', -1, [], total().changed_from_today_pupils - s.cap, 'pupil'); }
    if (beside.length) {
      mates = new Int32Array(n); kept = new Int32Array(n); alone = [];
      for (b = 0; b < beside.length; b += 2) {
        mates[beside[b]]++; mates[beside[b + 1]]++;
        if (label[beside[b]] === label[beside[b + 1]]) { kept[beside[b]]++; kept[beside[b + 1]]++; }
      }
      for (b = 0; b < n; b++) { if (mates[b] && kept[b] < s.share_beside * mates[b] - 1e-9) { alone.push(b); } }
      say('neighbours_together', -1, alone, alone.length, 'block');
    }
    below = s.whole_below ? labelOf(s.whole_below) : null;
    if (below) {
      for (b = 0; b < n; b++) { if (below[b] >= 0) { if (groups[below[b]] === undefined) { groups[below[b]] = label[b]; } else if (groups[below[b]] !== label[b]) { parted[below[b]] = 1; } } }
      lost = [];
      for (b = 0; b < n; b++) { if (below[b] >= 0 && parted[below[b]]) { lost.push(b); } }
      say('whole_units', -1, lost, Object.keys(parted).length, 'group');
    }
    return found;
  }
  function broken() {
    if (known === null) { known = list(); }
    if (plans === null) { plans = known.map(function (v) { return v.rule + ' ' + v.zone; }); }
    return known.map(function (v) { return Object.assign({}, v, { in_plan: plans.indexOf(v.rule + ' ' + v.zone) >= 0 }); });
  }
  function neighbours(blocks) {
    var length = new Float64Array(k), touches = new Int32Array(k), inside = new Set(blocks), found = [];
    blocks.forEach(function (b) { for (var e = start[b]; e < start[b + 1]; e++) { var z = label[next[e]]; if (!inside.has(next[e]) && z >= 0) { length[z] += metres[e]; touches[z]++; } } });
    for (var z = 0; z < k; z++) { if (touches[z] && blocks.some(function (b) { return label[b] !== z; })) { found.push(z); } }
    return found.sort(function (x, y) { return length[y] - length[x] || touches[y] - touches[x] || x - y; });
  }
  return { stage: s.stage, zones: zones, label: label, base: base, today: today, hasToday: today.some(function (t) { return t >= 0; }), edges: edges, border: border, wayOf: function (b) { return !measured || label[b] < 0 ? null : dm(b, label[b]) < 0 ? null : dm(b, label[b]); }, pupils: pupils, locks: locks, isHome: isHome, keepHome: s.keep_home, below: s.whole_below, unchecked: s.unchecked, measured: measured,
    write: write, restore: restore, forget: forget, zoneFigures: zoneFigures, total: total, broken: broken, neighbours: neighbours };
}
