/* Replays the record of a lottery (draw-1) without network: SHA-256, HMAC, the engines and the comparison. Plain JavaScript, nothing is loaded. */
var districting = (function () {
  "use strict";

  var K = [
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2
  ];
  var START = [0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19];

  /* ---- SHA-256 and HMAC ---- */

  function Sha(from) {
    this.h = from ? from.h.slice() : START.slice();
    this.rest = from ? from.rest.slice() : [];
    this.length = from ? from.length : 0;
  }

  var W = [];
  function block(h, bytes, at) {
    var i, s0, s1, t1, t2, a = h[0], b = h[1], c = h[2], d = h[3], e = h[4], f = h[5], g = h[6], x = h[7];
    for (i = 0; i < 16; i++, at += 4) W[i] = (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3];
    for (i = 16; i < 64; i++) {
      s0 = W[i - 15]; s1 = W[i - 2];
      s0 = ((s0 >>> 7) | (s0 << 25)) ^ ((s0 >>> 18) | (s0 << 14)) ^ (s0 >>> 3);
      s1 = ((s1 >>> 17) | (s1 << 15)) ^ ((s1 >>> 19) | (s1 << 13)) ^ (s1 >>> 10);
      W[i] = (W[i - 16] + s0 + W[i - 7] + s1) | 0;
    }
    for (i = 0; i < 64; i++) {
      s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
      t1 = (x + s1 + ((e & f) ^ (~e & g)) + K[i] + W[i]) | 0;
      s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
      t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      x = g; g = f; f = e; e = (d + t1) | 0; d = c; c = b; b = a; a = (t1 + t2) | 0;
    }
    h[0] = (h[0] + a) | 0; h[1] = (h[1] + b) | 0; h[2] = (h[2] + c) | 0; h[3] = (h[3] + d) | 0;
    h[4] = (h[4] + e) | 0; h[5] = (h[5] + f) | 0; h[6] = (h[6] + g) | 0; h[7] = (h[7] + x) | 0;
  }

  Sha.prototype.update = function (bytes) {
    var all = this.rest.length ? this.rest.concat(bytes) : bytes, at = 0;
    this.length += bytes.length;
    for (; at + 64 <= all.length; at += 64) block(this.h, all, at);
    this.rest = all.slice(at);
    return this;
  };

  Sha.prototype.bytes = function () {
    var h = this.h.slice(), tail = this.rest.concat([128]), bits = this.length * 8, out = [], i;
    while (tail.length % 64 !== 56) tail.push(0);
    for (i = 7; i >= 0; i--) tail.push(Math.floor(bits / Math.pow(256, i)) % 256);
    for (i = 0; i < tail.length; i += 64) block(h, tail, i);
    for (i = 0; i < 8; i++) out.push((h[i] >>> 24) & 255, (h[i] >>> 16) & 255, (h[i] >>> 8) & 255, h[i] & 255);
    return out;
  };

  function hex(bytes) {
    var out = "", i;
    for (i = 0; i < bytes.length; i++) out += (bytes[i] < 16 ? "0" : "") + bytes[i].toString(16);
    return out;
  }

  function utf8(text) {
    var out = [], i, c, next;
    for (i = 0; i < text.length; i++) {
      c = text.charCodeAt(i);
      if (c >= 0xd800 && c < 0xdc00 && i + 1 < text.length) {
        next = text.charCodeAt(i + 1);
        if (next >= 0xdc00 && next < 0xe000) { c = 0x10000 + ((c - 0xd800) << 10) + (next - 0xdc00); i++; }
      }
      if (c < 0x80) out.push(c);
      else if (c < 0x800) out.push(0xc0 | (c >> 6), 0x80 | (c & 63));
      else if (c < 0x10000) out.push(0xe0 | (c >> 12), 0x80 | ((c >> 6) & 63), 0x80 | (c & 63));
      else out.push(0xf0 | (c >> 18), 0x80 | ((c >> 12) & 63), 0x80 | ((c >> 6) & 63), 0x80 | (c & 63));
    }
    return out;
  }

  function sha256(text) { return hex(new Sha().update(utf8(text)).bytes()); }

  /* A function of the message under this key: the two blocks of the key are worked once. */
  function hmac(key) {
    var bytes = utf8(key), inner = [], outer = [], i;
    if (bytes.length > 64) bytes = new Sha().update(bytes).bytes();
    for (i = 0; i < 64; i++) { inner.push((bytes[i] || 0) ^ 0x36); outer.push((bytes[i] || 0) ^ 0x5c); }
    inner = new Sha().update(inner); outer = new Sha().update(outer);
    return function (message) { return hex(new Sha(outer).update(new Sha(inner).update(utf8(message)).bytes()).bytes()); };
  }

  /* The first 64 bits as a fraction of 2^64: ten times the fraction gives the next digit, carried in four limbs of 16 bits. */
  function shownNumber(digest, digits) {
    var limbs = [0, 4, 8, 12].map(function (at) { return parseInt(digest.substr(at, 4), 16); }), out = "", i, carry;
    while (out.length < digits) {
      for (carry = 0, i = 3; i >= 0; i--) { carry += limbs[i] * 10; limbs[i] = carry % 65536; carry = Math.floor(carry / 65536); }
      out += carry;
    }
    return out;
  }

  /* ---- the frozen list ---- */

  function whole(text) { if (!/^[0-9]{1,12}$/.test(text)) throw new Error(text); return parseInt(text, 10); }
  function below(text, count) { var at = whole(text) - 1; if (at < 0 || at >= count) throw new Error(text); return at; }
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

  /* ---- a draw, and the comparison with the record ---- */

  function drawUnder(draw, commitment, seed) {
    var groups = groupsOf(draw), under = hmac(seed), found, order, rank = [], shown, hall, numbers = [], results = [], byWishes = [], seen = {}, equal = 0, i, summary;
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
    shown = found.map(function (d) { return d ? shownNumber(d, draw.digits) : ""; });
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

  function show(value) {
    var text = value === null ? "null" : typeof value === "object" ? JSON.stringify(value) : String(value);
    text = text.replace(/\t/g, " | ");
    return text.length > 100 ? text.slice(0, 100) + "..." : text;
  }

  function differs(part, line, expected, found) {
    return { status: "differs", part: part, line: line, expected: show(expected === undefined ? "-" : expected), found: show(found === undefined ? "-" : found) };
  }

  function firstDifference(part, expected, found) {
    var i;
    if (Array.isArray(expected)) {
      for (i = 0; i < Math.max(expected.length, found.length); i++) if (expected[i] !== found[i]) return differs(part, i + 1, expected[i], found[i]);
      return null;
    }
    var keys = Object.keys(expected).concat(Object.keys(found));
    for (i = 0; i < keys.length; i++) {
      if (JSON.stringify(expected[keys[i]]) !== JSON.stringify(found[keys[i]])) return differs(part + "." + keys[i], null, expected[keys[i]], found[keys[i]]);
    }
    return null;
  }

  var KINDS = {
    algorithm: "string", commitment: "string", public_seed: "string", rules: "object", frozen: "array", frozen_checks: "array", numbers: "array", log: "array",
    results: "array", summary: "object"
  };

  function kindOf(value) { return Array.isArray(value) ? "array" : value === null ? "null" : typeof value; }
  function verifyRecord(record) {
    var part, i, running = new Sha(), checks = [], commitment, draw, again, parts = ["rules", "numbers", "log", "results", "summary"], found;
    if (kindOf(record) !== "object") return { status: "bad", part: "" };
    for (part in KINDS) if (kindOf(record[part]) !== KINDS[part]) return { status: "bad", part: part };
    for (part in record) if (!KINDS.hasOwnProperty(part)) return { status: "bad", part: part };
    for (i = 0; i < record.frozen.length; i++) if (typeof record.frozen[i] !== "string") return { status: "bad", part: "frozen" };
    if (record.algorithm !== "draw-1") return differs("algorithm", null, "draw-1", record.algorithm);
    for (i = 0; i < record.frozen.length; i++) checks.push(hex(running.update(utf8(record.frozen[i] + "\n")).bytes()).slice(0, 8));
    commitment = hex(running.bytes());
    found = firstDifference("frozen_checks", checks, record.frozen_checks);
    if (commitment !== record.commitment) {
      return found ? differs("frozen", found.line, "-", record.frozen[found.line - 1]) : differs("commitment", null, commitment, record.commitment);
    }
    if (found) return found;
    if (!record.public_seed.trim() || (record.public_seed.normalize && record.public_seed.normalize("NFC") !== record.public_seed)) return { status: "bad", part: "public_seed" };
    try { draw = readFrozen(record.frozen); } catch (wrong) {
      if (!wrong.line) throw wrong;
      return differs("frozen", wrong.line, "draw-1", record.frozen[wrong.line - 1]);
    }
    again = drawUnder(draw, record.commitment, record.public_seed);
    for (i = 0; i < parts.length; i++) {
      found = firstDifference(parts[i], again[parts[i]], record[parts[i]]);
      if (found) return found;
    }
    return { status: "identical", draw: draw, numbers: again.numbers, results: again.results, log: again.log, summary: again.summary };
  }

  return { sha256: sha256, hmac: function (key, message) { return hmac(key)(message); }, shownNumber: shownNumber, verifyRecord: verifyRecord };
})();
