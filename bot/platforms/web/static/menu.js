// A message's menu: what can be made of it.
import { ask, state, trying } from "./api.js";

const menu = document.getElementById("menu");
let of = null;
let opener = null;
let told = () => {};

export function onTold(run) { told = run; }

export function openMenu(button) {
  of = Number(button.dataset.menu);
  opener = button;
  menu.replaceChildren(...state.menus.map((entry) => {
    const item = document.createElement("button");
    item.type = "button";
    item.role = "menuitem";
    item.dataset.entry = entry.id;
    item.textContent = entry.name;
    item.title = entry.about;
    return item;
  }));
  menu.showPopover();
  const at = button.getBoundingClientRect();
  const { width, height } = menu.getBoundingClientRect();
  menu.style.left = `${Math.max(8, Math.min(at.right - width, innerWidth - width - 8))}px`;
  menu.style.top = `${at.bottom + height + 8 > innerHeight ? at.top - height - 4 : at.bottom + 4}px`;
  menu.firstElementChild.focus();
}

menu.addEventListener("click", async (event) => {
  const item = event.target.closest("[data-entry]");
  if (!item) return;
  menu.hidePopover();
  const said = await trying(() => ask("menu", { message: of, menu: item.dataset.entry }));
  if (said) told(said);
});
menu.addEventListener("keydown", (event) => {
  const items = [...menu.children];
  const at = items.indexOf(document.activeElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
  if (to === undefined) return;
  event.preventDefault();
  items.at(to % items.length).focus();
});
menu.addEventListener("toggle", (event) => {
  if (event.newState === "closed" && opener?.isConnected && !document.querySelector("dialog[open]")) opener.focus();
});
