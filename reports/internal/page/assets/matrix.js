"use strict";
// Filters the rows of the matrix and orders its columns. Without it, the page shows all that it has.
(() => {
  document.documentElement.classList.add("js");
  const table = document.querySelector("table.matrix");
  const rows = [...table.querySelectorAll("tr")];
  const body = [...table.tBodies[0].rows].map((row) => [row, row.textContent.toLowerCase()]);
  const text = document.getElementById("text");
  const order = document.getElementById("order");
  const filter = () => {
    const words = text.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const [row, all] of body) row.hidden = !words.every((w) => all.includes(w));
  };
  const heads = [...rows[0].cells].slice(1);
  const columns = rows.map((row) => [...row.cells].slice(1)); // as given
  const by = {
    name: (a, b) => heads[a].textContent.localeCompare(heads[b].textContent),
    verdict: (a, b) => heads[b].dataset.failed - heads[a].dataset.failed || heads[b].dataset.bad - heads[a].dataset.bad,
  };
  const arrange = () => {
    const at = heads.map((_, i) => i);
    if (by[order.value]) at.sort(by[order.value]);
    rows.forEach((row, r) => row.append(...at.map((i) => columns[r][i])));
  };
  text.addEventListener("input", filter);
  order.addEventListener("change", arrange);
  filter();
  arrange();
})();
