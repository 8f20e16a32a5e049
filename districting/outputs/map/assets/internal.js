/* Internal pages only: who carries whom, and the standing of schools. A page for the public has neither this file nor its data. */
function districtingInternal(page) {
  'use strict';
  var data = page.data, word = page.word, lines = L.layerGroup().addTo(page.map), COLOUR = '#b3001b', on = false;
  if (data.links.length) {
    var label = page.make('label'), box = page.make('input'), name = page.make('span');
    box.type = 'checkbox'; box.id = 'links'; name.dataset.word = 'pairs';
    label.append(box, ' ', name);
    page.$('controls').append(label);
    box.addEventListener('change', function () { on = box.checked; page.inner.draw(); page.drawLegend(); });
  }
  function seen(k) {
    var a = data.schools[k.from], b = data.schools[k.to];
    return a && b && a.at && b.at && (page.grouping() >= 0 || !page.state.view || k.stage === page.state.view);
  }
  page.inner = {
    draw: function () {
      lines.clearLayers();
      if (!on) { return; }
      data.links.filter(seen).forEach(function (k) {
        var ends = [data.schools[k.from].at, data.schools[k.to].at];
        lines.addLayer(L.polyline(ends, { color: '#fff', weight: 5, interactive: false }));
        lines.addLayer(L.polyline(ends, { color: COLOUR, weight: 2.5, dashArray: k.remote ? '3 6' : null, interactive: false }));
        lines.addLayer(L.circleMarker(ends[1], { radius: 4, color: COLOUR, weight: 2, fillColor: '#fff', fillOpacity: 1, interactive: false }));
      });
    },
    legend: function (line) {
      if (!on) { return; }
      line('━', COLOUR, word('pairs_key'));
      if (data.links.some(function (k) { return k.remote; })) { line('┅', COLOUR, word('pairs_remote')); }
    },
    rows: function (i) {
      var s = data.schools[i], rows = [];
      Object.keys(s.tier || {}).forEach(function (stage) {
        var score = (s.score || {})[stage];
        rows.push([word(stage) + word('dot') + word('tier'), word(s.tier[stage]) + (score === undefined ? '' : word('comma') + page.fill('score', { n: score }))]);
      });
      data.links.forEach(function (k) {
        if (k.from !== i && k.to !== i) { return; }
        var gives = k.from === i, runner = !gives && k.runner >= 0 ? page.fill('runner_up', { name: data.schools[k.runner].name }) : '';
        rows.push([word(k.stage) + word('dot') + word(gives ? 'carries' : 'carried_by'), data.schools[gives ? k.to : k.from].name + runner]);
      });
      return rows;
    }
  };
}
