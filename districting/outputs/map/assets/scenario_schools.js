/* Districts of one grouping while schools move between them: units of ground move whole with their schools. Whole numbers only, no page is touched.
   The same sums stand in measures/composition_figures.py, and a test plays both against each other. `zoneOf` gives the zones of a stage as they are now, `ground` its block edges. */
function districtingScenarioGrouping(g, zoneOf, ground) {
  'use strict';
  if (g.why) { return { why: g.why, scheme: g.scheme }; }
  var base = Int32Array.from(unpackedNumbers(g.base)), label = Int32Array.from(base), unitOf = unpackedNumbers(g.unit_of_school), county = unpackedNumbers(g.county_of_unit);
  var lead = unpackedNumbers(g.lead), weak = unpackedNumbers(g.weak), score = unpackedNumbers(g.score), tiers = unpackedNumbers(g.tiers), place = unpackedSteps(g.place_dm);
  var amounts = g.amounts.map(unpackedNumbers), blockUnit = unpackedSteps(g.unit_of_block), given = unpackedNumbers(g.edges), limits = g.limits, k = g.districts.length, s = unitOf.length;
  var ORDER = ['covered', 'centre', 'min_tiers', 'districts', 'connected', 'within_county', 'radius_m', 'diameter_m'], locks = new Uint8Array(s), known = null, plans = null, touching = null, mates = base.length ? Array.from(base, function () { return []; }) : [], rank = {};
  for (var i = 0; i < s; i++) { if (unitOf[i] >= 0) { mates[unitOf[i]].push(i); } }
  limits.forEach(function (l, n) { rank[l[0]] = n; });
  ORDER.forEach(function (rule, n) { rank[rule] = limits.length + n; });
  function unitOfBlock(b) { return g.unit_stage ? zoneOf(g.unit_stage)[b] : blockUnit.length ? blockUnit[b] : -1; }
  function districtOf(i) { return unitOf[i] < 0 ? -1 : label[unitOf[i]]; }
  function ends() { /* pairs of units that touch, with the metres of their border; and units that have ground */
    if (touching) { return touching; }
    var pairs = new Map(), has = new Uint8Array(label.length), b, zone;
    function meet(u, v, metres) { var key = u < v ? u * label.length + v : v * label.length + u; if (u >= 0 && v >= 0 && u !== v) { pairs.set(key, (pairs.get(key) || 0) + metres); } }
    if (g.unit_stage) {
      var edges = ground(g.unit_stage);
      zone = zoneOf(g.unit_stage);
      for (b = 0; b < zone.length; b++) { if (zone[b] >= 0) { has[zone[b]] = 1; } }
      for (b = 0; b < edges.edges.length; b += 2) { meet(zone[edges.edges[b]], zone[edges.edges[b + 1]], edges.border[b / 2] + 1); }
    } else {
      for (b = 0; b < blockUnit.length; b++) { if (blockUnit[b] >= 0) { has[blockUnit[b]] = 1; } }
      for (b = 0; b < given.length; b += 2) { meet(given[b], given[b + 1], 1); }
    }
    var list = [];
    pairs.forEach(function (metres, key) { list.push([Math.floor(key / label.length), key % label.length, metres]); });
    touching = { pairs: list, has: has };
    return touching;
  }
  function pieces() {
    var near = ends(), parent = Array.from(label, function (_, u) { return u; }), found = new Int32Array(k);
    function top(u) { while (parent[u] !== u) { parent[u] = parent[parent[u]]; u = parent[u]; } return u; }
    near.pairs.forEach(function (p) { if (label[p[0]] >= 0 && label[p[0]] === label[p[1]] && near.has[p[0]] && near.has[p[1]]) { parent[top(p[0])] = top(p[1]); } });
    for (var u = 0; u < label.length; u++) { if (label[u] >= 0 && near.has[u] && parent[u] === u) { found[label[u]]++; } }
    return found;
  }
  function mean(sum, count) { if (!count) { return null; } var q = Math.floor(sum / count), r = sum - q * count; return 2 * r >= count ? q + 1 : q; }
  function figures() {
    var of = [], i, d, parts = pieces(), seen = new Set(), total = { districts: 0, moved_schools: 0, lowest_h: null, highest_h: null, spread_h: null };
    for (d = 0; d < k; d++) { of.push({ schools: 0, lead: 0, weak: 0, other: 0, counts: limits.map(function () { return 0; }), mean_h: null, pieces: parts[d], sum: 0, scored: 0 }); }
    for (i = 0; i < s; i++) {
      d = districtOf(i);
      if (unitOf[i] >= 0 && label[unitOf[i]] !== base[unitOf[i]]) { total.moved_schools++; }
      if (d < 0) { continue; }
      var row = of[d];
      row.schools++; row.lead += lead[i]; row.weak += weak[i];
      for (var c = 0; c < limits.length; c++) { row.counts[c] += amounts[c][i]; }
      if (score[i] >= 0) { row.sum += score[i]; row.scored++; }
    }
    of.forEach(function (row) {
      row.other = row.schools - row.lead - row.weak; row.mean_h = mean(row.sum, row.scored);
      if (row.mean_h !== null) { total.lowest_h = total.lowest_h === null ? row.mean_h : Math.min(total.lowest_h, row.mean_h); total.highest_h = total.highest_h === null ? row.mean_h : Math.max(total.highest_h, row.mean_h); }
      delete row.sum; delete row.scored;
    });
    label.forEach(function (d) { if (d >= 0) { seen.add(d); } });
    total.districts = seen.size;
    if (total.lowest_h !== null) { total.spread_h = total.highest_h - total.lowest_h; }
    return { districts: of, total: total };
  }
  function far(list, others) {
    var most = 0;
    list.forEach(function (i) { others.forEach(function (j) { var x = place[2 * i] - place[2 * j], y = place[2 * i + 1] - place[2 * j + 1]; most = Math.max(most, x * x + y * y); }); });
    return Math.floor(Math.sqrt(most) + 0.5);
  }
  function list() {
    var now = figures(), found = [], i, here = [], lost = 0, d;
    function say(rule, district, amount, unit) { if (amount > 0) { found.push({ rule: rule, district: district, amount: amount, unit: unit }); } }
    for (d = 0; d < k; d++) { here.push([]); }
    for (i = 0; i < s; i++) { d = districtOf(i); if (d >= 0) { here[d].push(i); } else if (unitOf[i] >= 0) { lost++; } }
    say('covered', -1, lost, 'few');
    say('districts', -1, g.number[0] - now.total.districts, 'few');
    say('districts', -1, g.number[1] >= 0 ? now.total.districts - g.number[1] : 0, 'many');
    var counties = Array.from(here, function () { return new Set(); });
    label.forEach(function (d, u) { if (d >= 0) { counties[d].add(county[u]); } });
    for (d = 0; d < k; d++) {
      if (!counties[d].size) { continue; }
      var row = now.districts[d], bits = 0, kinds = 0;
      limits.forEach(function (l, n) { say(l[0], d, l[1] - row.counts[n], 'few'); say(l[0], d, l[2] >= 0 ? row.counts[n] - l[2] : 0, 'many'); });
      here[d].forEach(function (i) { bits |= tiers[i]; });
      for (; bits; bits >>= 1) { kinds += bits & 1; }
      say('centre', d, row.lead ? 0 : 1, 'few');
      say('min_tiers', d, g.min_tiers > 1 ? g.min_tiers - kinds : 0, 'tier');
      say('connected', d, g.connected ? row.pieces - 1 : 0, 'piece');
      say('within_county', d, g.within_county ? counties[d].size - 1 : 0, 'county');
      if (g.radius_dm >= 0) {
        var reach = here[d].filter(function (i) { return lead[i]; }).map(function (i) { return far(here[d], [i]); });
        say('radius_m', d, reach.length ? Math.min.apply(null, reach) - g.radius_dm : 0, 'decimetre');
      }
      if (g.diameter_dm >= 0) { say('diameter_m', d, far(here[d], here[d]) - g.diameter_dm, 'decimetre'); }
    }
    return found.sort(function (a, b) { return rank[a.rule] - rank[b.rule] || a.district - b.district; });
  }
  function key(v) { return v.rule + ' ' + v.district + ' ' + v.unit; }
  function broken() {
    if (!known) { known = list(); }
    if (!plans) { plans = known.map(key); }
    return known.map(function (v) { return Object.assign({}, v, { in_plan: plans.indexOf(key(v)) >= 0 }); });
  }
  function forget() { known = null; touching = null; }
  function write(units, to) {
    var change = { units: units, from: units.map(function (u) { return label[u]; }), to: to };
    units.forEach(function (u, n) { label[u] = to[n]; });
    known = null;
    return change;
  }
  /* Units of the schools asked for; those that are locked, alone or by a school on the same ground, are refused. */
  function plan(schools, district) {
    var take = [], refused = [], seen = new Set();
    if (!(district >= 0 && district < k)) { throw new Error('unknown district ' + district); }
    schools.slice().sort(function (a, b) { return a - b; }).forEach(function (i) {
      var u = i >= 0 && i < s ? unitOf[i] : -1;
      if (u < 0) { refused.push({ school: i, why: 'not_member' }); return; }
      if (seen.has(u) || label[u] === district) { return; }
      if (mates[u].some(function (m) { return locks[m]; })) { refused.push({ school: i, why: locks[i] ? 'locked' : 'mate_locked' }); return; }
      seen.add(u); take.push(u);
    });
    return { take: take, refused: refused };
  }
  function trial(schools, district, keep) {
    var asked = plan(schools, district), before = figures(), was = broken(), touched = new Set(), moved = [];
    asked.take.forEach(function (u) { if (label[u] >= 0) { touched.add(label[u]); } touched.add(district); moved = moved.concat(mates[u]); });
    var change = write(asked.take, asked.take.map(function () { return district; })), after = figures(), is = broken(), had = new Map(), has = new Map();
    was.forEach(function (v) { had.set(key(v), v); }); is.forEach(function (v) { has.set(key(v), v); });
    if (!keep) { write(change.units, change.from); }
    return {
      schools: moved.sort(function (a, b) { return a - b; }), refused: asked.refused, change: change,
      districts: Array.from(touched).sort(function (a, b) { return a - b; }).map(function (d) { return { district: d, before: before.districts[d], after: after.districts[d] }; }),
      total: { before: before.total, after: after.total },
      breaks: is.filter(function (v) { return !had.has(key(v)) || v.amount > had.get(key(v)).amount; }).map(function (v) { return Object.assign({ before: had.has(key(v)) ? had.get(key(v)).amount : 0 }, v); }),
      mends: was.filter(function (v) { return !has.has(key(v)); })
    };
  }
  function neighbours(schools) {
    var mine = new Set(schools.map(function (i) { return unitOf[i]; })), length = new Float64Array(k), found = [];
    ends().pairs.forEach(function (p) { if (mine.has(p[0]) !== mine.has(p[1])) { var d = label[mine.has(p[0]) ? p[1] : p[0]]; if (d >= 0) { length[d] += p[2]; } } });
    for (var d = 0; d < k; d++) { if (length[d]) { found.push(d); } }
    return found.sort(function (a, b) { return length[b] - length[a] || a - b; });
  }
  broken();
  return { scheme: g.scheme, districts: g.districts, limits: limits, unchecked: g.unchecked, label: label, base: base, unitOf: unitOf, mates: mates, locks: locks, unit_stage: g.unit_stage, grounded: !!g.unit_stage || blockUnit.length > 0,
    districtOf: districtOf, baseOf: function (i) { return unitOf[i] < 0 ? -1 : base[unitOf[i]]; }, districtOfBlock: function (b) { var u = unitOfBlock(b); return u < 0 ? -1 : label[u]; },
    figures: figures, broken: broken, forget: forget, write: write, trial: trial, neighbours: neighbours };
}
if (typeof module !== 'undefined') { module.exports = { districtingScenarioGrouping: districtingScenarioGrouping }; }
