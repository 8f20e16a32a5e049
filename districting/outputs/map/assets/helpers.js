/* What every page of plans begins with: its data, its language, its words, and the small makers of what is shown. Plain script for old office browsers (ES2017), no network. */
function districtingHelpers(format) {
  'use strict';
  var data = restoredData(JSON.parse(document.getElementById('plan-data').textContent)), lang = data.lang, page = { data: data };
  if (data.format !== format) { throw new Error('unknown page format ' + data.format); }
  page.lang = function () { return lang; };
  page.otherLang = function () { lang = lang === 'zh' ? 'en' : 'zh'; };
  page.$ = function (id) { return document.getElementById(id); };
  page.make = function (tag, text, name) { var e = document.createElement(tag); if (text !== undefined) { e.textContent = text; } if (name) { e.className = name; } return e; };
  page.word = function (key) { var found = data.words[lang][key]; return found === undefined ? key : found; };
  page.fill = function (key, values) { return page.word(key).replace(/\{(\w+)\}/g, function (_, name) { return values[name]; }); };
  page.number = function (value, kind) {
    if (value === null || value === undefined || value !== value) { return ''; }
    if (kind === 'share') { return (100 * value).toFixed(Math.abs(value) < 0.001 && value ? 3 : 1) + '%'; }
    if (kind === 'cv' || kind === 'point') { return value.toFixed(3); }
    return Math.round(value).toLocaleString('en-US');
  };
  /* The language of the document, and the button for the other one. */
  page.drawLang = function () {
    document.documentElement.lang = lang === 'zh' ? 'zh-CN' : 'en';
    page.$('lang').textContent = lang === 'zh' ? 'English' : '中文';
    page.$('lang').lang = lang === 'zh' ? 'en' : 'zh-CN';
  };
  return page;
}
