/* Splits of graduates (split-1): the draw inside each primary, siblings together. */
(function () {
  "use strict";

  var whole = districting.whole, below = districting.below, sum = districting.sum, filled = districting.filled;

  function read(lines) {
    var rows = districting.rowsOf(lines, [["rule", 2], ["primary", 3], ["junior", 3], ["stratum", 2], ["quota", 4], ["pupil", 5]], ["quota"]);
    var primaries = rows.of.primary.length, juniors = rows.of.junior.length, strata = rows.of.stratum.length, n = rows.of.pupil.length, given;
    function table(wide) { return filled(primaries, function () { return filled(strata, function () { return filled(wide, 0); }); }); }
    var counts = table(juniors + 1), pupils;
    rows.each("quota", function (f) { counts[below(f[0], primaries)][below(f[1], strata)][f[2] === "0" ? juniors : below(f[2], juniors)] = whole(f[3]); });
    pupils = rows.each("pupil", function (f) { return { token: f[1], primary: below(f[2], primaries), stratum: below(f[3], strata), bundle: below(f[4], n) }; });
    given = table(1);
    pupils.forEach(function (p) { given[p.primary][p.stratum][0]++; });
    counts.forEach(function (of, p) { of.forEach(function (row, s) { if (sum(row) !== given[p][s][0]) throw { line: rows.first.quota || 1 }; }); });
    pupils.forEach(function (p, i) {
      if (p.bundle > i || pupils[p.bundle].bundle !== p.bundle || pupils[p.bundle].primary !== p.primary) throw { line: rows.first.pupil + i };
    });
    return { labels: rows.rules, counts: counts, pupils: pupils, entries: pupils, juniors: rows.of.junior.map(function (f) { return f[2] || f[1]; }) };
  }

  /* Position of the first largest value. */
  function largest(values) { var best = 0, i; for (i = 1; i < values.length; i++) if (values[i] > values[best]) best = i; return best; }

  function Room(counts, order) {
    var flat = [];
    counts.forEach(function (row, s) { row.forEach(function (many, j) { for (; many > 0; many--) flat.push([s, j]); }); });
    this.line = order.map(function (k) { return flat[k]; });
    this.left = counts.map(function (row) { return row.slice(); });
  }

  Room.prototype.at = function (s, j) { for (var i = 0; i < this.line.length; i++) if (this.line[i][0] === s && this.line[i][1] === j) return i; return -1; };

  Room.prototype.together = function (kinds) {
    var room = this, left = this.left, need = left.map(function () { return 0; }), whole = null, i, j;
    function holds(junior) { return left.every(function (row, s) { return row[junior] >= need[s]; }); }
    function all(junior) { return sum(left.map(function (row) { return row[junior]; })); }
    kinds.forEach(function (s) { need[s]++; });
    for (i = 0; i < this.line.length && whole === null; i++) if (need[this.line[i][0]] && holds(this.line[i][1])) whole = this.line[i][1];
    for (i = 0; i < this.line.length && whole === null; i++) {
      j = this.line[i][1];
      if (all(j) >= kinds.length) { whole = j; this.exchange(j, need); }
    }
    return kinds.map(function (s) {
      var junior = whole === null ? largest(left[s]) : whole;
      room.line.splice(room.at(s, junior), 1);
      left[s][junior]--;
      return junior;
    });
  };

  Room.prototype.exchange = function (junior, need) {
    var left = this.left, line = this.line, room = this, other, where, s;
    function change(from, to) {
      line[room.at(from[0], from[1])] = to;
      left[from[0]][from[1]]--; left[to[0]][to[1]]++;
    }
    for (s = 0; s < need.length; s++) {
      while (left[s][junior] < need[s]) {
        other = largest(left.map(function (row, k) { return row[junior] - need[k]; }));
        where = largest(left[s].map(function (many, k) { return k === junior ? -1 : many; }));
        change([other, junior], [s, junior]);
        change([s, where], [other, where]);
      }
    }
  };

  /* Junior of each pupil of one primary (own positions): mine their positions in the list. */
  function inside(list, primary, mine, digests, places) {
    var room = new Room(list.counts[primary], places), out = mine.map(function () { return -1; }), groups = {}, firsts = [], apart = 0, turn;
    turn = mine.map(function (i, k) { return k; }).sort(function (a, b) { return digests[mine[a]] < digests[mine[b]] ? -1 : digests[mine[a]] > digests[mine[b]] ? 1 : a - b; });
    mine.forEach(function (i, k) {
      var first = list.pupils[i].bundle;
      if (!groups.hasOwnProperty(first)) { groups[first] = []; firsts.push(first); }
      groups[first].push(k);
    });
    turn.forEach(function (k) {
      var group = groups[list.pupils[mine[k]].bundle];
      if (group.length < 2 || out[group[0]] >= 0) return;
      room.together(group.map(function (m) { return list.pupils[mine[m]].stratum; })).forEach(function (junior, g) { out[group[g]] = junior; });
      if (group.some(function (m) { return out[m] !== out[group[0]]; })) apart++;
    });
    list.counts[primary].forEach(function (row, s) {
      var line = room.line.filter(function (place) { return place[0] === s; }), next = 0;
      turn.forEach(function (k) { if (out[k] < 0 && list.pupils[mine[k]].stratum === s) out[k] = line[next++][1]; });
    });
    return { junior: out, apart: apart };
  }

  function draw(list, commitment, seed) {
    var digests = districting.drawn(seed, commitment, list.pupils.map(function (p) { return p.bundle + 1; })).digests;
    var results = list.pupils.map(function () { return null; }), apart = 0, placed;
    list.counts.forEach(function (of, p) {
      var mine = [], places, found;
      list.pupils.forEach(function (pupil, i) { if (pupil.primary === p) mine.push(i); });
      places = districting.drawn(seed, commitment, mine.map(function (i, k) { return (p + 1) + "|" + (k + 1); })).order;
      found = inside(list, p, mine, digests, places);
      apart += found.apart;
      mine.forEach(function (i, k) { results[i] = found.junior[k] < list.juniors.length ? found.junior[k] + 1 : null; });
    });
    placed = results.filter(function (r) { return r !== null; }).length;
    return {
      numbers: digests.map(function (d) { return districting.shownNumber(d, 10); }), results: results,
      summary: { pupils: results.length, placed: placed, surplus: results.length - placed, bundles_apart: apart }
    };
  }

  districting.draws["split-1"] = { kinds: districting.otherKinds, parts: districting.otherParts, read: read, draw: draw };
})();
