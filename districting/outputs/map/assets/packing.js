/* Reads format "packed-1" of packing.py: whole numbers as text -> an Int32Array where each is short, else a Float64Array. */
var PACKED_ALPHABET = "!#$%'()*+,-./0123456789:;=?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`abcdefghijklmnopqrstuvwxyz{|}~";
function unpackedNumbers(text) {
  'use strict';
  var CLOSING = 57, LEADING = 32, SHORT = 6, LONGEST = 11, size = text.length, number = new Uint8Array(128).fill(255), count = 0, longest = 0, run = 0, i, c, n;
  for (i = 0; i < PACKED_ALPHABET.length; i++) { number[PACKED_ALPHABET.charCodeAt(i)] = i; }
  for (i = 0; i < size; i++) {
    c = text.charCodeAt(i);
    n = c < 128 ? number[c] : 255;
    if (n === 255) { throw new Error('packed numbers hold a character of no meaning'); }
    run++;
    if (n < CLOSING) { count++; if (run > longest) { longest = run; } run = 0; }
  }
  if (run) { throw new Error('packed numbers end within a number'); }
  if (longest > LONGEST) { throw new Error('a packed number is too large'); }
  var found = longest <= SHORT ? new Int32Array(count) : new Float64Array(count), value = 0, at = 0;
  for (i = 0; i < size; i++) {
    n = number[text.charCodeAt(i)];
    if (n >= CLOSING) { value = value * LEADING + (n - CLOSING + 1); continue; }
    value = value * CLOSING + n;
    found[at++] = value % 2 ? -(value + 1) / 2 : value / 2;
    value = 0;
  }
  return found;
}
/* The same where packed_steps wrote steps: each number is the sum of the steps up to it; an Int32Array where every sum is short. */
function unpackedSteps(text) {
  'use strict';
  var found = unpackedNumbers(text), sum = 0, small = found instanceof Int32Array, i, all;
  for (i = 0; i < found.length && small; i++) { sum += found[i]; small = sum === (sum | 0); }
  all = small ? found : new Float64Array(found.length);
  for (i = 0, sum = 0; i < found.length; i++) { sum += found[i]; all[i] = sum; }
  return all;
}
/* The page's data as compact.py had it: packed lists become plain lists again, everywhere in the tree. */
function restoredData(tree) {
  'use strict';
  function numbers(of) {
    var read = of.steps ? unpackedSteps(of.text) : unpackedNumbers(of.text), found = new Array(read.length), none = of.none, by = of.by, i; /* Array.from would take half as much again */
    for (i = 0; i < read.length; i++) { found[i] = read[i] === none ? null : by === 1 ? read[i] : read[i] / by; }
    return found;
  }
  function words(of) {
    var shared = unpackedNumbers(of.shared), sizes = unpackedNumbers(of.sizes), found = new Array(sizes.length), word = '', at = 0;
    for (var i = 0; i < sizes.length; i++) { word = word.slice(0, shared[i]) + of.rest.substr(at, sizes[i]); at += sizes[i]; found[i] = word; }
    return found;
  }
  if (!tree || typeof tree !== 'object') { return tree; }
  if (tree.packed === 'numbers') { return numbers(tree); }
  if (tree.packed === 'words') { return words(tree); }
  if (tree.packed !== undefined) { throw new Error('unknown packing ' + tree.packed); }
  Object.keys(tree).forEach(function (key) { if (tree[key] && typeof tree[key] === 'object') { tree[key] = restoredData(tree[key]); } });
  return tree;
}
