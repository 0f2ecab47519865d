// The local chat: one channel, one thread beside it, and what is unread elsewhere.
import { ask, state, trying } from "./api.js";
import { Composer } from "./composer.js";
import { onTold as onFormTold, openDialog } from "./dialog.js";
import { Feed } from "./feed.js";
import { List } from "./list.js";
import { onTold as onMenuTold, openMenu } from "./menu.js";

const by = (id) => document.getElementById(id);
const isDirect = () => state.channel === state.as;
// On a phone it would hide what it talks about.
if (matchMedia("(max-width: 820px)").matches) by("pinned")?.removeAttribute("open");

const list = new List(by("list"), by("log"), {
  older: (before) => trying(() => ask("page", { before })),
  newer: (after) => trying(() => ask("page", { after })),
  newest: () => trying(() => ask("page", {})),
  onNew: () => { newBelow(); noteRead(); },
  start: by("log-start"),
});
const thread = new List(by("thread-list"), by("thread-log"), {
  inThread: true, most: 300, newest: () => trying(() => ask("page", { thread: state.thread })),
});

function belongs(message) { return message.channel === state.channel; }

function take(messages) {
  const here = messages.filter(belongs);
  list.put(here.filter((one) => one.gone || (one.inChannel && (one.thread === null || one.inChannel))));
  if (state.thread) thread.put(here.filter((one) => one.id === state.thread || one.thread === state.thread));
  countElsewhere(messages.filter((one) => !belongs(one) && !one.gone && one.inChannel && one.author !== state.as));
}

function told(said) {
  if (said.messages) take(said.messages);
  const last = said.messages?.at(-1);
  if (last && belongs(last)) (last.thread ? thread : list).follow(last);
  if (said.dialog) openDialog(said.dialog);
}
onFormTold(told);
onMenuTold(told);

const box = new Composer(by("box").form, { place: () => ({ channel: state.channel, thread: null, isDirect: isDirect() }), told });
const threadBox = new Composer(by("thread-box").form, {
  place: () => ({ channel: state.channel, thread: state.thread, isDirect: isDirect() }), told,
});

// Unread: a number at the channel, taken away by looking at it.
const counted = new Map();

function countElsewhere(messages) {
  for (const { channel, id } of messages) {
    const ids = counted.get(channel) ?? new Set();
    if (ids.has(id)) continue;
    counted.set(channel, ids.add(id));
    showUnread(channel, unreadOf(channel) + 1);
  }
}

const placeOf = (channel) => document.querySelector(`.place[data-channel="${CSS.escape(channel)}"]`);
const unreadOf = (channel) => Number(placeOf(channel)?.dataset.unread ?? 0);

function showUnread(channel, count) {
  const place = placeOf(channel);
  if (!place) return;
  place.dataset.unread = count;
  const mark = place.querySelector(".unread");
  mark.hidden = count === 0;
  mark.querySelector("[data-count]").textContent = count > 99 ? "99+" : count;
  const all = [...document.querySelectorAll(".place")].reduce((sum, one) => sum + Number(one.dataset.unread ?? 0), 0);
  document.title = document.title.replace(/^(\(\d+\+?\) )?/, all ? `(${all}) ` : "");
}

let readUpTo = 0;
let reading;
function noteRead() {
  reading ??= setTimeout(async () => {
    reading = undefined;
    const newest = Number(list.last?.dataset.id ?? 0);
    if (document.hidden || !list.isAtEnd || newest <= readUpTo) return;
    readUpTo = newest;
    await ask("read", { message: newest }).catch(() => {});
  }, 400);
}
addEventListener("visibilitychange", noteRead);

function newBelow() { by("new-below").hidden = list.isAtEnd; }
by("new-below").addEventListener("click", async () => { await list.toNewest(); newBelow(); });

// Channels, without loading the page anew.
async function goTo(channel, { push = true } = {}) {
  closeThread({ isBack: true });
  state.channel = channel;
  for (const place of document.querySelectorAll(".place")) {
    if (place.dataset.channel === channel) place.setAttribute("aria-current", "page");
    else place.removeAttribute("aria-current");
  }
  const topic = state.channels[channel];
  const name = isDirect() ? "Labkeeper" : channel;
  by("room-name").innerHTML = isDirect() ? "" : '<span class="hash" aria-hidden="true">#</span>';
  by("room-name").append(name);
  by("room-topic").textContent = topic ?? "What the bot tells you alone; say to it what you would say behind the slash";
  by("start-name").textContent = `This is the beginning of ${isDirect() ? `your talk with ${name}` : `#${name}`}`;
  document.title = `${isDirect() ? name : `#${name}`} · Labkeeper`;
  readUpTo = 0;
  counted.delete(channel);
  showUnread(channel, 0);
  if (push) note("pushState");
  await list.replace();
  if (state.channel === channel) by("box").focus();
}

const address = () => {
  const place = isDirect() ? "direct" : state.channel;
  return `/?as=${state.as}&channel=${place}${state.thread ? `&message=${state.thread}` : ""}`;
};
// The way back leads out of a thread too, which on a phone hides all else.
addEventListener("popstate", (event) => {
  const { channel = state.channel, thread: root = null } = event.state ?? {};
  hasPushedThread = false;
  if (channel !== state.channel) goTo(channel, { push: false });
  if (root) openThread(root, { push: false });
  else closeThread({ isBack: true });
});
const note = (how) => history[how]({ channel: state.channel, thread: state.thread }, "", address());
note("replaceState");
let hasPushedThread = false;

// The thread beside the channel.
async function openThread(root, { push = true } = {}) {
  const wasOpen = Boolean(state.thread);
  state.thread = root;
  by("thread").hidden = false;
  document.body.classList.add("with-thread");
  if (push) note(wasOpen ? "replaceState" : "pushState");
  hasPushedThread ||= push && !wasOpen;
  await thread.replace();
  if (state.thread === root) by("thread-box").focus();
}

function closeThread({ isBack = false } = {}) {
  if (!state.thread) return;
  const opener = list.find(state.thread)?.querySelector("[data-open-thread]");
  state.thread = null;
  by("thread").hidden = true;
  document.body.classList.remove("with-thread");
  if (hasPushedThread && !isBack) history.back();
  else if (!isBack) note("replaceState");
  hasPushedThread = false;
  (opener ?? by("box")).focus({ preventScroll: true });
}

const numberOf = (element) => Number(element.closest(".message")?.dataset.id);

async function press(button) {
  if (button.getAttribute("aria-busy") === "true") return;
  button.setAttribute("aria-busy", "true");
  const place = { message: numberOf(button), action: button.dataset.action, value: button.dataset.value };
  const isInThread = Boolean(button.closest("#thread"));
  const said = await trying(() => ask("press", { ...place, thread: isInThread ? state.thread : null }));
  button.removeAttribute("aria-busy");
  if (said) told(said);
}

const sidebarButton = document.querySelector("[data-sidebar]");
function showSidebar(isOpen) {
  if (document.body.classList.contains("with-sidebar") === isOpen) return;
  document.body.classList.toggle("with-sidebar", isOpen);
  sidebarButton.setAttribute("aria-expanded", String(isOpen));
  if (isOpen) document.querySelector(".place")?.focus();
  else sidebarButton.focus();
}

const deeds = {
  action: press,
  openThread: (button) => openThread(Number(button.dataset.openThread)),
  menu: openMenu,
  line: (button) => (button.closest("#thread") ? threadBox : box).put(button.dataset.line),
  more: (button) => {
    const isOpen = button.previousElementSibling.classList.toggle("expanded");
    button.setAttribute("aria-expanded", String(isOpen));
    button.textContent = isOpen ? "Show less" : "Show all";
  },
  dismiss: async (button) => {
    const message = Number(button.dataset.dismiss);
    if (await trying(() => ask("dismiss", { message }))) button.closest(".message").remove();
  },
  closeThread,
  sidebar: () => showSidebar(!document.body.classList.contains("with-sidebar")),
};

addEventListener("click", (event) => {
  const place = event.target.closest("a.place");
  if (place && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    showSidebar(false);
    goTo(place.dataset.channel);
    return;
  }
  const button = event.target.closest("button");
  for (const [name, deed] of Object.entries(deeds)) {
    if (button && name in button.dataset) return void deed(button);
  }
  if (!event.target.closest(".sidebar")) showSidebar(false);
});

// From message to message with the arrows, into the thread with Enter.
for (const scroller of [by("log"), by("thread-log")]) {
  scroller.addEventListener("keydown", (event) => {
    const messages = [...scroller.querySelectorAll(".message")];
    const at = messages.indexOf(event.target);
    if (event.key === "ArrowUp" || event.key === "ArrowDown") {
      if (event.target !== scroller && at < 0) return;
      const to = at < 0 ? messages.at(-1) : messages[at + (event.key === "ArrowUp" ? -1 : 1)];
      if (to) { event.preventDefault(); to.focus(); to.scrollIntoView({ block: "nearest" }); }
    } else if (event.key === "Enter" && at >= 0) event.target.querySelector("[data-open-thread]")?.click();
  });
}
addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.defaultPrevented || document.querySelector("dialog[open], :popover-open")) return;
  if (document.body.classList.contains("with-sidebar")) showSidebar(false);
  else closeThread();
});

for (const place of document.querySelectorAll(".place")) {
  const mark = place.querySelector("[data-count]");
  showUnread(place.dataset.channel, place.hasAttribute("aria-current") || mark.parentElement.hidden ? 0 : parseInt(mark.textContent, 10));
}
list.isWhole = !by("log-start").hidden;
list.adopt();
noteRead();
if (state.thread) openThread(state.thread, { push: false });
else by("box").focus();
new Feed(state, { onMessages: take });
