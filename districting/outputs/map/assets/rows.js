/* The blocks as a table: all that the map shows of them, for the keyboard and for those who do not see it. Made when it is opened, a screenful at a time. */
function districtingRows(page) {
  'use strict';
  var data = page.data, unit = data.unit, $ = page.$, make = page.make, word = page.word, number = page.number, STEP = 50, listed = STEP, group = -1;
  function stage() { return page.grouping() < 0 ? page.stageShown() : page.stages[0]; }
  function wanted() {
    var here = unit.stage[stage()], found = [];
    for (var u = 0; u < unit.id.length; u++) {
      if ((group < 0 || page.groupOf(u) === group) && !(page.state.time === 'change' && here && !here.changed[u])) { found.push(u); }
    }
    return found;
  }
  function head() {
    var tr = make('tr'), lens = page.lens();
    [word('block'), word('rows_pupils'), lens && lens.name !== 'distance' ? lens.title() : '', word('rows_school'), word('rows_distance')].forEach(function (text, i) {
      if ((i === 2 && !text) || (i === 1 && !page.counts(stage()))) { return; }
      var th = make('th', text, i === 1 || i === 4 ? 'n' : '');
      th.scope = 'col'; tr.append(th);
    });
    return tr;
  }
  function line(u) {
    var tr = make('tr'), th = make('th'), b = make('button', unit.name[u] || unit.id[u], 'cell'), here = unit.stage[stage()], lens = page.lens();
    b.type = 'button';
    b.addEventListener('click', function () { page.goUnit(u); });
    th.scope = 'row'; th.append(b); tr.append(th);
    if (!here) { return tr; }
    var now = page.state.time === 'today' ? here.today[u] : here.school[u], name = now >= 0 ? data.schools[now].name : word('none');
    if (page.state.time === 'change' && here.today[u] >= 0) { var ends = [data.schools[here.today[u]].name, name]; name = page.fill('from_to', { from: ends[0], to: ends[1] }); }
    var metres = page.state.time === 'today' ? page.metresBefore(stage())(u) : here.metres[u];
    if (page.counts(stage())) { tr.append(make('td', number(here.pupils[u]), 'n')); }
    if (lens && lens.name !== 'distance') { var k = lens.at(u, page.state.time); tr.append(make('td', k < 0 ? word('none') : lens.kinds[k].words())); }
    tr.append(make('td', name), make('td', number(metres), 'n'));
    return tr;
  }
  function fill() {
    if (!$('rows-box').open) { return; }
    var found = wanted(), table = $('rows'), select = $('rows-group'), groups = page.groups();
    if (select.dataset.view !== page.state.view + page.lang()) {
      select.dataset.view = page.state.view + page.lang();
      select.replaceChildren(new Option(word('rows_all'), -1));
      groups.forEach(function (g, i) { select.append(new Option((i + 1) + '\u2002' + (g.name || page.names(g.schools || [])), i)); });
      select.value = group;
    }
    table.replaceChildren(head());
    found.slice(0, listed).forEach(function (u) { table.append(line(u)); });
    $('rows-more').hidden = found.length <= listed;
    $('rows-more').textContent = page.fill('rows_more', { n: Math.min(STEP, found.length - listed) });
    $('rows-label').hidden = groups.length < 2;
  }
  var view = '';
  page.drawRows = function () {
    if (view !== page.state.view) { view = page.state.view; group = -1; listed = STEP; }
    $('rows-section').hidden = unit.kind !== 'block' || !unit.id.length;
    $('rows-title').textContent = page.fill('rows_title', { n: number(unit.id.length) });
    fill();
  };
  $('rows-box').addEventListener('toggle', fill);
  $('rows-group').addEventListener('change', function () { group = Number(this.value); listed = STEP; fill(); });
  $('rows-more').addEventListener('click', function () { listed += STEP; fill(); });
}
