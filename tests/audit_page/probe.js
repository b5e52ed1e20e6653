// Copyright: Contributors to the community.openmetadata collection
// GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// What a page shows, as data. Evaluated in the page; the last expression is the result.
(() => {
  const shown = (element) => element.getClientRects().length > 0 && getComputedStyle(element).visibility === 'visible';

  // Colours as WCAG 2.2 compares them: https://www.w3.org/TR/WCAG22/#dfn-relative-luminance
  const rgba = (colour) => {
    const parts = colour.match(/[\d.]+/g).map(Number);
    return parts.length < 4 ? [...parts, 1] : parts;
  };
  const over = (top, below) => {
    const alpha = top[3] + below[3] * (1 - top[3]);
    if (alpha === 0) return [0, 0, 0, 0];
    return [0, 1, 2].map((i) => (top[i] * top[3] + below[i] * below[3] * (1 - top[3])) / alpha).concat(alpha);
  };
  const luminance = ([red, green, blue]) => {
    const linear = [red, green, blue].map((c) => c / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
  };
  const contrast = (one, other) => {
    const [high, low] = [luminance(one), luminance(other)].sort((a, b) => b - a);
    return (high + 0.05) / (low + 0.05);
  };
  const ground = (element) => {
    let colour = [0, 0, 0, 0];
    for (let each = element; each; each = each.parentElement) colour = over(colour, rgba(getComputedStyle(each).backgroundColor));
    return over(colour, [255, 255, 255, 1]);
  };

  const texts = [];
  const note = (element, colour, text) =>
    texts.push({ text: text.slice(0, 60), contrast: contrast(over(rgba(colour), ground(element)), ground(element)) });
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const { parentElement, data } = walker.currentNode;
    if (data.trim() && shown(parentElement)) note(parentElement, getComputedStyle(parentElement).color, data.trim());
  }
  for (const element of document.body.querySelectorAll('*')) {
    const before = getComputedStyle(element, '::before');
    if (shown(element) && !['none', 'normal'].includes(before.content)) note(element, before.color, before.content);
  }

  const cell = (element) => (element.querySelector('.unset') ? null : element.querySelector('code').textContent);
  const rows = [...document.querySelectorAll('tr[data-field]')].map((row) => [
    row.closest('tbody').dataset.service, row.dataset.field, cell(row.cells[1]), cell(row.cells[2]),
  ]);
  const services = {};
  for (const section of document.querySelectorAll('section[id]')) {
    services[section.id] = [...section.querySelectorAll('[data-service]')].map((each) => each.querySelector('.name').textContent);
  }
  const bar = document.querySelector('.bar');
  const segments = [...bar.children].map((each) => ({
    status: each.className, width: each.getBoundingClientRect().width, contrast: contrast(rgba(getComputedStyle(each).backgroundColor), ground(bar)),
  }));
  const wide = [...document.querySelectorAll('body *')].filter((each) => shown(each) && each.getBoundingClientRect().right > innerWidth + 0.5);

  return {
    title: document.title,
    verdict: document.querySelector('.verdict').textContent,
    passed: document.querySelector('.verdict').dataset.passed,
    counts: Object.fromEntries([...document.querySelectorAll('.counts li')].map((each) => [each.dataset.status, Number(each.querySelector('b').textContent)])),
    links: [...document.querySelectorAll('a')].map((each) => each.getAttribute('href')),
    targets: [...document.querySelectorAll('a')].filter((each) => !document.querySelector(each.getAttribute('href'))).length,
    elements: [...new Set([...document.querySelectorAll('*')].map((each) => each.localName))].sort(),
    broken: window.broken === true,
    page: { width: document.documentElement.scrollWidth, window: innerWidth, wide: wide.map((each) => each.outerHTML.slice(0, 120)) },
    bar: { width: bar.clientWidth, gap: parseFloat(getComputedStyle(bar).columnGap) || 0, segments },
    body: document.body.innerText,
    ground: getComputedStyle(document.body).backgroundColor,
    rows, services, texts,
  };
})()
