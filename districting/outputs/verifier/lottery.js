/* Lotteries (draw-1): the frozen list, the hall, the engines. */
(function () {
  "use strict";

  var whole = districting.whole, below = districting.below;
  /* ---- the frozen list ---- */

  function list(text, count) { return text === "-" ? [] : text.split(",").map(function (t) { return below(t, count); }); }
  function oneOf(text, known) { if (known.indexOf(text) < 0) throw new Error(text); return text; }

  var NAMES = ["preference_first", "preference_then_priority_then_number", "number_first", "single_school", "batched"];
  /* The list behind the lines; throws {line: position from 1} at the first that is not of the format. */
  function readFrozen(lines) {
    var at = 0, draw = { rules: {} }, fields, entries = 0, i, e;
    function wrong() { return { line: at + 1 }; }
    function blocks(kind, width, made) {
      var found = [];
      for (; at < lines.length && lines[at].indexOf(kind + "\t") === 0; at++) {
        fields = lines[at].split("\t");
        if (fields.length !== width || fields[1] !== String(found.length + 1)) throw wrong();
        try { found.push(made(fields)); } catch (error) { throw wrong(); }
      }
      return found;
    }
    if (lines[0] !== "draw-1") throw wrong();
    for (at = 1; at < lines.length && lines[at].indexOf("rule\t") === 0; at++) {
      fields = lines[at].split("\t");
      if (fields.length !== 3 || draw.rules.hasOwnProperty(fields[1])) throw wrong();
      draw.rules[fields[1]] = fields[2];
    }
    draw.tiers = blocks("tier", 4, function (f) { return { name: f[2], when: f[3] }; });
    draw.schools = blocks("school", 6, function (f) { return { id: f[2], name: f[3], plan: whole(f[4]), cap: f[5] === "-" ? null : whole(f[5]) }; });
    draw.pools = blocks("pool", 7, function (f) {
      return { school: below(f[2], draw.schools.length), seats: whole(f[3]), unfilled: oneOf(f[4], ["return", "keep"]), name: f[5], when: f[6] };
    });
    draw.batches = blocks("batch", 7, function (f) {
      return { name: f[2], engine: oneOf(f[3], NAMES), first: whole(f[4]), last: whole(f[5]), schools: list(f[6], draw.schools.length) };
    });
    for (i = at; i < lines.length; i++) if (lines[i].indexOf("entry\t") === 0) entries++;
    draw.entries = blocks("entry", 8, function (f) {
      return {
        token: f[2], bundle: below(f[3], entries), tier: whole(f[4]), keys: f[5] === "-" ? [] : f[5].split(",").map(whole), pools: list(f[6], draw.pools.length),
        wishes: f[7] === "-" ? [] : f[7].split(",").map(function (w) { return w === "0" ? null : below(w, draw.schools.length); })
      };
    });
    if (at !== lines.length) throw wrong();
    for (i = 0; i < draw.entries.length; i++) {
      e = draw.entries[i];
      if (e.bundle > i || draw.entries[e.bundle].bundle !== e.bundle) throw wrong();
    }
    try {
      draw.engine = oneOf(draw.rules.engine, NAMES);
      draw.direction = oneOf(draw.rules.direction, ["ascending", "descending"]);
      draw.digits = whole(draw.rules.digits);
      draw.bundle = oneOf(draw.rules.bundle, ["overfill", "skip"]);
      draw.order = list(draw.rules.default_order, draw.schools.length);
    } catch (error) { at = 0; throw wrong(); }
    return draw;
  }

  /* ---- the hall: groups, seats, log ---- */

  function compare(a, b) {
    for (var i = 0; i < a.length && i < b.length; i++) if (a[i] !== b[i]) return a[i] - b[i];
    return a.length - b.length;
  }

  function groupsOf(draw) {
    var found = [], of = {};
    draw.entries.forEach(function (entry, i) {
      var claim = [entry.tier].concat(entry.keys), group;
      if (entry.bundle === i) {
        group = of[i] = { members: [], claim: claim, pools: [], wishes: entry.wishes };
        found.push(group);
      } else group = of[entry.bundle];
      group.members.push(i);
      group.pools.push(entry.pools);
      if (compare(claim, group.claim) > 0) group.claim = claim;
    });
    return found;
  }

  function Hall(draw, groups, rank) {
    var hall = this;
    this.draw = draw; this.groups = groups; this.log = []; this.open = null; this.pass = "main"; this.batch = 0; this.longest = 0;
    this.byNumber = groups.map(function (g, i) { return i; }).sort(function (a, b) { return rank[a] - rank[b]; });
    this.byClaim = this.byNumber.slice().sort(function (a, b) { return compare(groups[a].claim, groups[b].claim) || rank[a] - rank[b]; });
    groups.forEach(function (g) { hall.longest = Math.max(hall.longest, g.wishes.length); });
    this.reserved = draw.pools.map(function (p) { return p.seats; });
    this.poolsAt = draw.schools.map(function () { return []; });
    draw.pools.forEach(function (p, i) { hall.poolsAt[p.school].push(i); });
    this.general = draw.schools.map(function (s, i) { return s.plan - hall.reservedAt(i); });
    this.over = draw.schools.map(function () { return 0; });
    this.schoolOf = groups.map(function () { return null; });
    this.wishOf = groups.map(function () { return 0; });
  }

  Hall.prototype.reservedAt = function (school) {
    var reserved = this.reserved;
    return this.poolsAt[school].reduce(function (sum, p) { return sum + reserved[p]; }, 0);
  };

  Hall.prototype.waiting = function (order) {
    var schoolOf = this.schoolOf;
    return order.filter(function (g) { return schoolOf[g] === null; });
  };

  Hall.prototype.write = function (fields) { this.log.push([this.log.length + 1].concat(fields).join("\t")); };

  Hall.prototype.seatsFor = function (group, school) {
    var general = this.general[school], reserved = this.reserved.slice(), at = this.poolsAt[school];
    return this.groups[group].pools.map(function (pools) {
      for (var i = 0; i < at.length; i++) {
        if (pools.indexOf(at[i]) >= 0 && reserved[at[i]] > 0) { reserved[at[i]]--; return String(at[i] + 1); }
      }
      if (general > 0) { general--; return "0"; }
      return "over";
    });
  };

  Hall.prototype.offer = function (g, school, wish) {
    var members = this.groups[g].members, size = members.length, hall = this, plan = this.draw.schools[school].plan, cap = this.draw.schools[school].cap, what;
    var taken = this.seatsFor(g, school), room = taken.filter(function (seat) { return seat !== "over"; }).length;
    if (room === 0) what = this.reservedAt(school) > 0 ? "not_eligible" : "full";
    else if (room < size && (this.draw.bundle === "skip" || this.over[school] || (cap !== null && size - room > cap - plan))) what = "skipped";
    else {
      what = "placed";
      taken.forEach(function (seat) {
        if (seat === "0") hall.general[school]--;
        else if (seat === "over") hall.over[school]++;
        else hall.reserved[parseInt(seat, 10) - 1]--;
      });
      this.schoolOf[g] = school; this.wishOf[g] = wish;
    }
    this.write([this.pass, this.batch, members[0] + 1, size, wish, school + 1, what, what === "placed" ? taken.join(",") : "-", this.general[school], this.reservedAt(school)]);
    return what === "placed";
  };

  Hall.prototype.giveBack = function () {
    var hall = this;
    this.open = [];
    this.draw.pools.forEach(function (pool, p) {
      if (pool.unfilled !== "return" || !hall.reserved[p]) return;
      var paid = Math.min(hall.reserved[p], hall.over[pool.school]);
      hall.over[pool.school] -= paid;
      hall.general[pool.school] += hall.reserved[p] - paid;
      hall.reserved[p] = 0;
      hall.write(["return", 0, 0, 0, 0, pool.school + 1, "returned", p + 1, hall.general[pool.school], hall.reservedAt(pool.school)]);
      if (hall.general[pool.school] && hall.open.indexOf(pool.school) < 0) hall.open.push(pool.school);
    });
    return hall.open.length > 0;
  };

  Hall.prototype.isOpen = function (school, named) {
    return (this.open === null || this.open.indexOf(school) >= 0) && (!named.length || named.indexOf(school) >= 0);
  };

  Hall.prototype.fill = function (order) {
    var hall = this, schools = this.draw.order.slice();
    this.pass = "fill"; this.batch = 0;
    this.waiting(order).forEach(function (g) {
      schools = schools.filter(function (s) { return hall.general[s] > 0 || hall.reservedAt(s) > 0; });
      for (var i = 0; i < schools.length; i++) if (hall.offer(g, schools[i], 0)) return;
    });
  };

  /* ---- engines ---- */

  function byWish(hall, first, last, named) {
    for (var wish = first; wish <= last; wish++) {
      hall.waiting(hall.byClaim).forEach(function (g) {
        var wishes = hall.groups[g].wishes, school = wish <= wishes.length ? wishes[wish - 1] : null;
        if (school !== null && hall.isOpen(school, named)) hall.offer(g, school, wish);
      });
    }
  }

  function byNumber(hall, first, last, named) {
    hall.waiting(hall.byClaim).forEach(function (g) {
      var wishes = hall.groups[g].wishes;
      for (var wish = first; wish <= last && wish <= wishes.length; wish++) {
        if (wishes[wish - 1] !== null && hall.isOpen(wishes[wish - 1], named) && hall.offer(g, wishes[wish - 1], wish)) return;
      }
    });
  }

  function schoolBySchool(hall) {
    var lists = hall.draw.schools.map(function () { return []; });
    hall.waiting(hall.byClaim).forEach(function (g) {
      var wishes = hall.groups[g].wishes;
      if (wishes.length && wishes[0] !== null && hall.isOpen(wishes[0], [])) lists[wishes[0]].push(g);
    });
    lists.forEach(function (of, school) { of.forEach(function (g) { hall.offer(g, school, 1); }); });
  }

  var ENGINES = {
    preference_first: function (hall) { byWish(hall, 1, hall.longest, []); },
    preference_then_priority_then_number: function (hall) { byWish(hall, 1, hall.longest, []); },
    number_first: function (hall) { byNumber(hall, 1, hall.longest, []); },
    single_school: schoolBySchool,
    batched: function (hall) {
      var pass = hall.open === null ? "main" : "again";
      hall.draw.batches.forEach(function (batch, i) {
        hall.pass = pass; hall.batch = i + 1;
        (batch.engine === "number_first" ? byNumber : byWish)(hall, batch.first, batch.last, batch.schools);
      });
    }
  };

  /* ---- a draw ---- */

  function drawUnder(draw, commitment, seed) {
    var groups = groupsOf(draw), under = districting.hmacUnder(seed), found, order, rank = [], shown, hall, numbers = [], results = [], byWishes = [], seen = {}, equal = 0, i, summary;
    found = groups.map(function (g) {
      var at = commitment + "|" + (g.members[0] + 1);
      if (draw.engine !== "single_school") return under(at);
      return g.wishes.length && g.wishes[0] !== null ? under(at + "|" + (g.wishes[0] + 1)) : "";
    });
    order = groups.map(function (g, i) { return i; }).sort(function (a, b) {
      if (found[a] === found[b]) return a - b;
      return (found[a] < found[b] ? -1 : 1) * (draw.direction === "descending" ? -1 : 1);
    });
    order.forEach(function (g, place) { rank[g] = place; });
    shown = found.map(function (d) { return d ? districting.shownNumber(d, draw.digits) : ""; });
    hall = new Hall(draw, groups, rank);
    ENGINES[draw.engine](hall);
    if (hall.giveBack()) { hall.pass = "again"; hall.batch = 0; ENGINES[draw.engine](hall); }
    hall.fill(draw.engine === "preference_then_priority_then_number" ? hall.byNumber : hall.byClaim);
    for (i = 0; i <= hall.longest; i++) byWishes.push(0);
    groups.forEach(function (group, g) {
      var school = hall.schoolOf[g];
      group.members.forEach(function (i) { numbers[i] = shown[g]; results[i] = school === null ? null : school + 1; });
      if (school !== null) byWishes[hall.wishOf[g]] += group.members.length;
      if (shown[g]) { if (seen["n" + shown[g]]) equal++; seen["n" + shown[g]] = true; }
    });
    function sum(values) { return values.reduce(function (a, b) { return a + b; }, 0); }
    summary = {
      entries: draw.entries.length, groups: groups.length, schools: draw.schools.length, seats: sum(draw.schools.map(function (s) { return s.plan; })),
      placed_by_wish: byWishes.slice(1), placed_by_default_order: byWishes[0], unplaced: draw.entries.length - sum(byWishes), over_plan: sum(hall.over),
      seats_left: sum(hall.general), reserved_left: sum(hall.reserved), equal_numbers: equal
    };
    return { rules: draw.rules, numbers: numbers, log: hall.log, results: results, summary: summary };
  }

  districting.draws["draw-1"] = {
    kinds: {
      algorithm: "string", commitment: "string", public_seed: "string", rules: "object", frozen: "array", frozen_checks: "array", numbers: "array", log: "array",
      results: "array", summary: "object"
    },
    parts: ["rules", "numbers", "log", "results", "summary"], read: readFrozen, draw: drawUnder
  };
})();
