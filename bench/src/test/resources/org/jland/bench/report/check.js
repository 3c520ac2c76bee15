// Computes every number on the page anew, from the JSON in it, and says what does not agree.
// The outcome stands in attributes of the root element of the page that this one is framed by.
'use strict';
(() => {
  const problems = [];
  const visited = new Set();
  const json = id => {
    const element = document.getElementById(id);
    return element && JSON.parse(element.textContent);
  };
  const report = json('results');
  const sides = { OLD: json('old'), NEW: json('new') };
  document.querySelectorAll('details').forEach(details => { details.open = true; });

  const opponentOf = line => report ? line.dataset.name : line.dataset.part;
  const resultsOf = line => report || sides[line.dataset.name];
  const median = sorted => {
    const middle = sorted.length >> 1;
    return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  };
  const values = (results, row, opponent, figure) => {
    const counting = results.samples.filter(
        s => s.row === row && s.opponent === opponent && s.voided === undefined);
    if (figure === 'traced: idle while runnable') {
      return counting.filter(s => s.run === 0).map(s => s.idleWhileRunnable * 100).slice(-1);
    }
    if (figure === 'traced: longest wait') {
      return counting.filter(s => s.run === 0).map(s => s.longestWaitUs).slice(-1);
    }
    return counting.filter(s => figure in s.values).map(s => s.values[figure]).sort((a, b) => a - b);
  };
  const near = (a, b, part) => Math.abs(a - b) <= part * Math.max(Math.abs(a), Math.abs(b));
  const wrong = (line, text) =>
      problems.push([line.dataset.row || line.dataset.family, line.dataset.part, line.dataset.figure,
        line.dataset.name].filter(Boolean).join(', ') + ': ' + text);

  const shown = text => {
    const number = text.replace('\u2212', '-').match(/^[+-]?[\d ]+(\.\d+)?(e-?\d+)?/);
    return number ? Number(number[0].replace(/ /g, '')) : NaN;
  };
  const check = (line, data, expected) => {
    visited.add(data);
    const stat = data.dataset.stat;
    if (!near(Number(data.value), expected, 1e-9)) {
      wrong(line, `${stat} is ${data.value}, the JSON has ${expected}`);
    }
    const text = data.textContent;
    const slack = stat !== 'percent' ? (stat === 'mean' ? 6e-3 : 5.1e-4) * Math.abs(expected)
        : Math.abs(expected) < 0.1 ? 6e-4 : Math.abs(expected) < 1000 ? 0.06 : 0.6;
    if (!(Math.abs(shown(text) - expected) <= slack) && text !== '+<0.001 %') {
      wrong(line, `${stat} shows ${text}, the JSON has ${expected}`);
    }
  };

  const baseOf = line => {
    const results = report || sides.OLD;
    const opponent = report ? report.opponents[0].name : line.dataset.part;
    return values(results, line.dataset.row, opponent, line.dataset.figure);
  };
  const places = (line, all) => {
    const group = [...line.parentElement.querySelectorAll('tr[data-row]')];
    const max = Math.max(...group.flatMap(
        l => values(resultsOf(l), l.dataset.row, opponentOf(l), l.dataset.figure)));
    const svg = line.querySelector('svg');
    if (!svg || max <= 0) {
      return;
    }
    const box = svg.getBoundingClientRect();
    const at = x => (x - box.left) / box.width;
    const fill = line.querySelector('.fill').getBoundingClientRect();
    const ends = [[at(fill.right), median(all), 'bar']];
    const whisker = line.querySelector('.whisker');
    if (whisker) {
      ends.push([whisker.x1.baseVal.value / box.width, all[0], 'start of the whisker']);
      ends.push([whisker.x2.baseVal.value / box.width, all[all.length - 1], 'end of the whisker']);
    }
    for (const [place, value, what] of ends) {
      if (!(Math.abs(place - value / max) <= 0.005)) {
        wrong(line, `the ${what} is at ${place}, not at ${value / max}`);
      }
    }
  };
  const verdict = (line, all, base, figure) => {
    const spread = Math.max(all[all.length - 1] - all[0], base[base.length - 1] - base[0]);
    const distance = median(all) - median(base);
    const word = Math.abs(distance) <= spread ? 'none'
        : (distance < 0) === (figure.better === 'lower') ? 'better' : 'worse';
    if (!line.querySelector('.verdict').textContent.includes(word) || !line.classList.contains(word)) {
      wrong(line, `the verdict should be "${word}"`);
    }
  };

  const found = new Map();
  for (const line of document.querySelectorAll('tr[data-row]')) {
    const { row, figure } = line.dataset;
    const all = values(resultsOf(line), row, opponentOf(line), figure);
    const base = baseOf(line);
    const expected = {
      median: median(all), min: all[0], max: all[all.length - 1], 'old-median': median(base),
      percent: (median(all) - median(base)) / median(base) * 100, distance: median(all) - median(base),
    };
    line.querySelectorAll('data').forEach(data => check(line, data, expected[data.dataset.stat]));
    if (line.closest('.bars')) {
      const key = JSON.stringify([row, opponentOf(line), figure, report ? '' : line.dataset.name]);
      found.set(key, (found.get(key) || 0) + 1);
      if (all.length && !line.querySelector('data[data-stat=median]')) {
        wrong(line, 'shows nothing, the JSON has ' + all.length + ' runs');
      }
      if (all.length) {
        places(line, all);
      }
    }
    const isBase = report ? line.dataset.name === report.opponents[0].name : line.dataset.name === 'OLD';
    const definition = resultsOf(line).rows.find(r => r.name === row).figures.find(f => f.name === figure);
    if (definition && all.length && base.length && !isBase) {
      verdict(line, all, base, definition);
    }
  }

  // Nothing that was measured is left out.
  const first = report || sides.OLD;
  for (const row of first.rows) {
    for (const opponent of first.opponents) {
      for (const figure of row.figures) {
        const both = !report && ['OLD', 'NEW'].every(
            side => values(sides[side], row.name, opponent.name, figure.name).length);
        for (const side of report ? [''] : both ? ['OLD', 'NEW'] : []) {
          const key = JSON.stringify([row.name, opponent.name, figure.name, side]);
          if (found.get(key) !== 1) {
            problems.push(`${key} is on the page ${found.get(key) || 0} times`);
          }
        }
      }
    }
  }

  for (const line of document.querySelectorAll('tr[data-family]')) {
    const family = report.rows.filter(row => row.family === line.dataset.family);
    const ratios = family.flatMap(row => {
      const whole = name => row.figures.every(
          figure => values(report, row.name, name, figure.name).length >= report.runs);
      const base = report.opponents[0].name;
      if (!whole(base) || !whole(line.dataset.name)) {
        return [];
      }
      const figure = row.figures[0];
      const [a, b] = [base, line.dataset.name].map(
          name => median(values(report, row.name, name, figure.name)));
      if (a === b) {
        return [1];
      }
      return a > 0 && b > 0 ? [figure.better === 'lower' ? a / b : b / a] : [];
    });
    const mean = Math.exp(ratios.reduce((sum, ratio) => sum + Math.log(ratio), 0) / ratios.length);
    const expected = { mean, counted: ratios.length, rows: family.length };
    line.querySelectorAll('data').forEach(data => check(line, data, expected[data.dataset.stat]));
    if (!!line.querySelector('data[data-stat=mean]') !== ratios.length > 0) {
      wrong(line, `${ratios.length} ratios`);
    }
  }

  const unchecked = [...document.querySelectorAll('data')].filter(data => !visited.has(data));
  unchecked.forEach(data => problems.push('unchecked: ' + data.outerHTML));
  const width = document.documentElement.scrollWidth;
  if (width > innerWidth) {
    problems.push(`the page is ${width} wide in a window of ${innerWidth}`);
  }
  const root = top.document.documentElement;
  root.dataset.problems = problems.slice(0, 30).join('\n');
  root.dataset.checked = visited.size;
  root.dataset.width = innerWidth;
  root.dataset.title = document.title;
})();
