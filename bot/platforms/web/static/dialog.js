// Forms: opened as the server draws them, with what is wrong said at the field.
import { ask, trying } from "./api.js";
import { Offers } from "./offers.js";

const dialog = document.getElementById("dialog");
let open = null;
let told = () => {};

export function onTold(run) { told = run; }

export function openDialog(form) {
  open = form;
  dialog.innerHTML = form.html; // made by the server, which escapes every word that somebody wrote
  for (const box of dialog.querySelectorAll("[data-search]")) search(box);
  if (!dialog.open) dialog.showModal();
  const first = dialog.querySelector(".field :is(input, textarea, select)");
  const empty = [...dialog.querySelectorAll("[aria-required]")].find((field) => !field.value);
  (empty ?? first)?.focus();
}

const origin = () => ({
  root: open.root, name: open.name, kept: open.kept, id: open.id, channel: open.channel, thread: open.thread,
});

function search(box) {
  new Offers(box, dialog.querySelector(`#${CSS.escape(box.getAttribute("aria-controls"))}`), {
    find: async () => {
      const { choices } = await ask("suggest", { ...origin(), field: box.name, typed: box.value });
      return choices.map(({ value, label }) => ({ value, label: value, hint: label.startsWith(value) ? label.slice(value.length).trim() : label }));
    },
    take: (offer) => { box.value = offer.value; },
  });
}

function problem(name, words) {
  const field = dialog.querySelector(`[data-field="${CSS.escape(name)}"]`);
  const input = field?.querySelector("input, textarea, select");
  const said = field?.querySelector(".problem");
  if (!said) return;
  said.textContent = words;
  said.hidden = !words;
  if (words) input.setAttribute("aria-invalid", "true");
  else input.removeAttribute("aria-invalid");
}

async function submit(form) {
  const button = form.querySelector("[type=submit]");
  if (button.disabled) return;
  button.disabled = true;
  for (const field of form.querySelectorAll("[data-field]")) problem(field.dataset.field, "");
  const values = Object.fromEntries(new FormData(form).entries());
  const said = await trying(() => ask("submit", { ...origin(), values }));
  button.disabled = false;
  if (!said) return;
  if (said.problems) {
    for (const [name, words] of Object.entries(said.problems)) problem(name, words);
    form.querySelector("[aria-invalid]")?.focus();
    return;
  }
  if (!said.dialog) dialog.close();
  told(said);
}

dialog.addEventListener("submit", (event) => {
  event.preventDefault();
  submit(event.target);
});
dialog.addEventListener("click", (event) => {
  if (event.target === dialog || event.target.closest("[data-close]")) dialog.close();
});
dialog.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) submit(dialog.querySelector("form"));
});
dialog.addEventListener("close", () => {
  dialog.replaceChildren();
  open = null;
});
