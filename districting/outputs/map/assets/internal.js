/* Internal pages only: who is linked with whom, and the standing of schools. A page for the public has neither this file nor its data. */
function districtingInternal(page) {
  'use strict';
  districtingNoEditor(page);
  var data = page.data, word = page.word, fill = page.fill, number = page.number, make = page.make, of = data.links, rows = of.rows, MUCH = 150, SOME = 8, MOST = 60;
  var count = rows.kind.length, linksOf = {}, boxes = [], marks = L.layerGroup().addTo(page.map);
  var state = of.looks.map(function () { return { on: false, part: -1 }; });
  function value(name, k) { return rows[name] === undefined || rows[name][k] === null || rows[name][k] === -1 ? null : rows[name][k]; }
  function said(name, k) { var v = value(name, k); return v === null ? '' : of.words[name][v][page.lang()]; }
  function codeOf(name, k) { var v = value(name, k); return v === null ? '' : of.words[name][v].code; }
  function kindWord(i) { return of.looks[i].words[page.lang()]; }
  function end(e) { var one = of.ends[e]; return one.school === undefined ? one : data.schools[one.school]; }
  function spot(e) { return of.ends[e].at || end(e).at || null; }
  function schoolOf(e) { return of.ends[e].school === undefined ? -1 : of.ends[e].school; }
  rows.kind.forEach(function (_, k) {
    [rows.from[k], rows.to[k]].forEach(function (e) { var s = schoolOf(e); if (s >= 0) { (linksOf[s] = linksOf[s] || []).push(k); } });
  });
  /* ---- what is shown ---- */
  function inView(k) { return page.grouping() >= 0 || !page.state.view || !codeOf('stage', k) || codeOf('stage', k) === page.stageShown(); }
  function seen(k) { var s = state[rows.kind[k]]; return s.on && inView(k) && (s.part < 0 || value('part', k) === s.part) && spot(rows.from[k]) && spot(rows.to[k]); }
  function all() { var found = []; for (var k = 0; k < count; k++) { if (inView(k)) { found.push(k); } } return found; }
  function shown() { var found = []; for (var k = 0; k < count; k++) { if (seen(k)) { found.push(k); } } return found; }
  function chosen(k) {
    var s = page.shown;
    return !!s && ((s[0] === 'link' && s[1] === k) || (s[0] === 'school' && (schoolOf(rows.from[k]) === s[1] || schoolOf(rows.to[k]) === s[1])));
  }
  var curves = districtingCurves(page.map, {
    shown: shown, chosen: chosen, look: function (k) { return of.looks[rows.kind[k]]; }, from: function (k) { return spot(rows.from[k]); }, to: function (k) { return spot(rows.to[k]); },
    way: function (k) { return rows.from[k] * of.ends.length + rows.to[k]; }, remote: function (k) { return !!value('remote', k); }
  });
  curves.layer.addTo(page.map);
  function drawEnds(found) {
    var ends = {};
    found.forEach(function (k) { [rows.from[k], rows.to[k]].forEach(function (e) { if (schoolOf(e) < 0) { ends[e] = true; } }); });
    marks.clearLayers();
    Object.keys(ends).forEach(function (e) {
      var one = of.ends[e], label = make('span', undefined, 'end'), mark = make('span', '◆', 'end-mark');
      label.append(mark, make('span', one.name));
      var spot = L.marker(one.at, { icon: L.divIcon({ className: 'end-box', html: label, iconSize: [0, 0] }), alt: one.name, keyboard: false, zIndexOffset: 25000 });
      spot.on('mouseover mousemove', function (m) { page.tip(one.name, [[word('link_end'), one.words[page.lang()]]], m.originalEvent); });
      spot.on('mouseout', page.noTip);
      marks.addLayer(spot);
    });
  }
  /* ---- what is said of a link ---- */
  function arrow(k) { return of.looks[rows.kind[k]].mutual ? ' ↔ ' : ' → '; }
  function title(k) { var part = said('part', k); return kindWord(rows.kind[k]) + (part ? word('dot') + part : ''); }
  function metres(k) { var m = value('metres', k); return m === null ? '' : fill('metres', { n: number(m) }) + (value('remote', k) ? word('comma') + word('link_remote') : ''); }
  function rowsOf(k) {
    var found = [[word('link_way'), end(rows.from[k]).name + arrow(k) + end(rows.to[k]).name]], gains = ['gain_from', 'gain_to'].map(function (n) { return value(n, k); });
    function add(key, text) { if (text) { found.push([word(key), text]); } }
    add('stages', said('stage', k));
    add('distance', metres(k));
    add('link_gap', value('gap', k) === null ? '' : value('gap', k).toFixed(1));
    add('link_margin', value('margin', k) === null ? '' : value('margin', k).toFixed(2));
    add('link_runner', value('runner', k) === null ? '' : end(value('runner', k)).name);
    if (gains[0] !== null && gains[1] !== null) { add('link_gains', gains[0].toFixed(2) + ' / ' + gains[1].toFixed(2)); }
    add('link_term', said('term', k)); add('link_drive', said('drive', k)); add('link_channel', said('channel', k)); add('link_outcome', said('outcome', k));
    add('link_pinned', value('pinned', k) ? word('link_by_hand') : '');
    return found;
  }
  function go(k) {
    page.ring(-1); page.state.chosen = -1; page.shown = ['link', k];
    var s = state[rows.kind[k]], a = spot(rows.from[k]), b = spot(rows.to[k]);
    s.on = true;
    if (s.part >= 0 && value('part', k) !== s.part) { s.part = value('part', k) === null ? -1 : value('part', k); }
    if (a && b) { page.map.fitBounds([a, b], { animate: false, padding: [60, 60], maxZoom: Math.max(14, page.map.getZoom()) }); }
    page.drawCard(); page.areas.layer.draw(); page.inner.draw(); page.drawLegend();
  }
  function button(k, text, small) {
    var li = make('li'), b = make('button', undefined, 'row'), words = make('span');
    b.type = 'button';
    words.append(make('span', text));
    if (small) { words.append(make('span', small, 'small')); }
    b.append(words); li.append(b);
    b.addEventListener('click', function () { go(k); });
    return li;
  }
  function listed(found, line, most) {
    var list = make('ul', undefined, 'links');
    found.slice(0, most).forEach(function (k) { list.append(line(k)); });
    if (found.length > most) { list.append(make('li', fill('and_more', { n: number(found.length - most) }), 'small')); }
    return list;
  }
  function byKind(found) { return of.looks.map(function (_, i) { return found.filter(function (k) { return rows.kind[k] === i; }); }); }
  /* ---- the boxes of the panel, one for each form ---- */
  function swatch(look) {
    var c = make('canvas', undefined, 'line'), g = c.getContext('2d');
    c.width = 84; c.height = 24;
    g.setLineDash(look.dash.map(function (d) { return 2 * d; })); g.strokeStyle = look.colour; g.lineWidth = 6; g.beginPath(); g.moveTo(0, 12); g.lineTo(84, 12); g.stroke();
    c.setAttribute('aria-hidden', 'true');
    return c;
  }
  function changed() { page.inner.draw(); page.drawLegend(); }
  function tick(id, words, act) {
    var label = make('label'), box = make('input');
    box.type = 'checkbox'; box.id = id;
    label.append(box); words.forEach(function (w) { label.append(w); });
    box.addEventListener('change', function () { act(box.checked); changed(); });
    return { label: label, box: box };
  }
  var section = make('section'), every, list = make('details'), unplaced = make('span', '', 'small');
  function build() {
    var set = make('fieldset'), name = make('legend');
    section.id = 'links-section';
    name.dataset.word = 'link_title';
    every = tick('links', [' ', make('span')], function (on) { state.forEach(function (s) { s.on = on; }); });
    set.append(name, every.label);
    of.looks.forEach(function (look, i) {
      var mine = tick('links-' + look.kind, [swatch(look), make('span')], function (on) { state[i].on = on; });
      boxes.push(mine); set.append(mine.label);
      var parts = Array.from(new Set(rows.part ? rows.part.filter(function (p, k) { return p >= 0 && rows.kind[k] === i; }) : [])), total = rows.kind.filter(function (x) { return x === i; }).length;
      if (parts.length < 2) { return; }
      var label = make('label', undefined, 'part'), select = make('select');
      select.id = 'part-' + look.kind; mine.select = select; mine.parts = parts;
      if (total > MUCH) { state[i].part = parts[0]; }
      label.append(mine.partWord = make('span'), ' ', select);
      select.addEventListener('change', function () { state[i].part = Number(select.value); state[i].on = true; changed(); });
      set.append(label);
    });
    list.id = 'links-list'; list.append(make('summary'));
    list.addEventListener('toggle', drawList);
    section.append(set, unplaced, list);
    page.$('controls').after(section);
  }
  function drawBoxes() {
    var here = byKind(all()), total = 0, drawn = 0;
    /* What a tick draws, of how many: less than all where one subject or layer is chosen. */
    function counted(some, all) { return word('bracket').replace('{n}', some < all ? number(some) + '/' + number(all) : number(all)); }
    boxes.forEach(function (mine, i) {
      var n = here[i].length, some = state[i].part < 0 ? n : here[i].filter(function (k) { return value('part', k) === state[i].part; }).length;
      total += n; drawn += some;
      mine.box.checked = state[i].on;
      mine.label.lastChild.textContent = kindWord(i) + counted(some, n);
      if (!mine.select) { return; }
      mine.partWord.textContent = word(of.looks[i].kind === 'six_shares' ? 'link_layer' : 'link_subject');
      mine.select.replaceChildren(new Option(word('link_every_part') + word('bracket').replace('{n}', number(n)), -1));
      mine.parts.forEach(function (p) { mine.select.append(new Option(of.words.part[p][page.lang()] + word('bracket').replace('{n}', number(here[i].filter(function (k) { return rows.part[k] === p; }).length)), p)); });
      mine.select.value = state[i].part;
    });
    var on = state.filter(function (s) { return s.on; }).length;
    every.box.checked = on === state.length; every.box.indeterminate = on > 0 && on < state.length;
    var lost = all().filter(function (k) { return state[rows.kind[k]].on && !(spot(rows.from[k]) && spot(rows.to[k])); }).length;
    unplaced.hidden = !lost; unplaced.textContent = fill('link_unplaced', { n: number(lost) });
    every.label.lastChild.textContent = word('link_all') + counted(drawn, total);
  }
  function drawList() {
    var found = shown(), old = list.querySelector('ul');
    if (old) { old.remove(); }
    list.hidden = !found.length;
    list.firstChild.textContent = fill('link_list', { n: number(found.length) });
    if (list.open) { list.append(listed(found, function (k) { return button(k, end(rows.from[k]).name + arrow(k) + end(rows.to[k]).name, title(k) + (metres(k) ? word('comma') + metres(k) : '')); }, MOST)); }
  }
  if (count) { build(); }
  if (count && !data.groupings.length && !page.stages.length) { state.forEach(function (s, i) { s.on = rows.kind.filter(function (x) { return x === i; }).length <= MUCH || s.part >= 0; }); }
  page.inner = {
    districtLines: function (d) { return page.allStages.filter(function (s) { return d.closed && d.closed[s] !== undefined; }).map(function (s) { return fill('gap_closed', { stage: word(s), share: (100 * d.closed[s]).toFixed(1) + '%' }); }); },
    draw: function () {
      curves.layer.draw();
      if (!count) { return; }
      drawEnds(shown()); drawBoxes(); drawList();
    },
    redraw: function () { if (count) { curves.layer.draw(); } },
    at: function (p) { return count ? curves.at(p, page.finger) : -1; },
    tip: function (k, pointer) { page.tip(title(k), rowsOf(k), pointer); },
    go: function (k) { page.ring(-1); page.state.chosen = -1; page.shown = ['link', k]; page.drawCard(); page.areas.layer.draw(); },
    middle: function (k) { return curves.middle(k); },
    links: function () { return shown(); },
    spots: function () { var found = []; shown().forEach(function (k) { found.push(spot(rows.from[k]), spot(rows.to[k])); }); return found; },
    legend: function (line) {
      var found = shown();
      if (!found.length) { return; }
      byKind(found).forEach(function (mine, i) { if (mine.length) { line(swatch(of.looks[i]), '', state[i].part < 0 ? kindWord(i) : title(mine[0])); } });
      line('➤', '#1b2733', word('link_taker'), 13);
      if (found.some(function (k) { return value('remote', k); })) { line('○', '#1b2733', word('link_remote')); }
      if (found.some(function (k) { return schoolOf(rows.from[k]) < 0 || schoolOf(rows.to[k]) < 0; })) { line('◆', '#1b2733', word('link_places'), 13); }
    },
    title: title,
    told: rowsOf,
    rows: function (i, counted) {
      var s = data.schools[i], found = [];
      Object.keys(s.tier || {}).forEach(function (stage) {
        var score = (s.score || {})[stage];
        found.push([word(stage) + word('dot') + word('tier'), word(s.tier[stage]) + (score === undefined ? '' : word('comma') + fill('score', { n: score }))]);
      });
      if (counted) { byKind(linksOf[i] || []).forEach(function (mine, kind) { if (mine.length) { found.push([kindWord(kind), number(mine.length)]); } }); }
      return found;
    },
    /* Under the card of a school: its links, form by form. */
    card: function (i, box) {
      byKind(linksOf[i] || []).forEach(function (mine, kind) {
        if (!mine.length) { return; }
        box.append(make('h3', kindWord(kind)), listed(mine, function (k) {
          var gives = schoolOf(rows.from[k]) === i, sign = of.looks[kind].mutual ? '↔ ' : gives ? '→ ' : '← ';
          return button(k, sign + end(rows[gives ? 'to' : 'from'][k]).name, [said('part', k), metres(k), said('term', k)].filter(Boolean).join(word('comma')));
        }, SOME));
      });
    }
  };
}
/* Where the plan cannot be edited the page says so: a button that is off, and the reason beside it. */
function districtingNoEditor(page) {
  'use strict';
  if (!page.data.no_edit) { return; }
  var button = page.make('button'), why = page.make('span', undefined, 'small'), draw = page.draw;
  button.type = 'button'; button.id = 'edit'; button.disabled = true; why.id = 'edit-why';
  button.setAttribute('aria-describedby', 'edit-why');
  page.$('controls').append(button, ' ', why);
  page.draw = function () {
    draw();
    button.textContent = page.word('editor_edit');
    why.textContent = page.fill('editor_not_possible', { why: page.data.no_edit[page.lang()].join(page.word('comma')) });
    button.title = why.textContent;
  };
}
