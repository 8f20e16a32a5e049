/* The printed sheet: paper, what is shown, scale, date, number of the map review; and tiles, where the page was made with them. */
function districtingSheet(page) {
  'use strict';
  var data = page.data, map = page.map, $ = page.$, word = page.word, fill = page.fill, INCH_M = 0.0254, DOTS = 96, paper = 'A4', style = document.createElement('style');
  document.head.append(style);
  function setPaper(name) { paper = name; document.body.dataset.paper = name; style.textContent = '@page { size: ' + name + ' landscape; margin: 10mm; }'; }
  function scale() {
    var size = map.getSize(), a = map.containerPointToLatLng([size.x / 2 - 50, size.y / 2]), b = map.containerPointToLatLng([size.x / 2 + 50, size.y / 2]);
    var one = map.distance(a, b) / 100 / (INCH_M / DOTS), digits = Math.pow(10, Math.max(Math.floor(Math.log10(one || 1)) - 1, 0));
    return Math.round(one / digits) * digits;
  }
  function viewWords() {
    var lens = page.lens(), g = page.grouping(), time = page.hasToday() ? word('dot') + word(page.state.time) : '';
    return (lens ? lens.title() : g >= 0 ? page.groupingWord(g) : page.state.view ? fill('view_zones', { stage: word(page.state.view) }) : '') + time;
  }
  page.drawSheet = function () {
    var made = data.made, date = fill('sheet_date', { date: made.date || word('sheet_blank') }), review = fill('sheet_review', { number: made.review_number || word('sheet_blank') });
    $('shown').textContent = viewWords();
    $('review').textContent = made.review_number ? review : word('review');
    $('made').hidden = !made.date; $('made').textContent = date;
    $('about').textContent = word(data.tiles ? 'about_tiles' : 'about');
    $('tiles-note').hidden = !data.tiles;
    if (data.tiles) { $('tiles-note').textContent = fill('tiles_note', { url: data.tiles.url }); }
    var lens = page.lens(), classes = (lens ? lens.kinds : []).map(function (k) {
      var one = page.make('span'), box = page.make('span', undefined, 'swatch');
      box.style.background = k.colour; one.append(box, ' ' + k.words());
      return one;
    });
    $('imprint').replaceChildren.apply($('imprint'), [fill('sheet_scale', { n: page.number(scale()) }), fill('data_year', { n: data.year }), date, review, data.draft ? word('draft') : word('note')].map(function (line) { return page.make('span', line); }).concat(classes));
  };
  page.addTiles = function () {
    if (!data.tiles) { return; }
    document.body.classList.add('tiled');
    L.tileLayer(data.tiles.url, { maxZoom: 19, attribution: '' }).addTo(map);
    if (data.tiles.attribution) { var box = document.createElement('i'); box.textContent = data.tiles.attribution; map.attributionControl.addAttribution(box.innerHTML); }
  };
  setPaper(paper);
  $('paper').addEventListener('change', function () { setPaper(this.value); });
  $('print').addEventListener('click', function () { window.print(); });
}
