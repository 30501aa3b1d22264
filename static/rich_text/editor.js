// Turns each textarea[data-rich-text] into an editor with a toolbar of plain buttons.
// The library is imported by the address that the server names, so that hashed names need no import map.

const HEADINGS = [2, 3, 4];

// [name, whether it is on, what it does]; words come from the server.
const TOOLS = [
  ["paragraph", (e) => e.isActive("paragraph"), (c) => c.setParagraph()],
  ["heading2", (e) => e.isActive("heading", { level: 2 }), (c) => c.toggleHeading({ level: 2 })],
  ["heading3", (e) => e.isActive("heading", { level: 3 }), (c) => c.toggleHeading({ level: 3 })],
  ["bold", (e) => e.isActive("bold"), (c) => c.toggleBold()],
  ["bulletList", (e) => e.isActive("bulletList"), (c) => c.toggleBulletList()],
  ["orderedList", (e) => e.isActive("orderedList"), (c) => c.toggleOrderedList()],
  ["blockquote", (e) => e.isActive("blockquote"), (c) => c.toggleBlockquote()],
  ["link", (e) => e.isActive("link"), null],
  ["table", null, (c) => c.insertTable({ rows: 3, cols: 3, withHeaderRow: true })],
  ["addRow", null, (c) => c.addRowAfter(), "table"],
  ["addColumn", null, (c) => c.addColumnAfter(), "table"],
  ["deleteTable", null, (c) => c.deleteTable(), "table"],
  ["undo", null, (c) => c.undo()],
  ["redo", null, (c) => c.redo()],
];

function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

// The library looks for a style element of this name before it writes one of its own, which the policy of the site
// refuses. One of no namespace that a browser styles by is found and does nothing; the rules stand in editor.css.
function keepStylesOut() {
  if (document.querySelector("style[data-tiptap-style]")) return;
  const mark = document.createElementNS("urn:rich-text", "style");
  mark.setAttribute("data-tiptap-style", "");
  document.head.append(mark);
}

// What Word and WPS put around the words. The server cleans what is sent; this spares the browser from refusing it.
const WRAPPING = /<!--[\s\S]*?-->|<(style|script|xml|title)[\s>][\s\S]*?<\/\1>|<img[^>]*>|\s(?:style|class|on\w+)\s*=\s*(?:"[^"]*"|'[^']*'|[^\s>]+)/gi;

function unwrapped(html) {
  // The title of the page is the heading of level 1: as on the server, the text begins with level 2.
  return html.replace(WRAPPING, "").replace(/(<\/?)h1\b/gi, "$1h2").replace(/(<\/?)h[56]\b/gi, "$1h4");
}

function extensions(lib) {
  return [
    lib.Document, lib.Paragraph, lib.Text, lib.HardBreak, lib.History, lib.Gapcursor,
    lib.Heading.configure({ levels: HEADINGS }), lib.Bold, lib.BulletList, lib.OrderedList, lib.ListItem,
    lib.Blockquote, lib.Link.configure({ openOnClick: false }),
    lib.Table, lib.TableRow, lib.TableHeader, lib.TableCell,
  ];
}

function labelled(textarea) {
  const label = document.querySelector(`label[for="${textarea.id}"]`);
  if (label && !label.id) label.id = `${textarea.id}_label`;
  const named = { role: "textbox", "aria-multiline": "true", class: "prose body rich-text-area" };
  if (label) named["aria-labelledby"] = label.id;
  const described = textarea.getAttribute("aria-describedby");
  if (described) named["aria-describedby"] = described;
  if (textarea.getAttribute("aria-invalid")) named["aria-invalid"] = "true";
  return { label, named };
}

function linkPanel(editor, words, id) {
  const input = element("input", { type: "url", class: "inp", id: `${id}_address` });
  const set = element("button", { type: "button", class: "btn btn-2" }, words.setLink);
  const remove = element("button", { type: "button", class: "btn btn-3" }, words.removeLink);
  const panel = element(
    "div", { class: "rich-text-link", hidden: "" },
    element("label", { for: input.id }, words.address), input, set, remove,
  );
  const close = (change) => {
    panel.hidden = true;
    const chain = editor.chain().focus().extendMarkRange("link");
    (change === null ? chain.unsetLink() : chain.setLink({ href: change })).run();
  };
  set.addEventListener("click", () => close(input.value.trim() || null));
  remove.addEventListener("click", () => close(null));
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter") { event.preventDefault(); close(input.value.trim() || null); }
    if (event.key === "Escape") { panel.hidden = true; editor.commands.focus(); }
  });
  const open = () => {
    input.value = editor.getAttributes("link").href || "";
    panel.hidden = !panel.hidden;
    if (!panel.hidden) input.focus();
  };
  return { panel, open };
}

// One stop for the Tab key, arrows inside: the toolbar pattern.
function roving(bar, buttons) {
  buttons.forEach((button, place) => { button.tabIndex = place ? -1 : 0; });
  bar.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const shown = buttons.filter((button) => !button.hidden);
    const next = shown[(shown.indexOf(document.activeElement) + step + shown.length) % shown.length];
    buttons.forEach((button) => { button.tabIndex = button === next ? 0 : -1; });
    next.focus();
    event.preventDefault();
  });
}

function toolbar(editor, words, id) {
  const bar = element("div", { role: "toolbar", class: "rich-text-bar", "aria-label": words.toolbar, "aria-controls": `${id}_editor` });
  const link = linkPanel(editor, words, id);
  const buttons = TOOLS.map(([name, isOn, act, inside]) => {
    const button = element("button", { type: "button", class: "rich-text-tool", "data-tool": name }, words[name]);
    button.addEventListener("click", () => (act ? act(editor.chain().focus()).run() : link.open()));
    const refresh = () => {
      if (isOn) button.setAttribute("aria-pressed", String(isOn(editor)));
      if (inside) button.hidden = !editor.isActive(inside);
    };
    editor.on("transaction", refresh);
    refresh();
    return button;
  });
  bar.append(...buttons);
  roving(bar, buttons);
  return [bar, link.panel];
}

async function begin(textarea) {
  const lib = await import(textarea.dataset.richText);
  const words = JSON.parse(textarea.dataset.words);
  const { label, named } = labelled(textarea);
  const place = element("div", { class: "rich-text" });
  const content = element("div", { id: `${textarea.id}_editor` });
  textarea.after(place);
  const editor = new lib.Editor({
    element: content,
    extensions: extensions(lib),
    content: textarea.value,
    editorProps: { attributes: named, transformPastedHTML: unwrapped },
    onUpdate: ({ editor: changed }) => { textarea.value = changed.isEmpty ? "" : changed.getHTML(); },
  });
  place.append(...toolbar(editor, words, textarea.id), content);
  textarea.hidden = true;
  label?.addEventListener("click", (event) => { event.preventDefault(); editor.commands.focus(); });
  // A line of the error summary leads to the field that is hidden now.
  document.querySelectorAll(`a[href="#${textarea.id}"]`).forEach((line) =>
    line.addEventListener("click", (event) => { event.preventDefault(); editor.commands.focus(); }));
  textarea.dispatchEvent(new CustomEvent("rich-text:ready", { bubbles: true }));
}

keepStylesOut();
document.querySelectorAll("textarea[data-rich-text]").forEach(begin);
