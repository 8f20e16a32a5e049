/* Reads format "varint-1" of packing.py: zigzag varints in base64 -> whole numbers, in an Int32Array where each is short, else in a Float64Array. */
function unpackedNumbers(text) {
  'use strict';
  var bytes = atob(text), size = bytes.length, count = 0, longest = 0, run = 0, i;
  for (i = 0; i < size; i++) {
    run++;
    if (bytes.charCodeAt(i) < 128) { count++; if (run > longest) { longest = run; } run = 0; }
  }
  if (run) { throw new Error('packed numbers end within a number'); }
  if (longest > 8) { throw new Error('a packed number is too large'); }
  var found = longest < 5 ? new Int32Array(count) : new Float64Array(count), value = 0, at = 0, byte;
  if (longest < 5) { // 28 bits: whole-number shifts are exact and fast
    for (i = 0, run = 0; i < size; i++) {
      byte = bytes.charCodeAt(i);
      value |= (byte & 127) << run;
      if (byte < 128) { found[at++] = (value >>> 1) ^ -(value & 1); value = 0; run = 0; } else { run += 7; }
    }
    return found;
  }
  var factor = 1;
  for (i = 0; i < size; i++) {
    byte = bytes.charCodeAt(i);
    value += (byte & 127) * factor;
    if (byte < 128) { found[at++] = value % 2 ? -(value + 1) / 2 : value / 2; value = 0; factor = 1; } else { factor *= 128; }
  }
  return found;
}
/* The same where packed_steps wrote steps: each number is the sum of the steps up to it. */
function unpackedSteps(text) {
  'use strict';
  var found = unpackedNumbers(text), all = new Float64Array(found.length), sum = 0;
  for (var i = 0; i < found.length; i++) { sum += found[i]; all[i] = sum; }
  return all;
}
