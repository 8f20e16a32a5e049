/* Balanced classes (classes-1): by score there and back, groups kept, exchanges that bring the means nearer. */
(function () {
  "use strict";

  var whole = districting.whole, filled = districting.filled, STEPS = 20000, SEARCH = 100000;

  function read(lines) {
    var rows = districting.rowsOf(lines, [["rule", 2], ["team", 2], ["pupil", 6]], []), classes = rows.rule("classes", whole);
    function group(text) { return text === "-" ? 0 : whole(text); }
    var pupils = rows.each("pupil", function (f) {
      if (f[2] !== "0" && f[2] !== "1") throw new Error(f[2]);
      return { token: f[1], sex: Number(f[2]), score: districting.number(f[3]), together: group(f[4]), apart: group(f[5]) };
    });
    if (classes < 1 || classes > pupils.length || (rows.of.team.length && rows.of.team.length !== classes)) throw { line: rows.first.rule + rows.of.rule.length - 1 };
    return { labels: rows.rules, classes: classes, pupils: pupils, entries: pupils, teams: rows.of.team.map(function (f) { return f[1]; }) };
  }

  function tally(pupils, label, classes, sex) {
    var out = filled(classes, 0);
    pupils.forEach(function (p, i) { if (sex === undefined || p.sex === sex) out[label[i]]++; });
    return out;
  }

  function snake(pupils, place, classes) {
    var label = pupils.map(function () { return -1; }), first = 0;
    [0, 1].forEach(function (s) {
      var ranked = [], start, k, row;
      pupils.forEach(function (p, i) { if (p.sex === s) ranked.push(i); });
      ranked.sort(function (a, b) { return pupils[b].score - pupils[a].score || place[a] - place[b]; });
      for (start = 0; start < ranked.length; start += classes) {
        row = Math.min(classes, ranked.length - start);
        for (k = 0; k < row; k++) label[ranked[start + k]] = row < classes ? (first + k) % classes : (start / classes) % 2 ? classes - 1 - k : k;
        if (row < classes) first = (first + row) % classes;
      }
    });
    return label;
  }

  /* ---- groups ---- */

  function groupsOf(pupils, kind) {
    var of = {}, found = [];
    pupils.forEach(function (p, i) {
      if (!p[kind]) return;
      if (!of[p[kind]]) { of[p[kind]] = []; found.push(of[p[kind]]); }
      of[p[kind]].push(i);
    });
    return found.filter(function (g) { return g.length > 1; });
  }

  function unitsOf(pupils, place, label, classes) {
    var together = groupsOf(pupils, "together"), apart = groupsOf(pupils, "apart"), of = {}, units = [];
    function unit(members) { var made = { members: members, rivals: [] }; members.forEach(function (m) { of[m] = made; }); units.push(made); }
    together.forEach(unit);
    apart.forEach(function (group) { group.forEach(function (m) { if (!of[m]) unit([m]); }); });
    units.sort(function (a, b) { return b.members.length - a.members.length || place[a.members[0]] - place[b.members[0]]; });
    units.forEach(function (u, i) {
      u.at = i;
      u.need = [0, 0];
      u.members.forEach(function (m) { u.need[pupils[m].sex]++; });
      u.moved = filled(classes, function (c) { return u.members.filter(function (m) { return label[m] !== c; }).length; });
      u.choices = filled(classes, function (c) { return c; }).sort(function (a, b) { return u.moved[a] - u.moved[b] || a - b; });
    });
    apart.forEach(function (group) { group.forEach(function (m) { group.forEach(function (o) { if (of[o] !== of[m]) of[m].rivals.push(of[o].at); }); }); });
    return units;
  }

  function comesOut(need, base, rest) {
    var k = need.length, more = [0, 0], both = 0, neither = 0, c, s;
    for (c = 0; c < k; c++) {
      for (s = 0; s < 2; s++) { if (need[c][s] > base[s] + 1) return false; if (need[c][s] > base[s]) more[s]++; }
      if (need[c][0] > base[0] && need[c][1] > base[1]) both++; else neither++;
    }
    if (rest[0] + rest[1] <= k) return more[0] <= rest[0] && more[1] <= rest[1] && both === 0;
    return k - more[0] >= k - rest[0] && k - more[1] >= k - rest[1] && neither >= 2 * k - rest[0] - rest[1];
  }

  function search(units, classes, base, rest) {
    var chosen = [], tried = filled(units.length + 1, 0), need = filled(classes, function () { return [0, 0]; }), steps = 0, u, c;
    function change(unit, at, by) { need[at][0] += by * unit.need[0]; need[at][1] += by * unit.need[1]; }
    while (chosen.length < units.length) {
      u = units[chosen.length];
      if (tried[u.at] === classes) {
        if (!chosen.length) throw { line: 1 };
        tried[u.at] = 0;
        c = chosen.pop();
        change(units[chosen.length], c, -1);
        continue;
      }
      c = u.choices[tried[u.at]++];
      if (++steps > SEARCH) throw { beyond: true };
      if (u.rivals.some(function (v) { return v < u.at && chosen[v] === c; })) continue;
      change(u, c, 1);
      if (comesOut(need, base, rest)) chosen.push(c); else change(u, c, -1);
    }
    return { chosen: chosen, need: need };
  }

  /* Pupils of each sex in each class around the units. */
  function seatsAround(need, base, rest, seats) {
    var k = need.length, every = filled(k, function (c) { return c; });
    function must(c, s) { return need[c][s] > base[s]; }
    function had(c, s) { return seats[s][c] > base[s]; }
    function many(s) { return every.filter(function (c) { return must(c, s); }).length; }
    var more = every.map(function (c) { return [must(c, 0), must(c, 1)]; }), lack = every.map(function () { return [false, false]; }), few = rest[0] + rest[1] <= k;
    [0, 1].forEach(function (s) {
      if (few) {
        every.filter(function (c) { return !more[c][0] && !more[c][1]; }).sort(function (a, b) { return had(b, s) - had(a, s) || a - b; })
          .slice(0, rest[s] - many(s)).forEach(function (c) { more[c][s] = true; });
      } else {
        every.filter(function (c) { return !must(c, s) && !lack[c][1 - s]; })
          .sort(function (a, b) { return (s === 0 ? must(b, 1) - must(a, 1) : 0) || had(a, s) - had(b, s) || a - b; })
          .slice(0, k - rest[s]).forEach(function (c) { lack[c][s] = true; });
      }
    });
    return [0, 1].map(function (s) { return every.map(function (c) { return base[s] + ((few ? more[c][s] : !lack[c][s]) ? 1 : 0); }); });
  }

  function keepGroups(pupils, place, label, classes) {
    var units = unitsOf(pupils, place, label, classes), kept = pupils.map(function () { return false; }), base = [], rest = [], seats, found, wanted;
    if (!units.length) return kept;
    seats = [0, 1].map(function (s) { return tally(pupils, label, classes, s); });
    seats.forEach(function (of, s) { var n = districting.sum(of); base[s] = Math.floor(n / classes); rest[s] = n % classes; });
    found = search(units, classes, base, rest);
    wanted = seatsAround(found.need, base, rest, seats);
    units.forEach(function (u, i) { u.members.forEach(function (m) { label[m] = found.chosen[i]; kept[m] = true; }); });
    [0, 1].forEach(function (s) { refill(pupils, label, kept, s, wanted[s], tally(pupils, label, classes, s)); });
    return kept;
  }

  function refill(pupils, label, kept, s, wanted, have) {
    var mine = [], total = 0, middle, leaving = [], targets = [];
    pupils.forEach(function (p, i) { if (p.sex === s) { mine.push(i); total += p.score; } });
    middle = total / mine.length;
    wanted.forEach(function (seats, c) {
      var free, n;
      if (have[c] > seats) {
        free = mine.filter(function (i) { return label[i] === c && !kept[i]; });
        free.sort(function (a, b) { return Math.abs(pupils[a].score - middle) - Math.abs(pupils[b].score - middle) || a - b; });
        leaving = leaving.concat(free.slice(0, have[c] - seats));
      }
      for (n = have[c]; n < seats; n++) targets.push(c);
    });
    leaving.forEach(function (i, k) { label[i] = targets[k]; });
  }

  /* ---- exchanges ---- */

  function nearest(pupils, lists, up, down, meet) {
    var best = 2 * meet - 1e-9, found = null;
    [0, 1].forEach(function (s) {
      var off = Infinity, pair = null;
      lists[up][s].forEach(function (a) {
        lists[down][s].forEach(function (b) {
          var difference = pupils[a].score - pupils[b].score, far = Math.abs(difference - meet);
          if (difference > 1e-9 && difference < 2 * meet - 1e-9 && far < off) { off = far; pair = [a, b]; }
        });
      });
      if (pair && off < best) { best = off; found = pair; }
    });
    return found;
  }

  function exchange(pupils, lists, means, sizes) {
    var every = means.map(function (m, c) { return c; }), rising, falling, others, high = 0, low = 0, i, gap, found;
    means.forEach(function (m, c) { if (m > means[high]) high = c; if (m < means[low]) low = c; });
    if (means[high] - means[low] < 1e-12) return null;
    rising = every.slice().sort(function (a, b) { return means[a] - means[b] || a - b; });
    falling = every.slice().sort(function (a, b) { return means[b] - means[a] || a - b; });
    others = rising.filter(function (c) { return c !== high; }).map(function (c) { return [high, c]; })
      .concat(falling.filter(function (c) { return c !== high && c !== low; }).map(function (c) { return [c, low]; }));
    for (i = 0; i < others.length; i++) {
      gap = means[others[i][0]] - means[others[i][1]];
      if (gap < 1e-12) continue;
      found = nearest(pupils, lists, others[i][0], others[i][1], gap / (1 / sizes[others[i][0]] + 1 / sizes[others[i][1]]));
      if (found) return found;
    }
    return null;
  }

  function level(pupils, label, kept, classes) {
    var sizes = tally(pupils, label, classes), total = filled(classes, 0), lists = filled(classes, function () { return [[], []]; }), step, move, a, b, ca, cb, sa, sb;
    function put(list, out, into) { list.splice(list.indexOf(out), 1); list.push(into); list.sort(function (x, y) { return x - y; }); }
    pupils.forEach(function (p, i) { total[label[i]] += p.score; if (!kept[i]) lists[label[i]][p.sex].push(i); });
    for (step = 0; step < STEPS; step++) {
      move = exchange(pupils, lists, total.map(function (t, c) { return t / Math.max(sizes[c], 1); }), sizes);
      if (!move) return;
      a = move[0]; b = move[1]; ca = label[a]; cb = label[b]; sa = pupils[a].score; sb = pupils[b].score;
      total[ca] += sb - sa;
      total[cb] += sa - sb;
      label[a] = cb; label[b] = ca;
      put(lists[ca][pupils[a].sex], a, b);
      put(lists[cb][pupils[a].sex], b, a);
    }
  }

  /* Six digits as the record has them: the nearest; of two alike the even one. */
  function sixDigits(value) {
    var exact = Math.abs(value).toFixed(100), cut = exact.indexOf(".") + 7, kept = Number(exact.slice(0, cut)), up = Number(Math.abs(value).toFixed(6));
    if (/^50*$/.test(exact.slice(cut)) && Number(exact[cut - 1]) % 2 === 0) up = kept;
    return value < 0 ? -up : up;
  }

  function draw(list, commitment, seed) {
    var pupils = list.pupils, k = list.classes, drawn = districting.drawn(seed, commitment, districting.count(pupils.length)), place = [], label, kept, sizes, means, total, teams;
    drawn.order.forEach(function (i, at) { place[i] = at; });
    label = snake(pupils, place, k);
    kept = keepGroups(pupils, place, label, k);
    level(pupils, label, kept, k);
    sizes = tally(pupils, label, k);
    total = filled(k, 0);
    pupils.forEach(function (p, i) { total[label[i]] += p.score; });
    means = total.map(function (t, c) { return t / Math.max(sizes[c], 1); });
    teams = districting.drawn(seed, commitment, list.teams.map(function (t, i) { return "team|" + (i + 1); })).order.map(function (t) { return t + 1; });
    return {
      numbers: drawn.digests.map(function (d) { return districting.shownNumber(d, 10); }), results: label.map(function (c) { return c + 1; }),
      summary: {
        pupils: pupils.length, classes: k, sizes: sizes, sexes: filled(k, function (c) { return [tally(pupils, label, k, 0)[c], tally(pupils, label, k, 1)[c]]; }),
        means: means.map(sixDigits), mean_gap: sixDigits(Math.max.apply(null, means) - Math.min.apply(null, means)), teams: teams
      }
    };
  }

  districting.draws["classes-1"] = { kinds: districting.otherKinds, parts: districting.otherParts, read: read, draw: draw };
})();
