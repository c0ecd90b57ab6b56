"use strict";
// Filters, copies, sets the colours, moves round the matrix, and draws what is only drawn when it is opened. What failed is in the page
// without it. The only HTML that it makes is what the report was drawn with: see later().
(() => {
  const root = document.documentElement;
  const one = (id) => document.getElementById(id);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const say = (text) => { one("say").textContent = text; };
  root.classList.add("js");

  // light and dark
  const button = one("theme");
  const remember = (value) => {
    try {
      if (value) localStorage.setItem("essconform-theme", value);
      return localStorage.getItem("essconform-theme");
    } catch { return value; } // a file may have no storage
  };
  const system = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : system.matches);
  const showTheme = () => button.setAttribute("aria-pressed", String(isDark()));
  const chosen = remember();
  if (chosen === "dark" || chosen === "light") root.dataset.theme = chosen;
  button.addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    remember(root.dataset.theme);
    showTheme();
  });
  system.addEventListener("change", showTheme);
  showTheme();

  // What is drawn when it is opened: HTML by id, as compressed JSON, for most of it is never looked at.
  const unpack = (id) => {
    const text = one(id).textContent.replace(/-/g, "+").replace(/_/g, "/");
    const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
    return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).json();
  };
  let drawn = null;
  const later = () => drawn ??= unpack("later");

  // the other language: texts by English ones, for what is not code
  const drawnIn = root.lang;
  const language = one("lang");
  let books = null; // English to Chinese, and back
  const dictionary = async () => books ??= unpack("words").then((pairs) => ({
    "zh-CN": new Map(Object.entries(pairs)), en: new Map(Object.entries(pairs).map(([a, b]) => [b, a])),
  }));
  let known = null; // once it is there
  const t = (english) => (root.lang === "en" ? english : known?.["zh-CN"].get(english) ?? english);
  const skipped = "code, pre, script, style, [translate=no]";
  const sayIn = (map, within) => {
    const walker = document.createTreeWalker(within, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const node = walker.currentNode;
      const text = node.data.trim();
      if (text && map.has(text) && !node.parentElement?.closest(skipped)) node.data = node.data.replace(text, () => map.get(text));
    }
    for (const name of ["aria-label", "placeholder", "title", "data-l"]) {
      for (const e of all(`[${name}]`, within)) {
        const other = map.get(e.getAttribute(name));
        if (other && !e.closest(skipped)) e.setAttribute(name, other);
      }
    }
  };
  const speak = async (lang) => {
    try { known = await dictionary(); } catch { return; } // an old browser
    if (lang !== root.lang) {
      sayIn(known[lang], document);
      root.lang = lang;
    }
    language.textContent = lang === "en" ? "中文" : "English";
    texts = new WeakMap();
  };
  language.addEventListener("click", () => {
    const lang = root.lang === "en" ? "zh-CN" : "en";
    try { localStorage.setItem("essconform-lang", lang); } catch { /* a file may have no storage */ }
    speak(lang);
  });
  const draw = async (id) => {
    try {
      const box = document.createElement("template");
      box.innerHTML = (await later())[id] ?? "";
      if (root.lang !== drawnIn) sayIn(known[root.lang], box.content);
      return box.content;
    } catch { return null; } // an old browser: the place says where the rest is
  };
  const fill = async (body) => {
    if (!body || !("later" in body.dataset)) return;
    delete body.dataset.later;
    const content = await draw(body.id);
    if (content) body.replaceChildren(content);
  };
  document.addEventListener("toggle", (event) => {
    if (event.target.open) fill(event.target.querySelector(":scope > [data-later]"));
  }, true);
  const openCell = async (cell) => { // its panel, drawn the first time
    if (!("later" in cell.dataset)) return one(cell.id + ".open");
    delete cell.dataset.later;
    const content = await draw(cell.id + ".open");
    if (content) cell.closest("tr").nextElementSibling.firstElementChild.append(content);
    return one(cell.id + ".open");
  };

  // the place that the address names: browsers differ in whether they open what it is in
  let current = null, opened = null;
  const reveal = async () => {
    if (current) current.removeAttribute("aria-current");
    if (opened) opened.classList.remove("open");
    opened = null;
    let id = location.hash.slice(1);
    try { id = decodeURIComponent(id); } catch { /* not one of ours */ }
    current = id.endsWith(".open") ? one(id.slice(0, -5)) : null;
    if (current) {
      current.setAttribute("aria-current", "true");
      const panel = await openCell(current);
      if (!panel || location.hash.slice(1) !== id && decodeURIComponent(location.hash.slice(1)) !== id) return;
      opened = panel;
      panel.classList.add("open");
      panel.scrollIntoView({ block: "nearest" });
      panel.focus({ preventScroll: true });
      return;
    }
    const target = one(id);
    if (!target) return;
    const details = target.closest("details");
    if (details && !details.open) {
      await fill(target);
      details.open = true;
      target.scrollIntoView();
    }
    if (details) target.focus({ preventScroll: true });
  };
  addEventListener("hashchange", reveal);

  // copy
  const copy = async (from) => {
    const text = from.textContent;
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch { // no permission, or a page that is not served safely
      const selection = getSelection();
      selection.selectAllChildren(from);
      const done = document.execCommand("copy");
      if (done) selection.removeAllRanges();
      return done;
    }
  };
  document.addEventListener("click", async (event) => {
    const pressed = event.target.closest("button.copy");
    if (!pressed) return;
    const done = await copy(pressed.parentElement.querySelector("code"));
    const text = t(done ? "copied" : "press Ctrl+C");
    say(text);
    pressed.textContent = text;
    pressed.addEventListener("blur", () => { pressed.textContent = t("copy"); }, { once: true });
  });

  // The exchanges of a case: a page may not read the file that lies beside it, so the reader chooses it, once.
  const picker = one("har");
  let recording = null, asked = null;
  const visible = (text) => text.replace(/[^\P{C}\n]/gu, (c) => `\\u{${c.codePointAt(0).toString(16)}}`);
  const messageOf = (start, headers, body) => {
    const pre = document.createElement("pre");
    pre.tabIndex = 0;
    const lines = [start, ...headers.map((h) => `${h.name}: ${h.value}`)];
    pre.append(document.createElement("code"));
    pre.firstChild.textContent = visible(lines.join("\n") + (body ? "\n\n" + body : ""));
    return pre;
  };
  const exchangeOf = (entry, number) => {
    const { request, response } = entry;
    const box = document.createElement("details");
    const head = document.createElement("summary");
    const action = /[?&]Action=(\w+)/.exec("?" + request.url.split("?")[1] + "&" + (request.postData?.text ?? ""));
    head.textContent = visible([
      `${number}:`, entry._step ?? "", entry._lane ?? "", request.method, action?.[1] ?? new URL(request.url).pathname, "→",
      response.status ? `HTTP ${response.status}` : entry._error ?? "", `${entry.time} ms`,
    ].filter(Boolean).join(" "));
    box.append(head, messageOf(`${request.method} ${request.url}`, request.headers, request.postData?.text));
    if (response.status) box.append(messageOf(`${response.httpVersion} ${response.status} ${response.statusText}`, response.headers, response.content.text));
    return box;
  };
  const numbersOf = (ranges) => ranges.split(" ").flatMap((r) => {
    const [from, to = from] = r.split("-").map(Number);
    return Array.from({ length: to - from + 1 }, (_, i) => from + i);
  });
  const show = (pressed) => {
    const numbers = numbersOf(pressed.dataset.x);
    try {
      if (!numbers.every((n) => recording[n]._case === pressed.dataset.case)) throw new Error("another run");
      pressed.parentElement.replaceWith(...numbers.map((n) => exchangeOf(recording[n], n)));
    } catch { // of another run, or no recording at all
      recording = null;
      say(t("this file is not the recording of this run"));
      pressed.nextElementSibling.textContent = t("this file is not the recording of this run");
    }
  };
  document.addEventListener("click", (event) => {
    const pressed = event.target.closest("button.recorded");
    if (!pressed) return;
    asked = pressed;
    if (recording) show(pressed);
    else picker.click();
  });
  picker.addEventListener("change", async () => {
    try { recording = JSON.parse(await picker.files[0].text()).log.entries; } catch { recording = []; }
    picker.value = "";
    if (asked) show(asked);
  });

  // filter
  const field = { text: one("f-text"), state: one("f-state"), format: one("f-format"), code: one("f-code"), violates: one("f-violates") };
  const has = (list, value) => !value || ` ${list} `.includes(` ${value} `);
  let texts = new WeakMap();
  const textOf = (element, ...more) => {
    let text = texts.get(element);
    if (text === undefined) {
      text = [element, ...more].map((e) => e.textContent).join(" ").toLowerCase();
      texts.set(element, text);
    }
    return text;
  };
  const filter = () => {
    const words = field.text.value.toLowerCase().split(/\s+/).filter(Boolean);
    const found = (text) => words.every((w) => text.includes(w));
    const fits = ({ dataset }) => has(dataset.s, field.state.value) && has(dataset.f, field.format.value) && has(dataset.c ?? "none", field.code.value);
    const violated = field.violates.value;
    const active = Object.values(field).some((f) => f.value.trim() !== "");
    let rows = 0, cases = 0, allRows = 0, allCases = 0;
    for (const row of all(".matrix .row")) {
      let show = !active;
      for (const cell of all("td", row)) {
        const fit = cell.dataset.s !== "" && fits(cell);
        cell.classList.toggle("dim", Boolean(active) && !fit);
        show ||= fit;
      }
      show &&= found(textOf(row.querySelector("th"), row.nextElementSibling));
      show &&= !violated || row.dataset.v === violated;
      row.hidden = row.nextElementSibling.hidden = !show;
      allRows++;
      if (show) rows++;
    }
    for (const group of all(".group")) {
      let any = false;
      const title = group.firstElementChild;
      for (const c of all(".case", group)) {
        const show = fits(c) && (!violated || has(c.dataset.v ?? "", violated)) && (words.length === 0 || found(textOf(c, title)));
        c.hidden = !show;
        any ||= show;
        allCases++;
        if (show) cases++;
      }
      group.hidden = !any;
    }
    for (const body of all(".matrix tbody")) body.hidden = !body.querySelector(".row:not([hidden])");
    const [noRow, noCase] = all(".nothing");
    noRow.hidden = rows > 0;
    noCase.hidden = cases > 0;
    keep();
    one("f-count").textContent = active ? t("{1} of {2} requirements, {3} of {4} cases").replace(/\{(\d)\}/g, (_, n) => [rows, allRows, cases, allCases][n - 1]) : "";
  };
  // The filter stands in the address, so that a link to it can be sent.
  const keep = () => {
    const query = new URLSearchParams();
    for (const [name, f] of Object.entries(field)) if (f.value.trim()) query.set(name, f.value);
    const text = query.toString();
    try { history.replaceState(null, "", (text ? "?" + text : location.pathname) + location.hash); } catch { /* a page without an address */ }
  };
  const restore = () => {
    const query = new URLSearchParams(location.search);
    for (const [name, f] of Object.entries(field)) f.value = query.get(name) ?? "";
    if (location.search) filter();
  };
  document.addEventListener("click", (event) => { // "all cases" of a failure
    const link = event.target.closest("a.all");
    if (!link) return;
    for (const f of Object.values(field)) f.value = "";
    field.violates.value = link.dataset.v;
    filter();
    const first = document.querySelector(".case:not([hidden]) summary");
    if (first) setTimeout(() => first.focus({ preventScroll: true }));
  });
  let waiting = 0;
  field.text.addEventListener("input", () => { // not for each letter of a long report
    clearTimeout(waiting);
    waiting = setTimeout(filter, 120);
  });
  for (const name of ["state", "format", "code", "violates"]) field[name].addEventListener("change", filter);
  const clear = () => {
    for (const f of Object.values(field)) f.value = "";
    filter();
  };
  one("f-clear").addEventListener("click", clear);

  // keys: arrows in the matrix, / to the filter, Escape closes a cell or clears the filter
  const links = (row) => all("td", row).map((cell) => cell.querySelector("a"));
  const step = (rows, at, by, column) => {
    for (let i = at + by; i >= 0 && i < rows.length; i += by) {
      const link = links(rows[i])[column];
      if (link) return link;
    }
    return null;
  };
  const neighbour = (link, key) => {
    const row = link.closest("tr");
    const across = links(row);
    const column = across.indexOf(link);
    const rows = all(".matrix .row:not([hidden])");
    switch (key) {
      case "ArrowLeft": return across.slice(0, column).findLast(Boolean);
      case "ArrowRight": return across.slice(column + 1).find(Boolean);
      case "ArrowUp": return step(rows, rows.indexOf(row), -1, column);
      case "ArrowDown": return step(rows, rows.indexOf(row), 1, column);
    }
    return null;
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const inField = event.target.matches("input, select");
    if (event.key === "/" && !inField) {
      event.preventDefault();
      field.text.focus();
    } else if (event.key === "Escape" && event.target === field.text) {
      clear();
    } else if (event.key === "Escape" && current && !inField) {
      const cell = current;
      location.hash = cell.id;
      cell.focus();
    } else if (event.target.matches(".matrix .row td a")) {
      const next = neighbour(event.target, event.key);
      if (next) {
        event.preventDefault();
        next.focus();
      }
    }
  });

  restore();
  reveal();
  let wished = null;
  try { wished = localStorage.getItem("essconform-lang"); } catch { /* a file may have no storage */ }
  language.textContent = root.lang === "en" ? "中文" : "English";
  if (wished === "en" || wished === "zh-CN") speak(wished);
  else if (root.lang !== "en") speak(root.lang);
})();
