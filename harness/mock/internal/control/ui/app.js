'use strict';

// Everything that came from outside is set as text, never as markup.

const $ = (id) => document.getElementById(id);
const shownEntries = 100;

function element(tag, text, className) {
  const e = document.createElement(tag);
  if (text !== undefined) e.textContent = text;
  if (className) e.className = className;
  return e;
}

// idButton shows an id that is copied by a click.
function idButton(id) {
  const b = element('button', id, 'id');
  b.type = 'button';
  b.title = 'Copy';
  b.addEventListener('click', () => copy(id, b));
  return b;
}

async function copy(text, button) {
  const before = button.textContent;
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = 'copied';
  } catch {
    button.textContent = 'could not copy';
  }
  setTimeout(() => { button.textContent = before; }, 800);
}

async function ask(method, path, body) {
  const answer = await fetch(path, {
    method,
    headers: body === undefined && method !== 'POST' ? {} : { 'Content-Type': 'application/json' },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const value = await answer.json();
  if (!answer.ok) throw new Error(value.error || `HTTP ${answer.status}`);
  return value;
}

// attempt shows the error of an action, or clears the last one.
async function attempt(action) {
  try {
    await action();
    $('error').hidden = true;
  } catch (error) {
    $('error').textContent = error.message;
    $('error').hidden = false;
  }
  await refresh();
}

function onSubmit(id, action) {
  $(id).addEventListener('submit', (event) => {
    event.preventDefault();
    attempt(action);
  });
}

function showValues(values) {
  const rows = [];
  for (const [name, value] of Object.entries(values)) {
    const dd = element('dd');
    for (const id of [].concat(value)) dd.append(idButton(id), ' ');
    rows.push(element('dt', name), dd);
  }
  $('values').replaceChildren(...rows);
  $('arranged').hidden = false;
  $('copy-all').onclick = () => copy(JSON.stringify(values, null, 2), $('copy-all'));
}

function groupView(g) {
  const box = element('div', undefined, 'group');
  box.dataset.group = g.id;
  const head = element('p');
  const size = `${g.instances.length} instances, ${g.minSize} to ${g.maxSize}` +
    (g.desiredCapacity === undefined ? '' : `, ${g.desiredCapacity} desired`);
  head.append(idButton(g.id), ' ', element('span', g.lifecycle, g.lifecycle === 'Active' ? 'good' : 'bad'), ` ${size} `);
  if (g.state) head.append(element('span', g.state, 'muted'));
  const drop = element('button', 'Drop');
  drop.type = 'button';
  drop.addEventListener('click', () => attempt(() => ask('DELETE', '/_mock/groups/' + encodeURIComponent(g.id))));
  head.append(' ', drop);
  const instances = element('ul');
  for (const i of g.instances.slice(0, 50)) {
    const li = element('li');
    li.append(idButton(i.id), ` ${i.lifecycle}, ${i.creationType}, ${i.status}`);
    instances.append(li);
  }
  const others = element('ul');
  for (const r of [...g.loadBalancers, ...g.dbInstances]) {
    const li = element('li');
    li.append(idButton(r.id), ` ${r.status}`);
    others.append(li);
  }
  for (const a of g.activities.slice(0, 5)) {
    const li = element('li');
    li.append(idButton(a.id), ` ${a.description}: ${a.status} ${a.progress}%`);
    others.append(li);
  }
  box.append(head, instances, others);
  return box;
}

function entryView(e) {
  const row = element('tr');
  const parameters = Object.entries(e.parameters).sort().map(([n, v]) => `${n}=${v}`).join(' ');
  const why = [e.rule, e.fault && `fault: ${e.fault}`, e.unsupported && `no effect: ${e.unsupported.join(', ')}`].filter(Boolean).join('; ');
  const status = e.status === 0 ? 'closed' : String(e.status);
  for (const [text, className] of [
    [e.number], [new Date(e.at).toLocaleTimeString()], [`${e.method} ${e.operation}`],
    [status, e.status >= 200 && e.status < 300 ? 'good' : 'bad'], [e.code || ''], [why], [parameters], [e.durationMs.toFixed(1)],
  ]) row.append(element('td', text, className));
  row.title = e.message || '';
  return row;
}

// replaced writes a part again only when it changed, so that a selection or a focus in it stays.
const seen = {};
function replaced(id, value, draw) {
  const text = JSON.stringify(value);
  if (seen[id] === text) return;
  seen[id] = text;
  $(id).replaceChildren(...draw(value));
}

async function refresh() {
  try {
    const [health, groups, journal, faults, clock] = await Promise.all([
      ask('GET', '/_mock/health'), ask('GET', '/_mock/groups?limit=50'), ask('GET', `/_mock/journal?limit=${shownEntries}`),
      ask('GET', '/_mock/faults'), ask('GET', '/_mock/clock'),
    ]);
    $('health').textContent = `${health.status}: ${health.groups} groups, ${health.instances} instances, ${health.requests} requests`;
    $('groups-total').textContent = groups.total > groups.groups.length ? `(the newest ${groups.groups.length} of ${groups.total})` : `(${groups.total})`;
    $('journal-total').textContent = journal.total > shownEntries ? `(the latest ${shownEntries} of ${journal.total})` : `(${journal.total})`;
    $('clock-now').textContent = `${new Date(clock.now).toLocaleTimeString()}, ahead by ${clock.ahead}`;
    replaced('groups', groups.groups, (all) => all.map(groupView));
    replaced('journal', journal.entries, (all) => all.reverse().map(entryView));
    replaced('faults', faults.faults, (all) => all.map((f) => {
      const li = element('li', `${f.operation} ${f.kind}` + (f.count ? ` × ${f.count}` : '') + (f.probability ? ` p=${f.probability}` : '') + ' ');
      const remove = element('button', 'Remove');
      remove.type = 'button';
      remove.addEventListener('click', () => attempt(() => ask('DELETE', '/_mock/faults/' + encodeURIComponent(f.id))));
      li.append(remove);
      return li;
    }));
  } catch (error) {
    $('health').textContent = `no connection: ${error.message}`;
  }
}

async function start() {
  onSubmit('arrange', async () => showValues(await ask('POST', '/_states', {
    action: 'setup', state: $('state').value, params: { instances: Number($('instances').value) },
  })));
  onSubmit('fault', () => ask('POST', '/_mock/faults', {
    operation: $('fault-operation').value, kind: $('fault-kind').value, count: Number($('fault-count').value),
    ...($('fault-delay').value ? { delay: $('fault-delay').value } : {}),
  }));
  onSubmit('latency', () => ask('PUT', '/_mock/latency', { latency: $('latency-value').value }));
  onSubmit('clock', () => ask('POST', '/_mock/clock', { forward: $('clock-value').value }));
  $('reset').addEventListener('click', () => attempt(() => ask('POST', '/_mock/reset')));
  const { states } = await ask('GET', '/_mock/states');
  $('state').replaceChildren(...states.map((name) => element('option', name)));
  for (;;) {
    if (!document.hidden) await refresh();
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}

start().catch((error) => { $('health').textContent = `no connection: ${error.message}`; });
