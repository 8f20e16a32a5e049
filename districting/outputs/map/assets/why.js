/* Why a block goes to its school, in the sentences of the command `explain`: what stands in the file is said, nothing is solved again. */
function districtingWhy(page) {
  'use strict';
  var data = page.data, unit = data.unit, word = page.word, fill = page.fill, number = page.number, far = {};
  function farOf(stage) {
    if (!far[stage]) {
      var of = far[stage] = {}, given = unit.stage[stage].far;
      if (given) { given.block.forEach(function (u, k) { of[u] = { near: given.near[k], nth: given.nth[k] }; }); }
    }
    return far[stage];
  }
  function named(list) { return list.map(function (one) { return one[page.lang()]; }).join(word('comma')); }
  function zoneNamed(stage, z, school) { var zone = data.zones[stage][z]; return zone && zone.schools.length > 1 ? fill('explain_shared', { zone: page.names(zone.schools) }) : ''; }
  /* The sentences of one stage, the reason first. */
  page.whyLines = function (u, stage) {
    var here = unit.stage[stage], own = here.zone[u], reason = here.why && here.why[u] >= 0 ? here.reasons[here.why[u]] : '', sums = page.zoneSums(stage), found = [], other = farOf(stage)[u];
    var pupils = here.pupils[u], was = here.today[u] >= 0 ? page.metresBefore(stage)(u) : null, rules = (data.rules || {})[stage] || { goals: [], lost: [] };
    if (own < 0 || here.school[u] < 0) { return [word('why_lost_school')]; }
    if (reason) { found.push(word('why_' + reason)); }
    if (here.changed[u] && was !== null && here.metres[u] !== null) { found.push(fill('why_today', { school: data.schools[here.today[u]].name, was: number(was), now: number(here.metres[u]) })); }
    if (!other || here.nearest[u] === null) { return found; }
    var near = sums.zone[other.near], name = data.schools[other.near].name, dear = data.zones[stage][near] || {}, mine = data.zones[stage][own];
    if (near === undefined) { return found; }
    var metres = fill('explain_metres', { metres: number(here.nearest[u]), nth: 1 });
    found.push(fill('explain_nearest', { school: name, zone: zoneNamed(stage, near), metres: metres, seats: number(sums.seats[near]), load: number(sums.load[near]) }));
    if (here.metres[u] > here.nearest[u]) { found.push(fill(other.nth ? 'why_farther_nth' : 'why_farther', { metres: number(here.metres[u] - here.nearest[u]), nth: other.nth })); }
    var over = sums.load[near] + pupils - sums.seats[near], free = Math.max(sums.seats[near] - sums.load[near], 0), set = { school: name, seats: number(sums.seats[near]), load: number(sums.load[near]), free: number(free), pupils: number(pupils), over: number(over) };
    if (near !== own && pupils > 0) { found.push(fill(over > 1e-6 ? 'explain_cause_seats' : 'why_room', set)); }
    var there = here.nearest[u], way = here.metres[u], price = dear.price || 0, paid = mine.price || 0, more = there + price - way - paid;
    if (near !== own && price > 0 && more > 0 && pupils > 0) {
      found.push(fill('explain_cause_price', { school: name, own: data.schools[here.school[u]].name, price: number(price), own_price: number(paid), there: number(there), here: number(way), sum_there: number(there + price), sum_here: number(way + paid), more: number(more) }));
    }
    if (reason === 'open') { found.push(fill('explain_no_cause', { school: name })); }
    if (reason !== 'nearest' && rules.goals.length) { found.push(fill('explain_goals', { goals: named(rules.goals) })); }
    if (reason !== 'nearest' && rules.lost.length) { found.push(fill('explain_not_carried', { rules: named(rules.lost) })); }
    if (page.inner) { found.push(fill('why_command', { id: unit.id[u], stage: stage })); }
    return found;
  };
  page.whyBox = function (u, box) {
    page.stages.forEach(function (stage) {
      if (page.grouping() < 0 && page.stageShown() !== stage) { return; }
      var lines = page.whyLines(u, stage), list = page.make('ul', undefined, 'why');
      if (!lines.length) { return; }
      lines.forEach(function (line) { list.append(page.make('li', line)); });
      box.append(page.make('h3', fill('why_title', { stage: word(stage) })), list);
    });
  };
}
