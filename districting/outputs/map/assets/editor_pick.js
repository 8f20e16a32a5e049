/* Picking blocks: by click, by box, by search, by the list and the arrows; and the receiving zone. */
function districtingEditorPick(ed) {
  'use strict';
  var page = ed.page, map = page.map, unit = page.data.unit, $ = page.$, make = page.make, AROUND = 14, FOUND = 10, CHIPS = 40, corner = -1, tool = 'pick', box = null, centres = null, listed = null, options = {};
  var pick = ed.pick = {};
  /* Middles of the blocks as the map shows them (Mercator, zoom 12), for going from block to block: x and y in turn, NaN where a block is nothing. */
  function middles() {
    if (!centres) {
      centres = new Float64Array(2 * unit.id.length);
      for (var u = 0, at = [0, 0], p; u < unit.id.length; u++) {
        if (page.areas.middle(u, at)) { p = map.project([at[1], at[0]], 12); centres[2 * u] = p.x; centres[2 * u + 1] = p.y; } else { centres[2 * u] = centres[2 * u + 1] = NaN; }
      }
    }
    return centres;
  }
  function latlng(u) { var at = [0, 0]; page.areas.middle(u, at); return L.latLng(at[1], at[0]); }

  /* ---- the selection ---- */
  function picked(u) { return ed.picked.indexOf(u) >= 0; }
  pick.set = function (blocks, add) {
    var seen = {};
    ed.picked = (add ? ed.picked : []).concat(blocks).filter(function (u) { if (seen[u]) { return false; } seen[u] = true; return true; });
    selected();
  };
  function toggle(u, alone) {
    if (alone) { ed.picked = picked(u) && ed.picked.length === 1 ? [] : [u]; } else { ed.picked = picked(u) ? ed.picked.filter(function (v) { return v !== u; }) : ed.picked.concat(u); }
    selected();
  }
  function selected() { ed.preview(); pick.draw(); ed.signs.draw(); ed.say(ed.picked.length ? ed.fill('picked_n', { n: ed.count(ed.picked.length) }) : ed.word('picked_none')); }
  pick.clear = function () { ed.picked = []; corner = -1; selected(); };
  pick.reset = function () { ed.picked = []; ed.to = -1; ed.effect = null; corner = -1; if (ed.cursor < 0) { ed.cursor = first(); } };
  /* The cursor starts at the block nearest to the middle of what is seen. */
  function first() {
    var c = map.project(map.getCenter(), 12), best = -1, least = Infinity, m = middles(), u, d;
    for (u = 0; u < unit.id.length; u++) { d = Math.pow(m[2 * u] - c.x, 2) + Math.pow(m[2 * u + 1] - c.y, 2); if (d < least) { least = d; best = u; } }
    return best;
  }

  /* ---- the map ---- */
  pick.clicked = function (e) {
    var u = page.areas.at(e.latlng), from = e.originalEvent || {};
    if (u < 0) { return; }
    if (tool === 'target' || from.altKey) { aim(ed.s.zoneOf(ed.stage)[u]); return; }
    ed.cursor = u;
    toggle(u, !(from.shiftKey || from.ctrlKey || from.metaKey || page.finger));
  };
  function inside(a, b) {
    var w = Math.min(a.lng, b.lng), e = Math.max(a.lng, b.lng), s = Math.min(a.lat, b.lat), n = Math.max(a.lat, b.lat), found = [], at = [0, 0], u;
    for (u = 0; u < unit.id.length; u++) { if (page.areas.middle(u, at) && at[0] >= w && at[0] <= e && at[1] >= s && at[1] <= n) { found.push(u); } }
    return found;
  }
  pick.tool = function (name) {
    tool = name;
    document.querySelectorAll('[name=editor-tool]').forEach(function (r) { r.checked = r.value === name; });
    document.body.classList.toggle('aiming', name === 'target');
    if (box) { box.remove(); box = null; }
    if (name === 'box') { box = boxTool(); map.getContainer().append(box); }
  };
  /* Works with mouse, pen and finger alike; the wheel still zooms. With Shift, or a finger, the box adds. */
  function boxTool() {
    var sheet = make('div'), frame = null, start = null;
    sheet.id = 'editor-box';
    L.DomEvent.disableClickPropagation(sheet);
    function spot(e) { var r = map.getContainer().getBoundingClientRect(); return L.point(e.clientX - r.left, e.clientY - r.top); }
    function lay(a, b) { frame.style.left = Math.min(a.x, b.x) + 'px'; frame.style.top = Math.min(a.y, b.y) + 'px'; frame.style.width = Math.abs(a.x - b.x) + 'px'; frame.style.height = Math.abs(a.y - b.y) + 'px'; }
    function end() { if (frame) { frame.remove(); } frame = start = null; }
    sheet.addEventListener('pointerdown', function (e) { if (e.button || start) { return; } e.preventDefault(); e.stopPropagation(); sheet.setPointerCapture(e.pointerId); start = spot(e); frame = make('div'); sheet.append(frame); lay(start, start); });
    sheet.addEventListener('pointermove', function (e) { if (start) { lay(start, spot(e)); } });
    sheet.addEventListener('pointerup', function (e) {
      if (!start) { return; }
      var a = start, b = spot(e), u;
      end();
      if (a.distanceTo(b) < 5) { u = page.areas.at(map.containerPointToLatLng(b)); if (u >= 0) { ed.cursor = u; toggle(u, !(e.shiftKey || e.pointerType === 'touch')); } return; }
      pick.set(inside(map.containerPointToLatLng(a), map.containerPointToLatLng(b)), e.shiftKey || e.pointerType === 'touch');
    });
    sheet.addEventListener('pointercancel', end);
    return sheet;
  }
  /* The box without a pointer: one corner, then the opposite one. */
  pick.corner = function () {
    if (ed.cursor < 0) { return; }
    if (corner < 0) { corner = ed.cursor; ed.say(ed.fill('corner', { name: ed.blockName(corner) })); return; }
    var blocks = inside(latlng(corner), latlng(ed.cursor));
    corner = -1;
    pick.set(blocks, true);
  };

  /* ---- the list: the block at the cursor and those around it ---- */
  var TOWARDS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  function beside(u, way) {
    var m = middles(), best = -1, least = Infinity, v, x, y, along, across, far;
    for (v = 0; v < unit.id.length; v++) {
      x = m[2 * v] - m[2 * u]; y = m[2 * v + 1] - m[2 * u + 1]; along = x * way[0] + y * way[1]; across = Math.abs(x * way[1]) + Math.abs(y * way[0]);
      if (!(along > 0) || v === u || across > along * 1.2) { continue; } // NaN is not along
      far = Math.sqrt(x * x + y * y) * (1 + across / along);
      if (far < least) { least = far; best = v; }
    }
    return best;
  }
  function around(u) {
    var m = middles(), x = m[2 * u], y = m[2 * u + 1], near = [], v, d, k;
    for (v = 0; v < unit.id.length; v++) {
      d = v === u ? -1 : Math.pow(m[2 * v] - x, 2) + Math.pow(m[2 * v + 1] - y, 2); k = near.length;
      if (d !== d || (k > AROUND && d >= near[AROUND][0])) { continue; }
      while (k > 0 && near[k - 1][0] > d) { k--; }
      near.splice(k, 0, [d, v]);
      if (near.length > AROUND + 1) { near.pop(); }
    }
    return near.map(function (n) { return n[1]; });
  }
  pick.go = function (u, fit) {
    if (u < 0) { return; }
    ed.cursor = u;
    if (fit) { page.fit(page.areas.boxAt(u), 15); } else if (!map.getBounds().contains(latlng(u))) { map.panTo(latlng(u), { animate: false }); }
    drawList(); ed.signs.draw();
  };
  function optionText(u) {
    var z = ed.s.zoneOf(ed.stage)[u], name = ed.blockName(u) + (unit.name[u] ? ' ' + unit.id[u] : '');
    return ed.fill('option', { name: name, zone: ed.zoneName(z), pupils: page.number(unit.stage[ed.stage].pupils[u]) }) + (ed.s.isLocked(ed.stage, u) ? ed.word('is_locked') : '');
  }
  function drawList() {
    var list = $('editor-list');
    list.setAttribute('aria-label', ed.word('list'));
    if (!listed || listed.cursor !== ed.cursor) { // at the same block the same list, with other words
      listed = { cursor: ed.cursor, nodes: (ed.cursor < 0 ? [] : around(ed.cursor)).map(function (u) {
        var o = make('div', undefined, u === ed.cursor ? 'cursor' : '');
        o.id = 'editor-option-' + u; o.dataset.block = u;
        o.setAttribute('role', 'option');
        return o;
      }) };
      list.replaceChildren.apply(list, listed.nodes);
      list.scrollTop = 0;
    }
    listed.nodes.forEach(function (o) {
      var u = Number(o.dataset.block), text = optionText(u);
      if (o.textContent !== text) { o.textContent = text; }
      o.setAttribute('aria-selected', String(picked(u)));
    });
    if (ed.cursor >= 0) { list.setAttribute('aria-activedescendant', 'editor-option-' + ed.cursor); } else { list.removeAttribute('aria-activedescendant'); }
  }
  $('editor-list').addEventListener('click', function (e) { var o = e.target.closest('[role=option]'); if (o) { ed.cursor = Number(o.dataset.block); toggle(ed.cursor, false); } });
  $('editor-list').addEventListener('keydown', function (e) {
    var way = TOWARDS[e.key];
    if (e.ctrlKey || e.metaKey || e.altKey) { return; }
    if (way) { e.preventDefault(); var v = beside(ed.cursor, way); if (v < 0) { return; } pick.go(v); if (e.shiftKey && !picked(v)) { toggle(v, false); } }
    if (e.key === ' ') { e.preventDefault(); if (ed.cursor >= 0) { toggle(ed.cursor, false); } }
    if (e.key === 'Enter') { e.preventDefault(); if (ed.effect) { ed.apply(); } else if (ed.picked.length) { $('editor-to').focus(); ed.say(ed.word('to_first')); } else { ed.say(ed.word('pick_first'), true); } }
  });

  /* ---- search ---- */
  function search() {
    var text = $('editor-search').value.trim().toLowerCase(), list = $('editor-found'), hits = [];
    if (text) { unit.id.forEach(function (id, u) { if (id.toLowerCase().indexOf(text) >= 0 || (unit.name[u] || '').toLowerCase().indexOf(text) >= 0) { hits.push(u); } }); }
    list.replaceChildren.apply(list, hits.slice(0, FOUND).map(function (u) {
      var li = make('li'), b = make('button', ed.blockName(u) + ' ' + unit.id[u], 'row');
      b.type = 'button';
      b.addEventListener('click', function () { pick.go(u, true); if (!picked(u)) { toggle(u, false); } });
      li.append(b);
      return li;
    }));
    if (text && !hits.length) { list.append(make('li', ed.word('found_none'), 'small')); }
    if (hits.length > FOUND) { list.append(make('li', ed.fill('found_more', { n: ed.count(hits.length - FOUND) }), 'small')); }
  }
  $('editor-search').addEventListener('input', search);
  $('editor-search').addEventListener('keydown', function (e) {
    var b = $('editor-found').querySelector('button');
    if (e.key === 'Enter' && !e.isComposing && b) { e.preventDefault(); b.click(); }
    if (e.key === 'Escape') { e.preventDefault(); this.value = ''; search(); }
  });

  /* ---- what is picked ---- */
  function drawPicked() {
    var n = ed.picked.length, chips = $('editor-chips');
    $('editor-picked').textContent = n ? ed.fill('picked_n', { n: ed.count(n) }) : ed.word('picked_none');
    chips.replaceChildren.apply(chips, ed.picked.slice(0, CHIPS).map(function (u) {
      var li = make('li'), b = make('button', ed.blockName(u) + ' ×');
      b.type = 'button'; b.setAttribute('aria-label', ed.fill('unpick', { name: ed.blockName(u) }));
      b.addEventListener('click', function () { toggle(u, false); $('editor-list').focus(); });
      li.append(b);
      return li;
    }));
    if (n > CHIPS) { chips.append(make('li', ed.fill('picked_more', { n: ed.count(n - CHIPS) }), 'small')); }
    $('editor-clear').disabled = $('editor-lock').disabled = !n;
    $('editor-lock').textContent = ed.word(ed.allLocked() ? 'unlock' : 'lock');
  }

  /* ---- the receiving zone: those next to what is picked come first ---- */
  function order() {
    var now = ed.s.zoneOf(ed.stage), far = [];
    function own(z) { return ed.picked.length > 0 && ed.picked.every(function (u) { return now[u] === z; }); }
    var near = (ed.picked.length ? ed.s.neighbours(ed.stage, ed.picked) : []).filter(function (z) { return !own(z); });
    ed.zones().forEach(function (_, z) { if (near.indexOf(z) < 0 && !own(z)) { far.push(z); } });
    return { near: near, far: far };
  }
  pick.drawTo = function () {
    var select = $('editor-to'), zones = order(), key = [page.lang(), ed.stage, zones.near.join(), zones.far.join()].join(' ');
    if (options.of !== page.lang() + ed.stage) { options = { of: page.lang() + ed.stage, made: {} }; }
    function some(label, of) {
      if (!of.length) { return; }
      var g = make('optgroup');
      g.label = ed.word(label);
      g.append.apply(g, of.map(function (z) { return options.made[z] || (options.made[z] = new Option(ed.zoneName(z), z)); }));
      select.append(g);
    }
    if (options.key !== key) {
      options.key = key;
      select.replaceChildren(new Option(ed.word('to_none'), -1));
      some('to_near', zones.near); some('to_far', zones.far);
    }
    select.value = String(ed.to);
  };
  function aim(z) {
    if (z < 0) { return; }
    ed.to = z;
    ed.preview();
    pick.drawTo(); ed.signs.draw();
    ed.say(ed.effect ? ed.figures.previewSaid() : ed.fill('to_said', { zone: ed.zoneName(z) }));
  }
  pick.turn = function (by) {
    var zones = order(), all = zones.near.concat(zones.far), at = all.indexOf(ed.to);
    if (all.length) { aim(all[at < 0 ? by > 0 ? 0 : all.length - 1 : (at + by + all.length) % all.length]); }
  };
  $('editor-to').addEventListener('change', function () { var z = Number(this.value); if (z < 0) { ed.cancel(); } else { aim(z); } });
  $('editor-to').addEventListener('keydown', function (e) { if (e.key === 'Enter' && ed.effect) { e.preventDefault(); ed.apply(); $('editor-list').focus(); } });
  document.querySelectorAll('[name=editor-tool]').forEach(function (r) { r.addEventListener('change', function () { pick.tool(this.value); }); });
  pick.draw = function () {
    $('editor-tools').setAttribute('aria-label', ed.word('tools'));
    drawList(); drawPicked(); pick.drawTo();
  };
}
