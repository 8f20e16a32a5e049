/* Search by name in either script, full or half width, by id, by full pinyin, by initials, and by both mixed. A character may be read in any of its ways. */
function districtingSearch(page) {
  'use strict';
  var data = page.data, unit = data.unit, readings = {}, simple = {}, FOUND = 12, CHUNK = 2000, folded = null, blocks = null;
  Object.keys(data.search.readings).forEach(function (key) { Array.from(data.search.readings[key]).forEach(function (c) { readings[c] = key.split(','); }); });
  Array.from(data.search.simple).forEach(function (c, i, all) { if (i % 2 === 0) { simple[c] = all[i + 1]; } });
  function fold(text) { return Array.from(String(text).normalize('NFKC').toLowerCase().replace(/ü/g, 'v')).map(function (c) { return simple[c] || c; }).join(''); }
  page.fold = fold;
  /* Whether letters from `at` on spell the name from character `i` on: each character by a whole reading or its first letter, the last by any beginning. */
  function spells(letters, at, name, i) {
    if (at >= letters.length) { return true; }
    if (i >= name.length) { return false; }
    var ways = readings[name[i]];
    if (!ways) { return /[a-z0-9]/.test(name[i]) ? name[i] === letters[at] && spells(letters, at + 1, name, i + 1) : spells(letters, at, name, i + 1); }
    return ways.some(function (way) {
      if (way[0] !== letters[at]) { return false; }
      if (letters.startsWith(way, at)) { return spells(letters, at + way.length, name, i + 1) || spells(letters, at + 1, name, i + 1); }
      return way.startsWith(letters.slice(at)) || spells(letters, at + 1, name, i + 1) || (/^[zcs]h/.test(way) && letters[at + 1] === 'h' && spells(letters, at + 2, name, i + 1));
    });
  }
  function sounds(letters, text) {
    var name = /[\ud800-\udfff]/.test(text) ? Array.from(text) : text; // a character may be two units
    for (var i = 0; i < name.length; i++) { if (readings[name[i]] && spells(letters, 0, name, i)) { return true; } }
    return false;
  }
  /* Names are folded once, when somebody first searches; those of the blocks into one text, a line for the name and a line for the id: an object for each block would be several times as large. */
  function all() {
    if (folded) { return folded; }
    function one(kind, at, name, id) { return { kind: kind, at: at, name: fold(name), id: fold(id) }; }
    folded = data.schools.map(function (s, i) { return one('school', i, s.name, s.id); });
    data.groupings.forEach(function (g, n) { g.districts.forEach(function (d, i) { folded.push(one('district', [n, i], d.name, d.id)); }); });
    return folded;
  }
  function plain(text) { return text.replace(/[\r\n]/g, ' '); }
  function lines() {
    if (blocks !== null || unit.kind !== 'block') { return blocks || ''; }
    blocks = '';
    for (var from = 0; from < unit.id.length; from += CHUNK) {
      blocks += fold(unit.id.slice(from, from + CHUNK).map(function (id, k) { return plain(unit.name[from + k] || '') + '\n' + plain(id) + '\n'; }).join(''));
    }
    return blocks;
  }
  /* What fits, kind by kind: names and ids that hold the words as typed before those that only sound so. */
  page.findAll = function (typed) {
    var text = fold(plain(typed)).trim(), letters = text.replace(/[\s']/g, ''), spelled = /^[a-z0-9]+$/.test(letters) && /[a-z]/.test(letters), exact = [], heard = [];
    if (!text) { return []; }
    all().forEach(function (one) {
      if (one.name.indexOf(text) >= 0 || one.id.indexOf(text) >= 0) { exact.push(one); return; }
      if (spelled && sounds(letters, one.name)) { heard.push(one); }
    });
    var rows = lines(), at = 0, hit = rows.indexOf(text), end, next;
    for (var u = 0; at < rows.length; u++, at = next + 1) {
      end = rows.indexOf('\n', at); next = rows.indexOf('\n', end + 1);
      if (hit >= 0 && hit < next) { exact.push({ kind: 'block', at: u }); hit = rows.indexOf(text, next + 1); }
      else if (spelled && sounds(letters, rows.slice(at, end))) { heard.push({ kind: 'block', at: u }); }
    }
    return exact.concat(heard);
  };
  function hit(one) {
    var comma = page.word('comma');
    if (one.kind === 'school') { var s = data.schools[one.at]; return page.row(s.name, s.stages.map(page.word).join(comma) + comma + s.id, null, function () { page.goSchool(one.at); }); }
    if (one.kind === 'block') { return page.row(unit.name[one.at] || unit.id[one.at], page.word('block') + comma + unit.id[one.at], null, function () { page.goUnit(one.at); }); }
    var d = data.groupings[one.at[0]].districts[one.at[1]];
    return page.row(d.name, page.groupingWord(one.at[0]) + comma + d.id, null, function () { page.state.view = 'grouping:' + one.at[0]; page.state.chosen = -1; page.draw(); page.goGroup(one.at[1]); });
  }
  page.search = function () {
    var list = page.$('found'), typed = page.$('search').value, hits = page.findAll(typed), shown = [];
    list.replaceChildren();
    if (!typed.trim()) { return; }
    ['school', 'district', 'block'].forEach(function (kind) { shown = shown.concat(hits.filter(function (one) { return one.kind === kind; }).slice(0, FOUND)); });
    shown.forEach(function (one) { list.append(hit(one)); });
    if (!hits.length) { list.append(page.make('li', page.word('nothing_found'), 'small')); }
    if (hits.length > shown.length) { list.append(page.make('li', page.fill('and_more', { n: hits.length - shown.length }), 'small')); }
  };
  /* Keys of the search: Enter opens the first hit, the arrows walk through the hits, Escape goes back to the field and then clears it. */
  page.searchKeys = function (e) {
    var hits = Array.from(page.$('found').querySelectorAll('button')), at = hits.indexOf(document.activeElement);
    if (e.key === 'Enter' && at < 0 && hits.length && !e.isComposing) { e.preventDefault(); hits[0].click(); }
    if (e.key === 'ArrowDown' && hits.length) { e.preventDefault(); hits[Math.min(at + 1, hits.length - 1)].focus(); }
    if (e.key === 'ArrowUp' && at >= 0) { e.preventDefault(); (at ? hits[at - 1] : page.$('search')).focus(); }
    if (e.key === 'Escape') { e.preventDefault(); if (at < 0) { page.$('search').value = ''; page.search(); } else { page.$('search').focus(); } }
  };
}
