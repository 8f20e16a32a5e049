/* A record beside what its frozen lines and seed give: the first difference. */
(function () {
  "use strict";

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

  function kindOf(value) { return Array.isArray(value) ? "array" : value === null ? "null" : typeof value; }
  function verifyRecord(record) {
    var part, i, kept, draw, list, again, found;
    if (kindOf(record) !== "object" || typeof record.algorithm !== "string") return { status: "bad", part: kindOf(record) === "object" ? "algorithm" : "" };
    draw = districting.draws.hasOwnProperty(record.algorithm) ? districting.draws[record.algorithm] : null;
    if (!draw) return differs("algorithm", null, Object.keys(districting.draws).join(", "), record.algorithm);
    for (part in draw.kinds) if (kindOf(record[part]) !== draw.kinds[part]) return { status: "bad", part: part };
    for (part in record) if (!draw.kinds.hasOwnProperty(part)) return { status: "bad", part: part };
    for (i = 0; i < record.frozen.length; i++) if (typeof record.frozen[i] !== "string") return { status: "bad", part: "frozen" };
    kept = districting.lineChecks(record.frozen);
    found = firstDifference("frozen_checks", kept.checks, record.frozen_checks);
    if (kept.commitment !== record.commitment) {
      return found ? differs("frozen", found.line, "-", inPublic(record, found.line)) : differs("commitment", null, kept.commitment, record.commitment);
    }
    if (found) return found;
    if (!record.public_seed.trim() || (record.public_seed.normalize && record.public_seed.normalize("NFC") !== record.public_seed)) return { status: "bad", part: "public_seed" };
    if (record.frozen[0] !== record.algorithm) return differs("algorithm", null, record.frozen[0], record.algorithm);
    try { list = draw.read(record.frozen); } catch (wrong) {
      if (!wrong.line) throw wrong;
      return differs("frozen", wrong.line, record.algorithm, inPublic(record, wrong.line));
    }
    try { again = draw.draw(list, record.commitment, record.public_seed); } catch (wrong) {
      if (!wrong.beyond) throw wrong;
      return { status: "beyond" };
    }
    if (draw.kinds.audit_hash) again.audit_hash = auditHash(record, again.results);
    for (i = 0; i < draw.parts.length; i++) {
      part = draw.parts[i];
      found = part === "audit_hash" ? (again[part] === record[part] ? null : differs(part, null, again[part], record[part])) : firstDifference(part, again[part], record[part]);
      if (found) return found;
    }
    return {
      status: "identical", algorithm: record.algorithm, draw: list, numbers: again.numbers, results: again.results, log: again.log || null, summary: again.summary,
      audit_hash: again.audit_hash || null
    };
  }

  /* Lines of classes hold scores: only their kind and position are shown. */
  function inPublic(record, line) {
    var text = record.frozen[line - 1];
    return text === undefined || record.algorithm !== "classes-1" ? text : text.split("\t").slice(0, 2).join("\t");
  }

  function auditHash(record, results) {
    var lines = [record.commitment, record.public_seed].concat(results.map(function (r) { return r === null ? "-" : String(r); }));
    return districting.sha256(lines.join("\n") + "\n");
  }

  districting.verifyRecord = verifyRecord;
})();
