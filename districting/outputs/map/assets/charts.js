/* Charts of the stage in view, drawn as SVG: seat use, distances today and in the plan, coefficients before and after sharing, trade-offs, the spread of lawful plans.
   Each has its figures as a table beneath, for those who do not see it. */
function districtingCharts(page) {
  'use strict';
  var NS = 'http://www.w3.org/2000/svg', W = 320, H = 150, LEFT = 40, RIGHT = 8, TOP = 8, BOTTOM = 30, PLAN = '#1f6f8b', TODAY = '#8a5a00', LINE = '#a3160f', PALE = '#c3cdd3';
  var make = page.make, fill = page.fill, word = page.word, number = page.number, data = page.data.charts || {};
  function node(name, attributes, parent, text) {
    var e = document.createElementNS(NS, name);
    Object.keys(attributes).forEach(function (k) { e.setAttribute(k, attributes[k]); });
    if (text !== undefined) { e.textContent = text; }
    parent.append(e);
    return e;
  }
  function nice(most) {
    var power = Math.pow(10, Math.floor(Math.log(most || 1) / Math.LN10)), part = (most || 1) / power;
    return [1, 1.2, 1.6, 2, 2.4, 3, 4, 5, 6, 8, 10].filter(function (step) { return part <= step * (1 + 1e-9); })[0] * power;
  }
  /* A frame with a scale on the left; gives how to place a value. */
  function frame(title, most, unit, height) {
    var h = height || H, top = nice(most), svg = document.createElementNS(NS, 'svg');
    svg.setAttribute('viewBox', '0 0 ' + W + ' ' + h); svg.setAttribute('role', 'img'); svg.setAttribute('class', 'chart');
    svg.setAttribute('aria-label', title);
    function y(v) { return h - BOTTOM - (h - TOP - BOTTOM) * Math.min(v, top) / top; }
    [0, 0.5, 1].forEach(function (share) {
      node('line', { x1: LEFT, x2: W - RIGHT, y1: y(share * top), y2: y(share * top), stroke: '#e4e9ec' }, svg);
      node('text', { x: LEFT - 4, y: y(share * top) + 4, 'text-anchor': 'end' }, svg, unit === 'share' ? Math.round(share * top * 100) + '%' : number(share * top, unit));
    });
    return { svg: svg, y: y, height: h, top: top };
  }
  function below(f, x, text, anchor) { node('text', { x: x, y: f.height - BOTTOM + 14, 'text-anchor': anchor || 'middle' }, f.svg, text); }
  function caption(f, text) { node('text', { x: (LEFT + W - RIGHT) / 2, y: f.height - 3, 'text-anchor': 'middle', 'class': 'axis' }, f.svg, text); }
  function key(parts) {
    var p = make('p', undefined, 'small');
    parts.forEach(function (part) { var s = make('span', part[0], 'chart-sign'); s.style.color = part[1]; p.append(s, document.createTextNode(' ' + part[2] + '\u2003')); });
    return p;
  }
  function table(heads, rows) {
    var d = make('details'), t = make('table'), head = make('tr');
    d.append(make('summary', word('chart_figures')));
    heads.forEach(function (h, i) { var th = make('th', h, i ? 'n' : ''); th.scope = 'col'; head.append(th); });
    t.append(head);
    rows.forEach(function (row) { var tr = make('tr'); row.forEach(function (c, i) { tr.append(make('td', c, i ? 'n' : '')); }); t.append(tr); });
    d.append(t);
    return d;
  }
  function box(title, parts) { var div = make('div', undefined, 'chart-box'); div.append(make('h3', title)); parts.forEach(function (p) { if (p) { div.append(p); } }); return div; }

  /* ---- seat use: one bar a zone, fullest first ---- */
  function seats(stage) {
    var rows = [];
    page.data.zones[stage].forEach(function (zone, i) {
      var pupils = 0, places = 0;
      if (!zone.id) { return; }
      zone.schools.forEach(function (s) { var l = page.data.schools[s].load[stage]; if (l) { pupils += l[0] === null ? NaN : l[0]; places += l[1]; } });
      if (places > 0 && pupils === pupils) { rows.push([i, pupils / places, pupils, places]); }
    });
    if (!rows.length) { return null; }
    rows.sort(function (a, b) { return b[1] - a[1] || a[0] - b[0]; });
    var title = word('chart_seats'), f = frame(title, Math.max(1, rows[0][1]), 'share'), step = (W - LEFT - RIGHT) / rows.length;
    rows.forEach(function (r, k) {
      var over = r[1] > 1, bar = node('rect', { x: LEFT + k * step, y: f.y(r[1]), width: Math.max(0.5, step - (step > 3 ? 1 : 0)), height: f.height - BOTTOM - f.y(r[1]), fill: over ? LINE : PLAN }, f.svg);
      node('title', {}, bar, page.names(page.data.zones[stage][r[0]].schools) + ' ' + Math.round(100 * r[1]) + '%');
    });
    node('line', { x1: LEFT, x2: W - RIGHT, y1: f.y(1), y2: f.y(1), stroke: LINE, 'stroke-width': 1.5, 'stroke-dasharray': '4 3' }, f.svg);
    caption(f, word('chart_seats_axis'));
    return box(title, [f.svg, table([word('zone'), word('chart_use'), word('load')], rows.map(function (r) { return [page.names(page.data.zones[stage][r[0]].schools), Math.round(100 * r[1]) + '%', number(r[2]) + ' / ' + number(r[3])]; }))]);
  }
  /* ---- distances: pupils by metres, today as a stepped line over the plan's columns ---- */
  function distances(d) {
    var columns = (d.plan || d.today).length, most = Math.max.apply(null, (d.plan || []).concat(d.today || [])), title = word('chart_distance'), f = frame(title, most, 'pupil'), step = (W - LEFT - RIGHT) / columns, path = '';
    (d.plan || []).forEach(function (n, k) { node('rect', { x: LEFT + k * step + 0.5, y: f.y(n), width: step - 1, height: f.height - BOTTOM - f.y(n), fill: PLAN }, f.svg); });
    (d.today || []).forEach(function (n, k) { path += (k ? 'V' : 'M' + LEFT + ' ' + f.y(0) + 'V') + f.y(n) + 'H' + (LEFT + (k + 1) * step); });
    if (path) { node('path', { d: path, fill: 'none', stroke: TODAY, 'stroke-width': 2 }, f.svg); }
    var every = Math.ceil(columns / 5);
    for (var k = 0; k < columns; k += every) { below(f, LEFT + k * step, number(k * d.step_m)); }
    caption(f, word('chart_distance_axis'));
    var heads = [word('distance')].concat(d.plan ? [word('plan')] : [], d.today ? [word('today')] : []), rows = [];
    for (k = 0; k < columns; k++) { rows.push([(k === columns - 1 ? '≥ ' + number(k * d.step_m) : number(k * d.step_m) + '–' + number((k + 1) * d.step_m))].concat(d.plan ? [number(d.plan[k])] : [], d.today ? [number(d.today[k])] : [])); }
    return box(title, [f.svg, key([].concat(d.plan ? [['■', PLAN, word('plan')]] : [], d.today ? [['━', TODAY, word('today')]] : [])), table(heads, rows)]);
  }
  /* ---- coefficients: from before to after, with the official line ---- */
  function coefficients(c) {
    var names = c.names[page.lang()], most = Math.max.apply(null, c.before.concat(c.after, c.line.map(function (l) { return l || 0; }))), row = 30, x0 = 8, x1 = W - 44, top = nice(most), h = names.length * row + 20, svg = document.createElementNS(NS, 'svg');
    svg.setAttribute('viewBox', '0 0 ' + W + ' ' + h); svg.setAttribute('role', 'img'); svg.setAttribute('class', 'chart'); svg.setAttribute('aria-label', word('chart_coefficients'));
    function x(v) { return x0 + (x1 - x0) * v / top; }
    names.forEach(function (name, i) {
      var y = i * row + 22;
      node('text', { x: x0, y: y - 8 }, svg, name);
      node('line', { x1: x0, x2: x1, y1: y, y2: y, stroke: '#e4e9ec' }, svg);
      node('line', { x1: x(c.before[i]), x2: x(c.after[i]), y1: y, y2: y, stroke: PALE, 'stroke-width': 5 }, svg);
      if (c.line[i]) { node('line', { x1: x(c.line[i]), x2: x(c.line[i]), y1: y - 6, y2: y + 6, stroke: LINE, 'stroke-width': 2 }, svg); }
      node('circle', { cx: x(c.before[i]), cy: y, r: 4, fill: '#fff', stroke: TODAY, 'stroke-width': 2 }, svg);
      node('circle', { cx: x(c.after[i]), cy: y, r: 4, fill: PLAN }, svg);
      node('text', { x: W - 2, y: y + 4, 'text-anchor': 'end' }, svg, c.after[i].toFixed(3));
    });
    var rows = names.map(function (name, i) { return [name, c.before[i].toFixed(3), c.after[i].toFixed(3), c.line[i] ? c.line[i].toFixed(2) : '']; });
    return box(word('chart_coefficients'), [svg, key([['○', TODAY, word('chart_coefficients_before')], ['●', PLAN, word('chart_coefficients_after')], ['┃', LINE, word('chart_coefficients_line')]]), table(['', word('chart_coefficients_before'), word('chart_coefficients_after'), word('chart_coefficients_line')], rows)]);
  }
  /* ---- scales that need not begin at nought ---- */
  function within(values, from, to) {
    var low = Math.min.apply(null, values), high = Math.max.apply(null, values), span = high - low || 1;
    return function (v) { return from + (to - from) * (v - low) / span; };
  }
  function front(t) {
    var title = word('chart_front'), f = frame(title, 1, 'share'), x = within(t.moved, LEFT + 8, W - RIGHT - 8), y = within(t.metres, H - BOTTOM - 8, TOP + 8), path = '';
    while (f.svg.firstChild) { f.svg.firstChild.remove(); }
    node('rect', { x: LEFT, y: TOP, width: W - LEFT - RIGHT, height: H - TOP - BOTTOM, fill: 'none', stroke: '#e4e9ec' }, f.svg);
    t.moved.forEach(function (m, i) { path += (i ? 'L' : 'M') + x(m) + ' ' + y(t.metres[i]); });
    node('path', { d: path, fill: 'none', stroke: PLAN, 'stroke-width': 1.5 }, f.svg);
    t.moved.forEach(function (m, i) { node('title', {}, node('circle', { cx: x(m), cy: y(t.metres[i]), r: 3.5, fill: PLAN }, f.svg), number(m) + ' / ' + number(t.metres[i])); });
    [Math.min.apply(null, t.metres), Math.max.apply(null, t.metres)].forEach(function (v) { node('text', { x: LEFT - 4, y: y(v) + 4, 'text-anchor': 'end' }, f.svg, number(v)); });
    below(f, x(t.moved[0]), number(t.moved[0])); below(f, x(t.moved[t.moved.length - 1]), number(t.moved[t.moved.length - 1]));
    caption(f, word('chart_front_axis'));
    return box(title, [f.svg, table([word('chart_front_moved'), word('chart_spread_metres'), word('chart_front_gap')], t.moved.map(function (m, i) { return [number(m), number(t.metres[i]), (100 * t.gap[i]).toFixed(1) + '%']; }))]);
  }
  function spread(s) {
    var marks = ['plan', 'today'].filter(function (n) { return s[n] !== undefined; }), all = s.metres.concat(marks.map(function (n) { return s[n]; })), low = Math.min.apply(null, all), span = Math.max.apply(null, all) - low || 1, columns = 20, counts = [];
    for (var k = 0; k < columns; k++) { counts.push(0); }
    s.metres.forEach(function (v) { counts[Math.min(columns - 1, Math.floor(columns * (v - low) / span))]++; });
    var title = word('chart_spread'), f = frame(title, Math.max.apply(null, counts), 'plan'), step = (W - LEFT - RIGHT) / columns;
    counts.forEach(function (n, i) { node('rect', { x: LEFT + i * step + 0.5, y: f.y(n), width: step - 1, height: f.height - BOTTOM - f.y(n), fill: PALE }, f.svg); });
    marks.forEach(function (n) { var x = LEFT + (W - LEFT - RIGHT) * (s[n] - low) / span; node('line', { x1: x, x2: x, y1: TOP, y2: H - BOTTOM, stroke: n === 'plan' ? PLAN : TODAY, 'stroke-width': 2.5 }, f.svg); });
    below(f, LEFT, number(low), 'start'); below(f, W - RIGHT, number(low + span), 'end');
    caption(f, word('chart_spread_metres'));
    var rows = marks.map(function (n) { return [word(n), number(s[n]), Math.round(100 * s.metres.filter(function (v) { return v < s[n]; }).length / s.metres.length) + '%']; });
    return box(title, [f.svg, key(marks.map(function (n) { return ['┃', n === 'plan' ? PLAN : TODAY, word(n)]; }).concat([['■', PALE, fill('chart_spread_drawn', { n: number(s.metres.length) })]])), table(['', word('chart_spread_metres'), word('chart_spread_below')], rows)]);
  }

  var section = make('section'), details = make('details'), heading = make('summary'), body = make('div');
  section.id = 'charts-section'; details.append(heading, body); section.append(details);
  page.$('headlines-section').after(section);
  details.addEventListener('toggle', draw);
  function draw() {
    var stage = page.stageShown(), of = page.grouping() < 0 ? data[stage] : undefined, zoned = page.grouping() < 0 && page.data.zones[stage];
    section.hidden = !of && !zoned;
    heading.textContent = word('charts');
    if (section.hidden || !details.open) { body.replaceChildren(); return; }
    of = of || {};
    body.replaceChildren.apply(body, [seats(stage), of.distance && distances(of.distance), of.coefficients && coefficients(of.coefficients), of.front && front(of.front), of.spread && spread(of.spread)].filter(Boolean));
  }
  page.drawCharts = draw;
}
