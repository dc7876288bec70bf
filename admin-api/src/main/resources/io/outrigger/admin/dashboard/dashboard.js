'use strict';
// The live dashboard: asks for the same JSON as everybody, and draws the differences between two looks.
// Texts of clients, such as paths, only ever become text nodes.
(() => {
  const EVERY = 2000, POINTS = 150, WINDOW = 5; // milliseconds; looks that are drawn; looks that a table sums up
  const $ = id => document.getElementById(id);
  const TOKEN = 'outrigger-token';
  let token = sessionStorage.getItem(TOKEN) || '';
  let looks = [];        // {at, routes: {name: route}, upstreams: {name: upstream}}, the last one last
  let chosen = null;     // the name of a route; null for all
  let opened = null;     // the id of a request
  let openedSteps = null;
  let lastRequests = [];
  let charts = null;

  const node = (tag, content = '', kind = '') => {
    const made = document.createElement(tag);
    if (kind) made.className = kind;
    made.append(...[].concat(content));
    return made;
  };
  const pickable = (row, picked, pick) => {
    row.className = picked ? 'pick picked' : 'pick';
    row.tabIndex = 0;
    row.onclick = pick;
    row.onkeydown = event => { if (event.key === 'Enter') pick(); };
    return row;
  };
  const fill = (id, rows, columns, none) => {
    const empty = node('td', none, 'empty');
    empty.colSpan = columns;
    $(id).replaceChildren(...(rows.length ? rows : [node('tr', empty)]));
  };

  // ---- numbers

  const sum = map => Object.values(map || {}).reduce((a, b) => a + b, 0);
  const failed = route => route.requests['5xx'] || 0;
  const less = (a, b) => Math.max(0, a - b); // a process that began again has less than before
  const quantile = (upTo, counts, q) => {
    const total = counts.reduce((a, b) => a + b, 0);
    if (!total) return null;
    let below = 0, i = 0;
    while (i < counts.length - 1 && below + counts[i] < total * q) below += counts[i++];
    const low = i ? upTo[i - 1] : 0;
    return i < upTo.length ? low + (upTo[i] - low) * (total * q - below) / counts[i] : low;
  };
  /** What happened between two looks; name is null for all routes. */
  const between = (from, to, name) => {
    const span = (to.at - from.at) / 1000;
    const out = {span, requests: 0, failed: 0, attempts: 0, helped: 0, vain: 0, denied: 0, counts: [], upTo: []};
    for (const [key, now] of Object.entries(to.routes)) {
      const then = from.routes[key];
      if (name !== null && key !== name || !then) continue;
      out.requests += less(sum(now.requests), sum(then.requests));
      out.failed += less(failed(now), failed(then));
      out.attempts += less(sum(now.attempts), sum(then.attempts));
      out.helped += less(now.retries.success || 0, then.retries.success || 0);
      out.vain += less(now.retries.exhausted || 0, then.retries.exhausted || 0);
      out.denied += less(sum(now.retriesDenied), sum(then.retriesDenied));
      out.upTo = now.durations.upToMs;
      now.durations.counts.forEach((count, i) =>
        out.counts[i] = (out.counts[i] || 0) + less(count, then.durations.counts[i]));
    }
    out.p50 = quantile(out.upTo, out.counts, .5);
    out.p99 = quantile(out.upTo, out.counts, .99);
    return out;
  };
  const rate = n => n === 0 ? '0' : n < 10 ? n.toFixed(1) : Math.round(n).toLocaleString();
  const millis = n => n === null ? '–' : n < 10 ? n.toFixed(1) + ' ms' : n < 9999 ? Math.round(n) + ' ms' : (n / 1000).toFixed(1) + ' s';
  const share = (part, whole) => !whole ? '–' : (100 * part / whole).toFixed(part && part < whole ? 1 : 0) + ' %';

  // ---- charts

  const color = name => getComputedStyle(document.documentElement).getPropertyValue(name);
  const chart = (id, lines, unit) => {
    const axis = {stroke: color('--quiet'), grid: {stroke: color('--rule'), width: 1}, ticks: {show: false}, font: '11px system-ui'};
    const time = (_, ticks) => ticks.map(t => new Date(t * 1000).toTimeString().slice(0, 8));
    return new uPlot({
      width: $(id).clientWidth, height: 150, legend: {show: false}, cursor: {y: false, points: {size: 6}},
      scales: {y: {range: (_, min, max) => [0, Math.max(max * 1.1, unit)]}},
      axes: [{...axis, values: time, space: 80, size: 28}, {...axis, size: 48}],
      series: [{}, ...lines.map(line => ({stroke: color(line), width: 1.5, fill: lines.length === 1 ? color(line) + '22' : undefined, spanGaps: false}))],
    }, [[], ...lines.map(() => [])], $(id));
  };
  const draw = () => {
    charts ||= {rate: chart('rate', ['--line1'], 1), errors: chart('errors', ['--bad'], 5), latency: chart('latency', ['--line2', '--line3'], 5)};
    const steps = looks.slice(1).map((look, i) => between(looks[i], look, chosen));
    const at = looks.slice(1).map(look => look.at / 1000);
    charts.rate.setData([at, steps.map(s => s.requests / s.span)]);
    charts.errors.setData([at, steps.map(s => s.requests ? 100 * s.failed / s.requests : null)]);
    charts.latency.setData([at, steps.map(s => s.p50), steps.map(s => s.p99)]);
    document.querySelectorAll('.of').forEach(of => of.textContent = chosen === null ? '' : '· ' + chosen);
  };

  // ---- tables

  const showRoutes = (from, to) => fill('routes', Object.values(to.routes).map(route => {
    const now = between(from, to, route.name);
    const pick = () => { chosen = chosen === route.name ? null : route.name; show(); };
    const bad = now.failed ? 'n bad' : 'n';
    return pickable(node('tr', [
      node('td', route.name), node('td', now.span ? rate(now.requests / now.span) : '–', 'n'), node('td', share(now.failed, now.requests), bad),
      node('td', millis(now.p50), 'n'), node('td', millis(now.p99), 'n'), node('td', String(route.inFlight), 'n'),
      node('td', now.requests ? (now.attempts / now.requests).toFixed(2) : '–', 'n'),
      node('td', String(now.helped), now.helped ? 'n good' : 'n'), node('td', String(now.vain), now.vain ? 'n bad' : 'n'),
      node('td', String(now.denied), now.denied ? 'n warn' : 'n'),
      node('td', route.budgetTokens === undefined ? '–' : rate(route.budgetTokens), 'n'),
    ]), chosen === route.name, pick);
  }), 11, 'no routes');
  const illness = one => one.healthy ? '' : one.ejected ? ' ejected: ' + one.ejected.reason : ' unhealthy: ' + one.check.last;
  const showUpstreams = (from, to) => fill('upstreams', Object.values(to.upstreams).map(upstream => {
    const then = from.upstreams[upstream.name] || upstream, span = (to.at - from.at) / 1000 || 1;
    const made = less(upstream.connects.success || 0, then.connects.success || 0);
    const lost = less(sum(upstream.connects), sum(then.connects)) - made;
    return node('tr', [
      node('td', upstream.name), node('td', String(upstream.connections.active || 0), 'n'), node('td', String(upstream.connections.idle || 0), 'n'),
      node('td', String(upstream.waiting), upstream.waiting ? 'n warn' : 'n'), node('td', rate(made / span), 'n'), node('td', rate(Math.max(0, lost) / span), lost > 0 ? 'n bad' : 'n'),
      node('td', upstream.endpoints.length
        ? upstream.endpoints.map(one => node('span', one.address + ' (' + one.inFlight + ')' + illness(one), one.healthy ? 'tag mono' : 'tag mono bad'))
        : node('span', 'none', 'bad')),
    ]);
  }), 7, 'no upstreams');
  const sentence = step => '+' + step.atMs.toFixed(1) + ' ms  ' + (step.endpoint
    ? step.endpoint + ': ' + step.outcome + (step.status ? ', ' + step.status : '') + (step.cause ? ', ' + step.cause + ' (' + step.detail + ')' : '') + ', took ' + millis(step.tookMs)
    : step.by + ': ' + step.verdict + ' (' + step.why + ')' + (step.waitMs ? ', waits ' + millis(step.waitMs) : ''));
  const showRequests = () => {
    const rows = [];
    for (const one of lastRequests.filter(r => r.keptFor !== 'sampled' || $('sampled').checked).slice(0, 50)) {
      const open = opened === one.requestId;
      rows.push(pickable(node('tr', [
        node('td', new Date(one.endedAt).toTimeString().slice(0, 8)), node('td', one.route || '–'), node('td', (one.method || '?') + ' ' + (one.path || ''), 'mono'),
        node('td', String(one.status), one.status >= 500 ? 'n bad' : one.status >= 400 ? 'n warn' : 'n'), node('td', one.cause || ''), node('td', millis(one.durationMs), one.keptFor === 'slow' ? 'n warn' : 'n'),
        node('td', String(one.attempts), 'n'), node('td', one.requestId, 'mono quiet'),
      ]), open, () => unfold(open ? null : one.requestId)));
      if (open && openedSteps) {
        const cell = node('td', [...(one.detail ? [one.detail] : []), node('ol', openedSteps.map(step => node('li', sentence(step))), 'steps mono')]);
        cell.colSpan = 8;
        rows.push(node('tr', cell));
      }
    }
    fill('requests', rows, 8, 'nothing has failed or was slow');
  };
  const unfold = async id => {
    opened = id;
    openedSteps = null;
    const found = id && await ask('/requests/' + encodeURIComponent(id)).catch(() => null);
    if (opened === id) {
      openedSteps = found ? found.steps : [];
      showRequests();
    }
  };
  const show = () => {
    const to = looks[looks.length - 1], from = looks[Math.max(0, looks.length - 1 - WINDOW)];
    draw();
    showRoutes(from, to);
    showUpstreams(from, to);
    showRequests();
  };
  const showConfig = config => {
    $('service').textContent = (config.config.service || '').replace(/^\$\{.*/, ''); // from the environment: not told here
    $('config').textContent = 'config ' + config.hash.slice(0, 12) + ', in force since ' + new Date(config.loadedAt).toLocaleString();
    $('problems').hidden = !config.problems.length;
    $('problemList').replaceChildren(...config.problems.map(line => node('li', line)));
  };
  const showReady = (status, ready) => {
    $('ready').textContent = status === 200 ? 'ready' : ready.reason || 'not ready';
    $('ready').className = 'pill ' + (status === 200 ? 'good' : 'bad');
  };

  // ---- asking

  class Refused extends Error {}
  const fetched = path => fetch(path, {cache: 'no-store', signal: AbortSignal.timeout(5000), headers: token ? {authorization: 'Bearer ' + token} : {}});
  const ask = async path => {
    const answer = await fetched(path);
    if (answer.status === 401) throw new Refused();
    if (!answer.ok) throw new Error(path + ': ' + answer.status);
    return answer.json();
  };
  const byName = list => Object.fromEntries(list.map(one => [one.name, one]));
  const look = async () => {
    const [routes, upstreams, requests, config] = await Promise.all(['/routes', '/upstreams', '/requests', '/config'].map(ask));
    const ready = await fetched('/ready');
    showReady(ready.status, await ready.json());
    $('ask').hidden = true;
    $('main').hidden = false;
    looks.push({at: Date.now(), routes: byName(routes.routes), upstreams: byName(upstreams.upstreams)});
    looks = looks.slice(-POINTS);
    lastRequests = requests.requests;
    $('skipped').textContent = requests.skipped ? requests.skipped.toLocaleString() + ' more came too fast to be kept' : '';
    if (chosen !== null && !looks[looks.length - 1].routes[chosen]) chosen = null;
    showConfig(config);
    show();
    $('alive').textContent = '';
  };
  const refused = () => {
    $('main').hidden = true;
    $('ask').hidden = false;
    $('wrong').hidden = !token;
    $('ready').textContent = 'token?';
    token = '';
    sessionStorage.removeItem(TOKEN);
    $('token').focus();
  };
  const turn = async () => {
    let next = EVERY;
    if (!document.hidden) {
      try {
        await look();
      } catch (why) {
        if (why instanceof Refused) { refused(); return; }
        showReady(0, {reason: 'no answer'});
        $('alive').textContent = 'since the last look: ' + why.message;
        next = 2 * EVERY;
      }
    }
    setTimeout(turn, next);
  };
  $('ask').onsubmit = event => {
    event.preventDefault();
    token = $('token').value.trim();
    sessionStorage.setItem(TOKEN, token);
    $('token').value = '';
    turn();
  };
  $('sampled').onchange = showRequests;
  const again = () => { if (charts) { Object.values(charts).forEach(one => one.destroy()); charts = null; draw(); } };
  matchMedia('(prefers-color-scheme: dark)').onchange = again;
  window.onresize = again;
  turn();
})();
