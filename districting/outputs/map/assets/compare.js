/* The page of a comparison: what is shown now, and the wiring. */
function districtingCompare(map) {
  'use strict';
  var page = districtingHelpers('compare-1'), data = page.data, state = { view: 0, pair: -1, move: '', hatch: true, schools: true, chosen: -1 };
  Object.assign(page, { state: state, shown: null, marked: new Uint8Array(data.unit.id.length) });
  page.letter = function (k) { return page.word('letters')[k]; };
  page.planWord = function (k) { return page.fill('plan_n', { letter: page.letter(k) }); };
  page.view = function () { return data.views[state.view]; };
  page.side = function (k) { return page.view().plans[k]; };
  function viewWord(view) { return view.kind === 'zones' ? page.fill('view_zones', { stage: page.word(view.stage) }) : view.title[page.lang()]; }
  function pairWord(k) { var a = page.planWord(page.base()); return k < 0 ? page.fill('pair_any', { a: a }) : page.fill('pair_one', { a: a, b: page.planWord(k) }); }

  districtingMaps(page, map, decodeArcs(data.ground));
  data.ground = null; // its text is not needed again
  districtingCompareCard(page);
  districtingComparePanel(page);
  districtingSearch(page);
  page.start();

  function drawWords() {
    page.drawLang();
    page.$('title').textContent = page.word('title');
    page.$('side').setAttribute('aria-label', page.word('panel'));
    page.$('audience').textContent = page.word('internal');
    page.$('draft').textContent = data.draft ? page.word('draft') : '';
    document.querySelectorAll('[data-word]').forEach(function (e) { e.textContent = page.word(e.dataset.word); });
    page.$('search-word').textContent = page.word('search');
    var view = page.$('view'), pair = page.$('pair'), choices = page.view().plans.map(function (side, k) { return k; }).filter(function (k) { return k !== page.base() && page.side(k); });
    view.replaceChildren.apply(view, data.views.map(function (v, i) { return new Option(viewWord(v), i); }));
    view.value = state.view;
    page.$('view-label').hidden = data.views.length < 2;
    if (choices.indexOf(state.pair) < 0) { state.pair = -1; }
    pair.replaceChildren.apply(pair, [-1].concat(choices).map(function (k) { return new Option(pairWord(k), k); }));
    pair.value = state.pair;
    page.$('pair-label').hidden = choices.length < 2;
    var pairs = pairWord(choices.length === 1 ? choices[0] : state.pair);
    page.$('shown').textContent = viewWord(page.view());
    page.$('imprint').replaceChildren.apply(page.$('imprint'), [page.fill('compared_on', { pair: pairs, shown: page.word(page.view().kind === 'zones' ? 'legend_alike' : 'legend_ground') }), page.word('colour_none'), page.word(data.draft ? 'draft' : 'note')].map(function (line) { return page.make('span', line); }));
  }
  page.draw = function () {
    drawWords(); page.mark(); page.drawCaptions(); page.drawMaps(); page.drawMoves(); page.drawFindings(); page.drawSeats(); page.drawRows(); page.drawCard();
  };
  page.$('view').addEventListener('change', function () { state.view = Number(this.value); state.move = ''; page.draw(); });
  page.$('pair').addEventListener('change', function () { state.pair = Number(this.value); state.move = ''; page.draw(); });
  page.$('hatch').addEventListener('change', function () { state.hatch = this.checked; page.drawMaps(); });
  page.$('schools').addEventListener('change', function () { state.schools = this.checked; page.drawMaps(); });
  page.$('whole').addEventListener('click', page.whole);
  page.$('print').addEventListener('click', function () { window.print(); });
  page.$('lang').addEventListener('click', function () { page.otherLang(); page.draw(); page.search(); });
  page.$('search').addEventListener('input', page.search);
  page.$('search-section').addEventListener('keydown', page.searchKeys);
  /* Paper: the maps take the paper's size at once and keep what the reader looks at. */
  var style = document.createElement('style'), seen = null;
  style.textContent = '@page { size: A4 landscape; margin: 10mm; }';
  document.head.append(style);
  window.addEventListener('beforeprint', function () {
    var b = page.areas.boxOf(function () { return true; }), bounds = map.getBounds();
    seen = [map.getCenter(), map.getZoom()];
    document.body.classList.add('paper');
    page.resizeMaps();
    if (b && bounds.contains([[b[1], b[0]], [b[3], b[2]]])) { page.whole(); } else { map.fitBounds(bounds, { animate: false }); }
    page.drawMaps(); page.drawMoves(true);
  });
  window.addEventListener('afterprint', function () {
    document.body.classList.remove('paper');
    page.resizeMaps();
    if (seen) { map.setView(seen[0], seen[1], { reset: true }); }
    page.drawMaps(); page.drawMoves();
  });
  page.draw();
  window.districting = page;
}
