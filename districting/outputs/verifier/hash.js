/* SHA-256, HMAC, numbers from digests. Plain JavaScript, nothing is loaded. */
var districting = (function () {
  "use strict";

  var K = [
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2
  ];
  var START = [0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19];

  /* ---- SHA-256 and HMAC ---- */

  function Sha(from) {
    this.h = from ? from.h.slice() : START.slice();
    this.rest = from ? from.rest.slice() : [];
    this.length = from ? from.length : 0;
  }

  var W = [];
  function block(h, bytes, at) {
    var i, s0, s1, t1, t2, a = h[0], b = h[1], c = h[2], d = h[3], e = h[4], f = h[5], g = h[6], x = h[7];
    for (i = 0; i < 16; i++, at += 4) W[i] = (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3];
    for (i = 16; i < 64; i++) {
      s0 = W[i - 15]; s1 = W[i - 2];
      s0 = ((s0 >>> 7) | (s0 << 25)) ^ ((s0 >>> 18) | (s0 << 14)) ^ (s0 >>> 3);
      s1 = ((s1 >>> 17) | (s1 << 15)) ^ ((s1 >>> 19) | (s1 << 13)) ^ (s1 >>> 10);
      W[i] = (W[i - 16] + s0 + W[i - 7] + s1) | 0;
    }
    for (i = 0; i < 64; i++) {
      s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
      t1 = (x + s1 + ((e & f) ^ (~e & g)) + K[i] + W[i]) | 0;
      s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
      t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      x = g; g = f; f = e; e = (d + t1) | 0; d = c; c = b; b = a; a = (t1 + t2) | 0;
    }
    h[0] = (h[0] + a) | 0; h[1] = (h[1] + b) | 0; h[2] = (h[2] + c) | 0; h[3] = (h[3] + d) | 0;
    h[4] = (h[4] + e) | 0; h[5] = (h[5] + f) | 0; h[6] = (h[6] + g) | 0; h[7] = (h[7] + x) | 0;
  }

  Sha.prototype.update = function (bytes) {
    var all = this.rest.length ? this.rest.concat(bytes) : bytes, at = 0;
    this.length += bytes.length;
    for (; at + 64 <= all.length; at += 64) block(this.h, all, at);
    this.rest = all.slice(at);
    return this;
  };

  Sha.prototype.bytes = function () {
    var h = this.h.slice(), tail = this.rest.concat([128]), bits = this.length * 8, out = [], i;
    while (tail.length % 64 !== 56) tail.push(0);
    for (i = 7; i >= 0; i--) tail.push(Math.floor(bits / Math.pow(256, i)) % 256);
    for (i = 0; i < tail.length; i += 64) block(h, tail, i);
    for (i = 0; i < 8; i++) out.push((h[i] >>> 24) & 255, (h[i] >>> 16) & 255, (h[i] >>> 8) & 255, h[i] & 255);
    return out;
  };

  function hex(bytes) {
    var out = "", i;
    for (i = 0; i < bytes.length; i++) out += (bytes[i] < 16 ? "0" : "") + bytes[i].toString(16);
    return out;
  }

  function utf8(text) {
    var out = [], i, c, next;
    for (i = 0; i < text.length; i++) {
      c = text.charCodeAt(i);
      if (c >= 0xd800 && c < 0xdc00 && i + 1 < text.length) {
        next = text.charCodeAt(i + 1);
        if (next >= 0xdc00 && next < 0xe000) { c = 0x10000 + ((c - 0xd800) << 10) + (next - 0xdc00); i++; }
      }
      if (c < 0x80) out.push(c);
      else if (c < 0x800) out.push(0xc0 | (c >> 6), 0x80 | (c & 63));
      else if (c < 0x10000) out.push(0xe0 | (c >> 12), 0x80 | ((c >> 6) & 63), 0x80 | (c & 63));
      else out.push(0xf0 | (c >> 18), 0x80 | ((c >> 12) & 63), 0x80 | ((c >> 6) & 63), 0x80 | (c & 63));
    }
    return out;
  }

  function sha256(text) { return hex(new Sha().update(utf8(text)).bytes()); }

  /* A function of the message under this key: the two blocks of the key are worked once. */
  function hmac(key) {
    var bytes = utf8(key), inner = [], outer = [], i;
    if (bytes.length > 64) bytes = new Sha().update(bytes).bytes();
    for (i = 0; i < 64; i++) { inner.push((bytes[i] || 0) ^ 0x36); outer.push((bytes[i] || 0) ^ 0x5c); }
    inner = new Sha().update(inner); outer = new Sha().update(outer);
    return function (message) { return hex(new Sha(outer).update(new Sha(inner).update(utf8(message)).bytes()).bytes()); };
  }

  /* The first 64 bits as a fraction of 2^64: ten times the fraction gives the next digit, carried in four limbs of 16 bits. */
  function shownNumber(digest, digits) {
    var limbs = [0, 4, 8, 12].map(function (at) { return parseInt(digest.substr(at, 4), 16); }), out = "", i, carry;
    while (out.length < digits) {
      for (carry = 0, i = 3; i >= 0; i--) { carry += limbs[i] * 10; limbs[i] = carry % 65536; carry = Math.floor(carry / 65536); }
      out += carry;
    }
    return out;
  }

  /* Eight hex digits for every line, each over all lines so far; and the hash of all of them. */
  function lineChecks(lines) {
    var running = new Sha(), checks = lines.map(function (line) { return hex(running.update(utf8(line + "\n")).bytes()).slice(0, 8); });
    return { checks: checks, commitment: hex(running.bytes()) };
  }

  return { sha256: sha256, hmacUnder: hmac, hmac: function (key, message) { return hmac(key)(message); }, shownNumber: shownNumber, lineChecks: lineChecks, draws: {} };
})();
