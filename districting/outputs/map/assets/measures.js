/* Other ways to colour the blocks of a stage than by zone: kinds that the plan names, and measures in classes. Both answer: stage, title(), kinds [{ colour, words() }],
   at(u, time) -> position in kinds or -1, hasToday, note() (how the classes were made). The ramp runs from light to dark, so that it also reads without colour;
   of odds the lowest are the darkest. */
function districtingMeasures(page) {
  'use strict';
  var data = page.data, unit = data.unit, word = page.word, fill = page.fill, number = page.number;
  var RAMP = ['#ffffcc', '#a1dab4', '#41b6c4', '#2c7fb8', '#253494'], SAME = '#e3e7e6', NEW = '#d95f0e';
  function ramp(i, n) { return RAMP[n > 1 ? Math.round(i * (RAMP.length - 1) / (n - 1)) : 0]; }
  function said(value, m) { return m.unit === 'number' ? String(value) : m.unit === 'metre' ? fill('metres', { n: number(value) }) : m.unit === 'share' ? Math.round(100 * value) + '%' : number(value); }
  function classWords(m, i) {
    var last = m.ends.length;
    if (m.name === 'change') { return word(i ? 'kind_new' : 'kind_same'); }
    if (m.name === 'odds' && i >= last - 1) { return i === last ? word('odds_all') : fill('class_last', { from: said(m.ends[i - 1], m) }) + word('odds_short'); }
    if (m.rule === 'values') { return said(i < last ? m.ends[i] : m.most, m); }
    return i === 0 ? fill('class_first', { to: said(m.ends[0], m) }) : i === last ? fill('class_last', { from: said(m.ends[last - 1], m) }) : fill('class_middle', { from: said(m.ends[i - 1], m), to: said(m.ends[i], m) });
  }
  function classOf(value, ends) {
    if (value === null || value === undefined || value !== value) { return -1; }
    for (var i = 0; i < ends.length; i++) { if (value <= ends[i]) { return i; } }
    return ends.length;
  }
  /* Metres to the school of today: those of the plan but where `was` says otherwise. */
  function before(here) {
    var of = {};
    here.was.block.forEach(function (u, k) { of[u] = here.was.metres[k]; });
    return function (u) { return here.today[u] < 0 ? null : of[u] === undefined ? here.metres[u] : of[u]; };
  }
  var befores = {};
  page.metresBefore = function (stage) { return befores[stage] = befores[stage] || before(unit.stage[stage]); };
  function known(n) { return n === null ? NaN : n; }
  /* Pupils against seats of a zone, of the plan and of today: today's pupils go by the school, a zone's seats are those of its schools together. */
  page.zoneSums = function (stage) {
    var sums = page.zoneSums.made = page.zoneSums.made || {};
    if (sums[stage]) { return sums[stage]; }
    var zones = data.zones[stage], of = { load: [], seats: [], today: [] }, zone = {};
    zones.forEach(function (z, i) {
      of.load[i] = of.seats[i] = of.today[i] = 0;
      z.schools.forEach(function (s) { var l = data.schools[s].load[stage] || [0, 0, 0]; zone[s] = i; of.load[i] += known(l[0]); of.seats[i] += l[1]; of.today[i] += known(l[2]); });
    });
    of.zone = zone;
    sums[stage] = of;
    return of;
  };
  function seatUse(stage) {
    var of = page.zoneSums(stage), here = unit.stage[stage];
    return function (u, time) {
      var i = time === 'today' ? of.zone[here.today[u]] : here.zone[u];
      return i === undefined || i < 0 || !of.seats[i] ? null : (time === 'today' ? of.today[i] : of.load[i]) / of.seats[i];
    };
  }
  /* Odds of admission are those of the zone; of today those of the zone of today's school. */
  function odds(stage) {
    var of = page.zoneSums(stage), here = unit.stage[stage], zones = data.zones[stage];
    return function (u, time) {
      var z = zones[time === 'today' ? of.zone[here.today[u]] : here.zone[u]];
      return z && z.odds ? time === 'today' ? z.odds.today : z.odds.any : null;
    };
  }
  function values(m) {
    var here = unit.stage[m.stage], was = page.metresBefore(m.stage);
    if (m.values) { return function (u) { return m.values[u]; }; }
    if (m.name === 'distance') { return function (u, time) { return time === 'today' ? was(u) : here.metres[u]; }; }
    if (m.name === 'seat_use') { return seatUse(m.stage); }
    if (m.name === 'odds') { return odds(m.stage); }
    if (m.name === 'change') { return function (u) { return here.today[u] < 0 ? null : here.changed[u]; }; }
    return function (u) { return here.pupils[u]; };
  }
  page.measures = data.measures.map(function (m) {
    var value = null, here = unit.stage[m.stage], n = m.ends.length + 1;
    return {
      stage: m.stage, name: m.name,
      title: function () { return fill('measure_' + m.name, { stage: word(m.stage), title: m.title }); },
      kinds: Array.from({ length: n }, function (_, i) { return { colour: m.name === 'change' ? [SAME, NEW][i] : ramp(m.name === 'odds' ? n - 1 - i : i, n), words: function () { return classWords(m, i); } }; }),
      at: function (u, time) { value = value || values(m); return classOf(value(u, time), m.ends); },
      hasToday: ['distance', 'seat_use', 'odds'].indexOf(m.name) >= 0 && here.today.some(function (t) { return t >= 0; }),
      note: function () { return m.unit === 'kind' ? '' : word('rule_' + m.rule); }
    };
  });
  page.lenses = (data.lenses || []).map(function (l) {
    return {
      stage: l.stage, name: '', title: function () { return fill(l.name, { stage: word(l.stage) }); }, hasToday: !!l.today, note: function () { return ''; },
      kinds: l.kinds.map(function (k) { return { colour: k.colour, words: function () { return word(k.word); } }; }),
      at: function (u, time) { return (time === 'today' ? l.today : l.plan)[u]; }
    };
  });
  /* Blocks and pupils of each kind, the unknown last. */
  page.tally = function (lens, time) {
    var found = lens.kinds.concat([0]).map(function () { return [0, 0]; }), here = unit.stage[lens.stage];
    here.pupils.forEach(function (p, u) {
      if (time === 'change' && !here.changed[u]) { return; }
      var k = lens.at(u, time), at = found[k < 0 ? found.length - 1 : k];
      at[0]++; at[1] += p;
    });
    return found;
  };
}
