/* A table of two columns (block id, zone or school id; blank or 0 = stays) as moves of one stage; the rules are those of reading/moves.py. No page is touched here. */
function districtingMovesOfTable(text, ids, targets) {
  'use strict';
  var HEADERS = ['block_id', 'block', 'id', '地块', '地块代码', '地块编号', '小区', '小区编号'], found = { rows: [], refused: [], mended: 0 };
  /* Ids of one kind; one that lost its leading zeros is known where only one fits. */
  function known(pairs) {
    var at = new Map(pairs), bare = new Map();
    at.forEach(function (position, id) { if (/^\d+$/.test(id)) { var b = id.replace(/^0+/, ''); bare.set(b, (bare.get(b) || []).concat(id)); } });
    return function (given) {
      if (at.has(given)) { return at.get(given); }
      var meant = /^\d+$/.test(given) ? bare.get(given.replace(/^0+/, '')) || [] : [];
      if (meant.length !== 1) { return -1; }
      found.mended++;
      return at.get(meant[0]);
    };
  }
  function cells() { /* rows of a CSV, quotes and line breaks inside quotes included */
    var rows = [], row = [], cell = '', quoted = false, i, c;
    text = text.replace(/^\ufeff/, '');
    for (i = 0; i < text.length; i++) {
      c = text[i];
      if (quoted) { if (c !== '"') { cell += c; } else if (text[i + 1] === '"') { cell += '"'; i++; } else { quoted = false; } }
      else if (c === '"' && !cell) { quoted = true; }
      else if (c === ',') { row.push(cell.trim()); cell = ''; }
      else if (c === '\n' || c === '\r') { if (c === '\r' && text[i + 1] === '\n') { i++; } row.push(cell.trim()); rows.push(row); row = []; cell = ''; }
      else { cell += c; }
    }
    if (cell || row.length) { row.push(cell.trim()); rows.push(row); }
    return rows;
  }
  function plain(cell) { return /^'[=+\-@\t\r]/.test(cell) ? cell.slice(1) : cell; }
  var block = known(ids.map(function (id, u) { return [id, u]; })), zone = known(targets), seen = new Set();
  cells().forEach(function (row, r) {
    var b, z, why = '';
    if (!row.some(Boolean) || (r === 0 && HEADERS.indexOf(row[0].toLowerCase()) >= 0)) { return; }
    if (row.length < 2 || row.slice(2).some(Boolean) || !row[0]) { found.refused.push({ row: r, why: 'not_two' }); return; }
    if (row[1] === '' || row[1] === '0') { return; }
    b = block(plain(row[0])); z = zone(plain(row[1]));
    why = b < 0 ? 'unknown_block' : z < 0 ? 'unknown_zone' : seen.has(b) ? 'twice' : '';
    if (why) { found.refused.push({ row: r, why: why }); return; }
    seen.add(b);
    found.rows.push([b, z]);
  });
  return found;
}
if (typeof module !== 'undefined') { module.exports = { districtingMovesOfTable: districtingMovesOfTable }; }
