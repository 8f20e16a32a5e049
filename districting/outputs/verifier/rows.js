/* Frozen lines by kind (split-1, quota-1, classes-1), and orders by digest. */
(function () {
  "use strict";

  function whole(text) { if (!/^[0-9]{1,12}$/.test(text)) throw new Error(text); return parseInt(text, 10); }
  function below(text, count) { var at = whole(text) - 1; if (at < 0 || at >= count) throw new Error(text); return at; }
  function number(text) {
    var value = Number(text);
    if (!/^-?[0-9]/.test(text) || !isFinite(value)) throw new Error(text);
    return value;
  }

  /* widths: [kind, fields behind it] in the order in which kinds come; free: kinds whose rows have no position. Throws {line: from 1} at the first that does not fit. */
  function rowsOf(lines, widths, free) {
    var of = {}, first = {}, rules = {}, at = 0, kinds = widths.map(function (w) { of[w[0]] = []; return w[0]; });
    lines.forEach(function (line, i) {
      var fields, kind, place;
      if (i === 0) return;
      fields = line.split("\t"); kind = fields.shift(); place = kinds.indexOf(kind);
      if (place < at || fields.length !== widths[place][1]) throw { line: i + 1 };
      at = place;
      if (!of[kind].length) first[kind] = i + 1;
      of[kind].push(fields);
      if (kind === "rule") {
        if (rules.hasOwnProperty(fields[0])) throw { line: i + 1 };
        rules[fields[0]] = fields[1];
      } else if (free.indexOf(kind) < 0 && fields[0] !== String(of[kind].length)) throw { line: i + 1 };
    });
    return {
      of: of, first: first, rules: rules,
      each: function (kind, read) {
        return of[kind].map(function (fields, i) { try { return read(fields, i); } catch (error) { throw { line: first[kind] + i }; } });
      },
      rule: function (key, read) { try { return read(rules[key]); } catch (error) { throw { line: 1 }; } }
    };
  }

  /* Digests of all suffixes, and the positions in their order; equal digests stand as they came. */
  function drawn(seed, commitment, suffixes) {
    var under = districting.hmacUnder(seed), digests = suffixes.map(function (s) { return under(commitment + "|" + s); });
    return { digests: digests, order: orderOf(digests) };
  }

  function orderOf(digests) {
    return digests.map(function (d, i) { return i; }).sort(function (a, b) { return digests[a] < digests[b] ? -1 : digests[a] > digests[b] ? 1 : a - b; });
  }

  function count(n) { var out = [], i; for (i = 1; i <= n; i++) out.push(String(i)); return out; }
  function sum(values) { return values.reduce(function (a, b) { return a + b; }, 0); }
  function filled(n, value) { var out = [], i; for (i = 0; i < n; i++) out.push(typeof value === "function" ? value(i) : value); return out; }

  districting.whole = whole; districting.below = below; districting.number = number; districting.rowsOf = rowsOf; districting.drawn = drawn;
  districting.count = count; districting.sum = sum; districting.filled = filled;
  districting.otherKinds = {
    algorithm: "string", commitment: "string", public_seed: "string", frozen: "array", frozen_checks: "array", numbers: "array", results: "array", summary: "object",
    audit_hash: "string"
  };
  districting.otherParts = ["numbers", "results", "summary", "audit_hash"];
})();
