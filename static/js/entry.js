// The entry grid: keys, a pasted block, quiet saving. Without it the form works as any other.
(function () {
  "use strict";
  const form = document.getElementById("entry");
  if (!form || !form.dataset.draft) return;
  const words = JSON.parse(form.dataset.words);
  const state = document.getElementById("entry-state");
  const trouble = document.getElementById("entry-trouble");
  const WAIT = 2000;
  const CONTROLS = "input:not([type=hidden]), select, textarea";
  const touched = new Map(); // name → number of the touch
  let touches = 0, timer = 0, sending = false, again = false, isLost = false, isEnded = false;

  const say = (text, counts) => Object.entries(counts || {}).reduce((said, [key, n]) => said.replace("{" + key + "}", n), text);
  const box = (name) => document.getElementById("c-" + name);
  const element = (tag, text, className) => Object.assign(document.createElement(tag), { textContent: text || "", className: className || "" });

  // ---- where a control stands
  const linesOf = (table) => [...table.tBodies].flatMap((body) => [...body.rows]).filter((row) => !row.classList.contains("msg"));
  const control = (cell) => cell && cell.querySelector(CONTROLS);
  function placeOf(target) {
    const cell = target.closest("td"), table = target.closest("table.eg");
    if (!cell || !table || cell.parentNode.classList.contains("msg")) return null;
    const lines = linesOf(table);
    return { lines, row: lines.indexOf(cell.parentNode), column: cell.cellIndex };
  }
  function enter(target) {
    if (!target) return false;
    target.focus();
    if (target.select) target.select();
    return true;
  }

  // ---- moving
  function vertical(place, step) {
    for (let row = place.row + step; row >= 0 && row < place.lines.length; row += step) {
      if (enter(control(place.lines[row].cells[place.column]))) return true;
    }
    return false;
  }
  function horizontal(place, step) {
    const cells = place.lines[place.row].cells;
    for (let column = place.column + step; column > 0 && column < cells.length; column += step) {
      if (enter(control(cells[column]))) return true;
    }
    return false;
  }
  // At the end of a column Enter goes on at the top of the next one.
  function nextColumn(place) {
    for (let column = place.column + 1; column < place.lines[0].cells.length; column += 1) {
      if (vertical({ lines: place.lines, row: -1, column }, 1)) return true;
    }
    return false;
  }
  function atEdge(target, step) {
    if (target.type === "date" || target.selectionStart === null) return false;
    const { selectionStart: from, selectionEnd: to, value } = target;
    if (from === 0 && to === value.length) return true;
    return from === to && (step < 0 ? from === 0 : from === value.length);
  }
  form.addEventListener("keydown", (event) => {
    const target = event.target;
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey || !target.matches("input, select")) return;
    const place = placeOf(target);
    if (!place) return;
    const isText = target.tagName === "INPUT" && target.type !== "date";
    let moved = false;
    if (event.key === "Enter") { vertical(place, event.shiftKey ? -1 : 1) || event.shiftKey || nextColumn(place); moved = true; }
    else if (!event.shiftKey && isText) {
      if (event.key === "ArrowDown") moved = vertical(place, 1);
      if (event.key === "ArrowUp") moved = vertical(place, -1);
      if (event.key === "ArrowLeft" && atEdge(target, -1)) moved = horizontal(place, -1);
      if (event.key === "ArrowRight" && atEdge(target, 1)) moved = horizontal(place, 1);
    }
    if (moved) event.preventDefault();
  });

  // ---- pasting a block
  const plain = (text) => text.normalize("NFKC").replace(/[\s,，]/g, "");
  const isStrange = (target, text) => /numeric|decimal/.test(target.inputMode) && text !== "" && !/^[-+−]?\d+(\.\d+)?%?$/.test(plain(text));
  function put(target, text) {
    if (target.tagName === "SELECT") {
      const fits = [...target.options].find((option) => option.value === text || option.text === text);
      if (!fits) return false;
      target.value = fits.value;
    } else if (target.type === "date") {
      const day = text.normalize("NFKC").match(/^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?$/);
      if (!day) return false;
      target.value = [day[1], day[2].padStart(2, "0"), day[3].padStart(2, "0")].join("-");
    } else target.value = text;
    touch(target);
    return true;
  }
  form.addEventListener("paste", (event) => {
    const place = placeOf(event.target);
    const text = event.clipboardData && event.clipboardData.getData("text/plain");
    if (!place || !text || !/[\t\n]/.test(text.replace(/\r?\n$/, ""))) return;
    event.preventDefault();
    let filled = 0, strange = 0, beyond = 0;
    text.replace(/\r?\n$/, "").split(/\r?\n/).forEach((line, down) => {
      line.split("\t").forEach((piece, right) => {
        const row = place.lines[place.row + down], cell = row && row.cells[place.column + right], typed = piece.trim();
        const target = control(cell);
        if (!cell && typed) beyond += 1;
        if (!target || target.disabled || (typed === "" && target.value === "")) return;
        const fits = put(target, typed), odd = !fits || isStrange(target, typed);
        target.setAttribute("aria-invalid", odd ? "true" : "false");
        cell.classList.toggle("bad", odd);
        if (odd) strange += 1;
        if (fits) filled += 1;
      });
    });
    const said = say(strange ? words.strange : words.filled, { n: filled, m: strange });
    show(beyond ? said + " " + say(words.beyond, { n: beyond }) : said);
  });

  // ---- saving
  function touch(target) {
    if (!target.name || "later" in target.dataset) return;
    touches += 1;
    touched.set(target.name, touches);
    clearNote(target);
    if (isEnded) return;
    clearTimeout(timer);
    timer = setTimeout(send, WAIT);
  }
  form.addEventListener("input", (event) => touch(event.target));
  document.addEventListener("visibilitychange", () => { if (document.hidden && touched.size) send(); });
  window.addEventListener("online", () => { if (isLost) send(); });
  window.addEventListener("beforeunload", (event) => { if (isLost && touched.size) { event.preventDefault(); event.returnValue = ""; } });
  form.addEventListener("submit", () => { clearTimeout(timer); touched.clear(); isLost = false; });

  function body() {
    const data = new FormData();
    ["csrfmiddlewaretoken", "version"].forEach((name) => data.append(name, form.elements[name].value));
    const blocks = new Set();
    touched.forEach((number, name) => {
      const inRows = name.match(/^R(\d+)-/);
      if (inRows) blocks.add(inRows[1]);
      else if (form.elements[name]) data.append(name, form.elements[name].value);
    });
    // Repeated rows are saved as a whole block.
    if (blocks.size) {
      [...form.elements].forEach((one) => {
        const inRows = one.name.match(/^R(\d+)-/);
        if (inRows ? blocks.has(inRows[1]) : one.name.startsWith("rows-")) data.append(one.name, one.value);
      });
    }
    return data;
  }
  async function send() {
    clearTimeout(timer);
    if (sending) { again = true; return; }
    if (!touched.size) return;
    const until = touches;
    sending = true;
    state.textContent = words.saving;
    try {
      const answer = await fetch(form.dataset.draft, { method: "POST", body: body(), credentials: "same-origin", keepalive: document.hidden, headers: { Accept: "application/json" } });
      await take(answer, until);
    } catch (error) {
      isLost = true;
      lost();
    }
    sending = false;
    if (again) { again = false; send(); }
  }
  async function take(answer, until) {
    const isData = (answer.headers.get("Content-Type") || "").startsWith("application/json");
    if (answer.status === 401 || answer.status === 403 || answer.redirected) { isEnded = true; complain(words.ended); return; }
    if (!isData || (!answer.ok && answer.status !== 409)) { isLost = true; lost(); return; }
    const found = await answer.json();
    isLost = false;
    trouble.textContent = "";
    stick(false);
    if (found.refused) { isEnded = true; complain(found.refused); return; }
    form.elements.version.value = found.entry;
    touched.forEach((number, name) => { if (number <= until) touched.delete(name); });
    Object.entries(found.texts).forEach(([name, text]) => { const cell = box(name); if (cell && cell.tagName === "TD") cell.textContent = text; });
    document.querySelectorAll("td[id$='-change']").forEach((cell) => cell.classList.toggle("due-soon", found.far.includes(cell.id.slice(2))));
    const theirs = Object.entries(found.theirs).filter(([name]) => box(name) && !touched.has(name));
    theirs.forEach(([name, value]) => { box(name).value = value; });
    Object.entries(found.faults).forEach(([name, text]) => note(form.elements[name], text, "m-bad"));
    Object.entries(found.conflicts).forEach(([name, one]) => conflict(form.elements[name], one));
    const wrong = Object.keys(found.faults).length + Object.keys(found.conflicts).length + found.blocks.length;
    const more = [wrong && say(words.unsaved, { n: wrong }), theirs.length && say(words.theirs, { n: theirs.length })];
    show([found.said, ...more.filter(Boolean)].join(" "));
  }
  const show = (text) => { state.textContent = text; };
  const bar = form.querySelector(".actbar");
  // On a phone the bar scrolls with the page, unless something is wrong.
  const stick = (isStuck) => bar.classList.toggle("stuck", isStuck);
  function complain(text) {
    stick(true);
    state.textContent = "";
    trouble.textContent = "";
    trouble.append(element("p", text, "m-bad"));
  }
  function lost() {
    complain(words.lost);
    const button = Object.assign(element("button", words.again, "btn btn-2 btn-s"), { type: "button" });
    button.addEventListener("click", send);
    trouble.append(button);
  }

  // ---- what is said under a row
  function note(target, text, kind, button) {
    if (!target || !target.closest) return;
    clearNote(target);
    const line = element("div", "", "in");
    line.append(element("span", text, kind));
    if (button) line.append(button);
    const cell = target.closest("td"), row = cell && cell.parentNode;
    const holder = cell ? element("tr", "", "msg") : element("div", "", "said");
    holder.dataset.of = target.name;
    holder.id = "n-" + target.name;
    if (cell) {
      const wide = Object.assign(element("td"), { colSpan: row.cells.length });
      wide.append(line);
      holder.append(wide);
      row.after(holder);
    } else {
      holder.append(line);
      target.after(holder);
    }
    (cell || target.parentNode).classList.add(kind === "m-bad" ? "bad" : "ask");
    target.setAttribute("aria-invalid", String(kind === "m-bad"));
    target.setAttribute("aria-describedby", holder.id);
  }
  function clearNote(target) {
    const holder = document.getElementById("n-" + target.name);
    if (!holder) return;
    holder.remove();
    (target.closest("td") || target.parentNode).classList.remove("bad", "ask");
    target.removeAttribute("aria-invalid");
    target.removeAttribute("aria-describedby");
  }
  function conflict(target, one) {
    const button = Object.assign(element("button", words.take, "btn btn-2 btn-s"), { type: "button" });
    button.addEventListener("click", () => { target.value = one.theirs; touched.delete(target.name); clearNote(target); target.focus(); });
    note(target, one.words, "m-warn", button);
  }
})();
